"""Mails that came in: kept as they are first, read afterwards (DESIGN, principle 4)."""

from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction

from hosting.lib.bell import ring_on_commit
from hosting.lib.incoming import MOST_BYTES
from hosting.lib.sweeps import each
from interventions.enums import Came, MailWay
from interventions.models import IncomingMail
from interventions.services.incoming import receive_mail

READ_INCOMING = "interventions.tasks.read_incoming_mail"
AGAIN = timedelta(minutes=5)
MOST_TRIES = 10
KEPT_DAYS = timedelta(days=30)
log = structlog.get_logger(__name__)


@transaction.atomic
def take_in(raw: bytes, *, way: MailWay, now: datetime) -> IncomingMail:
    """Keep a mail until it is read, and ring for it. Of one over 5 MB the beginning is kept."""
    kept = IncomingMail.objects.create(
        came_at=now, way=way, raw=raw[: MOST_BYTES + 1], size=len(raw), next_try_at=now
    )
    ring_on_commit(READ_INCOMING)
    return kept


def read_due(now: datetime, limit: int = 100) -> int:
    """Read what came in, item by item; how many were done. For the sweep."""
    due = IncomingMail.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    keys = list(due.values_list("pk", flat=True)[:limit])
    return each(keys, lambda key: read_one(key, now=now), name="incoming mails")


def read_one(key: int, *, now: datetime) -> bool:
    """Read one mail and erase its bytes; False when another sweep has it, or it must be tried again.

    The try is counted first, so that a mail that kills its reader does not come for ever. After ten
    it is given up, its bytes kept for 30 days to be looked at.
    """
    claimed = _claim(key, now)
    if claimed is None:
        return False
    try:
        with transaction.atomic():
            came = receive_mail(bytes(claimed.raw), now=now)
            _done(claimed, came, now)
    except DatabaseError as error:  # its words may hold the mail's
        log.error("incoming_mail_failed", mail=key, error=type(error).__name__)
        if claimed.tries >= MOST_TRIES:
            IncomingMail.objects.filter(pk=key).update(next_try_at=None, outcome=Came.FAILED)
        return False
    return True


@transaction.atomic
def _claim(key: int, now: datetime) -> IncomingMail | None:
    found = IncomingMail.objects.select_for_update(skip_locked=True)
    mail = found.filter(pk=key, next_try_at__lte=now).first()
    if mail is None:
        return None
    mail.tries += 1
    mail.next_try_at = now + AGAIN * mail.tries
    mail.save(update_fields=["tries", "next_try_at"])
    return mail


def _done(mail: IncomingMail, came: Came, now: datetime) -> None:
    mail.raw, mail.next_try_at, mail.done_at, mail.outcome = b"", None, now, came
    mail.save(update_fields=["raw", "next_try_at", "done_at", "outcome"])


def forget_old(now: datetime) -> int:
    """Let go of what was done, or given up, more than 30 days ago; how many rows."""
    old = IncomingMail.objects.filter(came_at__lt=now - KEPT_DAYS, next_try_at=None)
    return int(old.delete()[0])
