"""Putting mail into the outbox, inside the business transaction (DESIGN, principle 4)."""

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template import Context, loader
from django.utils import translation
from django.utils.translation import gettext as _

from hosting.lib import codes, links
from hosting.lib.bell import ring_on_commit
from hosting.lib.colour import shades
from hosting.lib.provider import identity
from hosting.records.enums import MailState
from hosting.records.models import OutgoingMail
from hosting.records.services.journal import Entry, journal, journal_many

SEND_DUE_MAIL = "hosting.records.tasks.send_due_mail"
LONGEST_SUBJECT = 300
WHITE = "#ffffff"


class Rendered(NamedTuple):
    """The three parts of a mail."""

    subject: str
    text: str
    html: str


def render_mail(name: str, language: str, context: Mapping[str, Any]) -> Rendered:
    """The mail `name` in `language` ("fr", "de", "en"), from `templates/emails/<name>.*`.

    The trio is `.subject.txt`, `.txt` (extends `emails/base.txt`) and `.html` (extends
    `emails/base.html`). The text parts are plain: nothing in them is escaped for HTML. Raises
    TemplateDoesNotExist when one of the trio is missing.
    """
    words = {"provider": identity(), "site_url": settings.SITE_URL, "language": language, **context}
    with translation.override(language):
        subject = " ".join(_plain(f"emails/{name}.subject.txt", words).split())[:LONGEST_SUBJECT]
        words |= {"subject": subject, "shades": shades(settings.PROVIDER["colour"], WHITE)}
        text = re.sub(r"\n{3,}", "\n\n", _plain(f"emails/{name}.txt", words)).strip() + "\n"
        return Rendered(subject, text, loader.render_to_string(f"emails/{name}.html", words))


def _plain(template: str, words: Mapping[str, Any]) -> str:
    backend = loader.get_template(template)
    return str(backend.template.render(Context(dict(words), autoescape=False)))  # type: ignore[attr-defined]


def message_id(key: str) -> str:
    """A Message-ID in the provider's domain; the same key gives the same one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{key}@{domain}>"


def content_hash(subject: str, text: str, html: str) -> str:
    """SHA-256 over the parts, as the journal and erasure refer to them.

    It is that of the words as they are handed out, so that anybody can compute it (X6).
    """
    parts = (subject, handed_out(text), handed_out(html))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def handed_out(text: str) -> str:
    """A stored text as a third party may have it: without the seals of private links and codes."""
    return codes.unsealed(links.unsealed(text))


def build_mail(
    *,
    kind: str,
    recipient: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    now: datetime,
    stream: str = "",
    reply_to: str = "",
    references: Iterable[str] = (),
    by_hand: bool = False,
    sensitive: bool = False,
    give_up_at: datetime | None = None,
    not_before: datetime | None = None,
) -> OutgoingMail:
    """An unsaved mail, due at `not_before` or now. One recipient; raises ValidationError otherwise.

    Private links stand in the text as `hosting.lib.links.placeholder(...)`; the real link is put in
    only on the way out, so that neither database nor staff ever see it; `reply_to` may be a placeholder
    of `hosting.lib.replies`. `references` are the Message-IDs of the conversation, the one answered
    last. `by_hand` is for what a person wrote: it does not call itself automatic.
    """
    validate_email(recipient)
    return OutgoingMail(
        message_id=message_id(uuid.uuid4().hex),
        kind=kind,
        stream=stream,
        language=language,
        recipient=recipient,
        reply_to=reply_to,
        references=" ".join(references),
        by_hand=by_hand,
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        content_hash=content_hash(" ".join(subject.split()), text, html),
        sensitive=sensitive,
        created_at=now,
        next_try_at=not_before or now,
        give_up_at=give_up_at,
    )


def queue_mail(**parts: Any) -> OutgoingMail:
    """Write one mail into the outbox and ring for it on commit; takes the words of `build_mail`."""
    return queue_mails([build_mail(**parts)])[0]


def queue_mails(mails: Iterable[OutgoingMail]) -> list[OutgoingMail]:
    """Write built mails into the outbox in one statement, and ring once on commit."""
    written = OutgoingMail.objects.bulk_create(mails)
    if written:
        ring_on_commit(SEND_DUE_MAIL)
    return written


@transaction.atomic
def withdraw_mails(mails: Iterable[int], *, now: datetime, actor: str) -> int:
    """Try no more to send those of `mails` (ids) that were not accepted yet; how many there were.

    A mail that a sweep is handing over at this moment may still be taken; then that is recorded. One
    that a sweep is just writing is left to it: waiting for it here could end in a deadlock, as the
    caller mostly holds the journal of the case already.
    """
    waiting = OutgoingMail.objects.select_for_update(no_key=True, skip_locked=True).order_by("pk")
    found = list(waiting.filter(pk__in=mails, next_try_at__isnull=False))
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in found]).update(
        next_try_at=None, state=MailState.WITHDRAWN
    )
    journal_many(
        Entry(mail.stream, "mail.withdrawn", now, actor, {"mail": mail.pk, "kind": mail.kind})
        for mail in found
        if mail.stream
    )
    return len(found)


@transaction.atomic
def resend_mail(mail: OutgoingMail, *, now: datetime, actor: str) -> OutgoingMail:
    """Send the words of `mail` once more, as a new mail with a Message-ID of its own.

    The old one stays as it is: it is evidence. Raises ValidationError for a mail that is still on
    its way, or whose text was erased.
    """
    old = OutgoingMail.objects.select_for_update(no_key=True).get(pk=mail.pk)
    if old.next_try_at is not None:
        raise ValidationError(_("This mail is still on its way: it is tried again by itself."))
    if old.erased_at is not None or not old.text:
        raise ValidationError(_("The text of this mail was erased; it cannot be sent again."))
    names = ("kind", "stream", "language", "recipient", "reply_to", "subject", "text", "html")
    words = {name: getattr(old, name) for name in names} | {"references": old.references.split()}
    new = queue_mail(**words, sensitive=old.sensitive, by_hand=old.by_hand, now=now)
    if old.stream:
        journal(old.stream, "mail.resent", at=now, actor=actor, mail=old.pk, resent_as=new.pk)
    return new
