"""Putting mail into the outbox, inside the business transaction (DESIGN, principle 4)."""

import hashlib
import uuid
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.validators import validate_email

from hosting.records.models import OutgoingMail


def message_id(key: str) -> str:
    """A Message-ID in the provider's domain; the same key gives the same one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{key}@{domain}>"


def content_hash(subject: str, text: str, html: str) -> str:
    """SHA-256 over the parts, as the journal and erasure refer to them."""
    return hashlib.sha256("\0".join((subject, text, html)).encode()).hexdigest()


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
    sensitive: bool = False,
    give_up_at: datetime | None = None,
    not_before: datetime | None = None,
) -> OutgoingMail:
    """An unsaved mail, due at `not_before` or now. One recipient; raises ValidationError otherwise.

    Private links stand in the text as `hosting.lib.links.placeholder(...)`; the real link is put in
    only on the way out, so that neither database nor staff ever see it.
    """
    validate_email(recipient)
    return OutgoingMail(
        message_id=message_id(uuid.uuid4().hex),
        kind=kind,
        stream=stream,
        language=language,
        recipient=recipient,
        reply_to=reply_to,
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        content_hash=content_hash(" ".join(subject.split()), text, html),
        sensitive=sensitive,
        created_at=now,
        next_try_at=not_before or now,
        give_up_at=give_up_at,
    )


def queue_mail(**parts: object) -> OutgoingMail:
    """Write one mail into the outbox; takes the same words as `build_mail`."""
    mail = build_mail(**parts)  # type: ignore[arg-type]
    mail.save(force_insert=True)
    return mail
