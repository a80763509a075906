"""Bounces: a mail that was accepted comes back. It is told once, and never untold (C3, C5)."""

from datetime import datetime
from enum import Enum

import structlog
from django.db import transaction

from hosting.lib.redact import without_addresses
from hosting.records.dsn import read_notification
from hosting.records.enums import MailOutcomeKind, MailState
from hosting.records.models import MailOutcome, OutgoingMail
from hosting.records.services.journal import journal

LONGEST_TEXT = 500
log = structlog.get_logger(__name__)


class Told(Enum):
    """What came of a message from a mail server or an e-mail service."""

    RECORDED = "recorded"
    KNOWN = "known already"
    LATE = "not delivered yet"
    IGNORED = "no bounce"
    UNKNOWN = "no mail of ours"


@transaction.atomic
def record_bounce(message_id: str, text: str, *, now: datetime) -> Told:
    """The mail of this Message-ID came back: its date no longer counts by it (C3). Idempotent.

    `text` is the server's reason; addresses in it are not kept.
    """
    mail = OutgoingMail.objects.select_for_update(no_key=True).filter(message_id=message_id).first()
    if mail is None:
        log.warning("bounce_of_unknown_mail")
        return Told.UNKNOWN
    if mail.bounced_at is not None:
        return Told.KNOWN
    mail.bounced_at, mail.state, mail.next_try_at = now, MailState.BOUNCED, None
    mail.save(update_fields=["bounced_at", "state", "next_try_at"])
    reason = without_addresses(" ".join(text.replace("\0", "").split()))[:LONGEST_TEXT]
    MailOutcome.objects.create(mail=mail, at=now, kind=MailOutcomeKind.BOUNCED, text=reason)
    if mail.stream:
        journal(
            mail.stream, "mail.bounced", at=now, mail=mail.pk, message_id=message_id, kind=mail.kind
        )
    return Told.RECORDED


def receive_notification(raw: bytes, *, now: datetime) -> Told:
    """What a mail server wrote to our bounce address. Raises `dsn.NotUnderstood`.

    An automatic reply is no bounce, and no sign of life (C9).
    """
    notification = read_notification(raw)
    if notification is None:
        return Told.IGNORED
    if not notification.failed:
        log.info("mail_not_delivered_yet", status=notification.status)
        return Told.LATE
    text = f"{notification.status} {notification.diagnosis}"
    return record_bounce(notification.message_id, text, now=now)
