"""The conversation on a ticket: what staff write to the client, what he writes to us.

Nothing that is written, on the page or by mail, answers a request for validation or counts as reached:
that needs his page, his space or a call (I6).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.lib.incoming import MESSAGE_ID
from hosting.lib.mailtext import split_quoted, tidy
from hosting.records.models import OutgoingMail
from hosting.records.services import journal
from hosting.services.roles import require_staff, required_text
from interventions.enums import TicketState
from interventions.models import MessageFile, Ticket, TicketMessage
from interventions.notifications import conversation as notify
from interventions.services.states import NotPossible

CLIENT = "client"
TALKING = (TicketState.OPEN, TicketState.CLOSED)
LONGEST_TEXT = 20_000
TWICE = timedelta(minutes=10)
QUIET = timedelta(minutes=10)
MOST_REFERENCES = 10


@transaction.atomic
def write_to_client(ticket: Ticket, *, text: str, by: User, now: datetime) -> TicketMessage:
    """Keep what staff write, and mail it to the client; his answer leads back here.

    Raises ValidationError without text, NotPossible on a ticket whose address nobody confirmed.
    """
    require_staff(by)
    words = required_text("text", tidy(text))
    ticket = lock_talking(ticket.pk)
    mail = notify.write_to_client(ticket, text=words, by=by, references=thread_of(ticket), now=now)
    message = keep_message(ticket, text=words, by=by, mail=mail, now=now)
    facts = {"message": message.pk, "hash": message.content_hash, "mail": mail.pk}
    journal(ticket.stream, "message.sent", at=now, actor=f"user:{by.pk}", **facts)
    return message


@transaction.atomic
def client_wrote(ticket: Ticket, *, text: str, now: datetime, actor: str = CLIENT) -> TicketMessage:
    """Keep what the client wrote on his page, and tell staff; a closed ticket is open again.

    The same words sent twice at once are one message. Raises ValidationError without text, or with
    too much; NotPossible on a ticket whose address nobody confirmed.
    """
    words = required_text("text", tidy(text))
    if len(words) > LONGEST_TEXT:
        raise ValidationError({"text": _("This is too long for one message.")})
    ticket = lock_talking(ticket.pk)
    same = ticket.messages.filter(by=None, content_hash=content_hash(words), at__gt=now - TWICE)
    known = same.first()
    if known is not None:
        return known
    message = keep_message(ticket, text=words, now=now)
    facts = {"message": message.pk, "hash": message.content_hash}
    journal(ticket.stream, "message.came", at=now, actor=actor, **facts)
    reopen(ticket, now=now)
    tell_staff(ticket, own_address=True, now=now)
    return message


def lock_talking(key: UUID) -> Ticket:
    """The ticket, its row locked. Raises NotPossible when it has no confirmed address, or is erased."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=key)
    if ticket.state not in TALKING or ticket.erased_at is not None:
        raise NotPossible("state")
    return ticket


def keep_message(ticket: Ticket, *, text: str, now: datetime, **fields: object) -> TicketMessage:
    """Write one message of the locked ticket."""
    digest = content_hash(text)
    words = {"ticket": ticket, "text": text, "content_hash": digest, "at": now, **fields}
    return TicketMessage.objects.create(**words)


def content_hash(text: str) -> str:
    """SHA-256 of a message's text, as the journal refers to it."""
    return hashlib.sha256(text.encode()).hexdigest()


def reopen(ticket: Ticket, *, now: datetime) -> None:
    """The client wrote on the locked ticket after its end: it is open again, so that staff see it."""
    if ticket.state != TicketState.CLOSED:
        return
    ticket.state, ticket.closed_at, ticket.erase_at = TicketState.OPEN, None, None
    ticket.save(update_fields=["state", "closed_at", "erase_at"])
    journal(ticket.stream, "ticket.reopened", at=now, actor=CLIENT)


def tell_staff(ticket: Ticket, *, own_address: bool, now: datetime) -> None:
    """One mail for several messages in a row: none within ten minutes, unless staff wrote between."""
    kind = notify.ANSWERED if own_address else notify.ANSWERED_BY_OTHER
    lately = OutgoingMail.objects.filter(stream=ticket.stream, created_at__gt=now - QUIET)
    told = lately.filter(kind=kind).order_by("-pk").first()
    if told and not ticket.messages.filter(by__isnull=False, at__gt=told.created_at).exists():
        return
    notify.client_answered(ticket, technician_of(ticket), own_address=own_address, now=now)


def technician_of(ticket: Ticket) -> User | None:
    """Who is in charge: the technician of the latest intervention, as long as he works here."""
    works = ticket.interventions.filter(technician__is_active=True, technician__is_staff=True)
    work = works.select_related("technician").order_by("-opened_at").first()
    return work.technician if work else None


def thread_of(ticket: Ticket) -> list[str]:
    """The Message-IDs of the conversation, for a mail program to thread by: the first mail of ours,
    then the last ten, the nearest last."""
    first = OutgoingMail.objects.filter(stream=ticket.stream, recipient=ticket.email)
    root = first.order_by("pk").values_list("message_id", flat=True)[:1]
    said = ticket.messages.filter(automatic=False, other_address="").order_by("-pk")
    rows = said.values_list("mail__message_id", "came_by_mail")[:MOST_REFERENCES]
    found = [ours or theirs for ours, theirs in reversed(list(rows))]
    known = [one for one in (*root, *found) if one and MESSAGE_ID.fullmatch(one)]
    return list(dict.fromkeys(known))


# -- What is shown --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """One message as its readers see it; `quoted` is the history below, folded away."""

    message: TicketMessage
    by_us: bool
    name: str
    new: str
    quoted: str
    files: list[MessageFile]


def conversation_of(ticket: Ticket, *, for_client: bool) -> list[Shown]:
    """The messages in their order, in two queries; a client is not shown what machines wrote."""
    said = ticket.messages.select_related("by", "mail").defer("mail__text", "mail__html")
    said = said.prefetch_related("files__file").order_by("pk")
    return [_shown(one, ticket) for one in _visible(said, for_client)]


def _visible(said: Iterable[TicketMessage], for_client: bool) -> list[TicketMessage]:
    return [one for one in said if not (for_client and one.automatic)]


def _shown(message: TicketMessage, ticket: Ticket) -> Shown:
    new, quoted = split_quoted(message.text)
    name = message.by.full_name if message.by else ticket.full_name
    if message.other_address:
        name = message.other_address
    by_us = message.by is not None
    return Shown(message, by_us, name, new, quoted, list(message.files.all()))
