"""A mail that came in: whose ticket it speaks of, and whose words they are.

Nothing is ever answered by itself, so that no loop and no backscatter can begin. What a log says of a
mail is a number and an outcome, never a word of it.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from hosting.lib import replies
from hosting.lib.incoming import Attachment, Incoming, is_flat, read
from hosting.lib.metrics import INCOMING_MAILS
from hosting.records.dsn import NotUnderstood
from hosting.records.models import OutgoingMail, StoredFile
from hosting.records.services import UploadRefused, journal, store_upload
from hosting.records.services.bounces import Told, receive_notification
from interventions.enums import Came
from interventions.models import MessageFile, Ticket, TicketMessage
from interventions.notifications.client import REPLIES
from interventions.services.conversation import (
    CLIENT,
    TALKING,
    keep_message,
    lock_talking,
    reopen,
    tell_staff,
)
from interventions.services.states import NotPossible

LONGEST_TEXT = 50_000
CUT = "\n\n[…]"
UNKNOWN = "?"
MOST_FILES_TAKEN = 5
MOST_A_DAY = 200
STREAM = "ticket:"
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
log = structlog.get_logger(__name__)


def receive_mail(raw: bytes, *, now: datetime) -> Came:
    """Take one mail in, whatever it is made of; raises for a database that is away alone.

    Its token, or what it answers and who sent it, finds the ticket. From the ticket's own address it
    is the client's word; from another one it is kept, shown as such, and counts for nothing (I6). A
    notification of a mail server goes to the bounces. What belongs to no ticket is kept nowhere.
    """
    mail = read(raw)
    came = _receive(raw, mail, now)
    INCOMING_MAILS.labels(outcome=came.value).inc()
    log.info("mail_came", outcome=came.value, size=len(raw), whole=mail.whole)
    return came


def _receive(raw: bytes, mail: Incoming, now: datetime) -> Came:
    if mail.report and is_flat(raw) and _is_bounce(raw, now):
        return Came.BOUNCE
    key = _by_token(mail) or _by_answer(mail)
    if key is None:
        return Came.NOBODYS
    try:
        with transaction.atomic():
            return _keep(lock_talking(key), mail, now)
    except NotPossible:  # closed for good between the two looks
        return Came.NOBODYS


def _is_bounce(raw: bytes, now: datetime) -> bool:
    try:
        return receive_notification(raw, now=now) != Told.IGNORED
    except (NotUnderstood, *UNREADABLE):
        return False


def _by_token(mail: Incoming) -> UUID | None:
    """The ticket whose reply address the mail was sent to."""
    words = replies.keys_in(mail.recipients)
    tickets = Ticket.objects.filter(pk__in=words, state__in=TALKING) if words else ()
    for ticket in tickets:
        if replies.holds(REPLIES, words[ticket.pk], ticket.pk, ticket.link_generation):
            return ticket.pk
    return None


def _by_answer(mail: Incoming) -> UUID | None:
    """The ticket of a mail of ours that this one answers, if its client himself does."""
    if not mail.sender or not mail.refers_to:
        return None
    ours = OutgoingMail.objects.filter(
        message_id__in=mail.refers_to, stream__startswith=STREAM, recipient__iexact=mail.sender
    )
    for stream in ours.order_by("-pk").values_list("stream", flat=True):
        found = Ticket.objects.filter(
            pk=UUID(stream.removeprefix(STREAM)), email__iexact=mail.sender, state__in=TALKING
        )
        if found.exists():
            return found.get().pk
    return None


def _keep(ticket: Ticket, mail: Incoming, now: datetime) -> Came:
    """Write the mail into the locked ticket's conversation, once."""
    if TicketMessage.objects.filter(came_by_mail=mail.message_id).exists():
        return Came.KNOWN
    today = ticket.messages.exclude(came_by_mail="").filter(at__gt=now - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        return Came.TOO_MANY
    own = bool(mail.sender) and mail.sender == ticket.email.lower()
    try:
        with transaction.atomic():
            message = keep_message(
                ticket,
                text=_text(mail),
                now=now,
                came_by_mail=mail.message_id,
                automatic=mail.automatic,
                other_address="" if own else mail.sender or UNKNOWN,
            )
    except IntegrityError:  # the same mail, on another ticket's way in at this moment
        return Came.KNOWN
    taken = _keep_files(message, mail.attachments, taken=own and not mail.automatic, now=now)
    facts = {"message": message.pk, "hash": message.content_hash, "files": taken}
    facts |= {"automatic": mail.automatic, "own_address": own}
    journal(ticket.stream, "mail.came", at=now, actor=CLIENT if own else "unknown", **facts)
    if mail.automatic:
        return Came.AUTOMATIC
    if own:
        reopen(ticket, now=now)
    tell_staff(ticket, own_address=own, now=now)
    return Came.KEPT if own else Came.OTHER_ADDRESS


def _text(mail: Incoming) -> str:
    cut = len(mail.text) > LONGEST_TEXT or not mail.whole
    return f"{mail.text[:LONGEST_TEXT]}{CUT}".strip() if cut else mail.text


def _keep_files(
    message: TicketMessage, attachments: tuple[Attachment, ...], *, taken: bool, now: datetime
) -> list[str]:
    """Note every file; take up to five of the client's own through the one upload path (D6). Their
    hashes."""
    hashes: list[str] = []
    for one in attachments:
        may = taken and len(hashes) < MOST_FILES_TAKEN
        file = _stored(one, now) if may else None
        MessageFile.objects.create(message=message, name=one.name, size=one.size, file=file)
        if file is not None:
            hashes.append(file.sha256)
    return hashes


def _stored(attachment: Attachment, now: datetime) -> StoredFile | None:
    if attachment.content is None:
        return None
    try:
        return store_upload(SimpleUploadedFile(attachment.name, attachment.content), now=now)
    except UploadRefused:
        return None
