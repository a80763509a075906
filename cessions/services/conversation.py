"""What claimant and staff write to each other in a case (T5, A10). A message waits for no answer and
lets nothing lapse: that is a question's business (T6, `questions.py`)."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cessions.enums import FilingState
from cessions.models import CaseMessage, Filing, TransferRequest
from cessions.notifications import claimant as notify
from cessions.services.guard import ActRefused, actor_of, require_staff, require_supervisor
from cessions.services.locks import lock_filing, require
from cessions.services.refused import Refused
from hosting.lib.mailtext import tidy
from hosting.records.models import OutgoingMail
from hosting.records.services import journal

LONGEST = 5000
MOST_A_DAY = 20
SENT_TWICE = timedelta(minutes=10)
A_DAY = timedelta(days=1)


@transaction.atomic
def write_to_staff(filing: Filing, text: str, *, now: datetime) -> CaseMessage:
    """The claimant writes; staff see it at once. Raises Refused in words, NotPossible.

    The same words sent again within some minutes, by a second press of the button, are one message.
    Afterwards nothing is refused for the state of the request: who was refused may write, too.
    """
    filing = lock_filing(filing)
    require(filing.state == FilingState.CONFIRMED, "not received")
    words = fitting(text)
    own = filing.messages.filter(by__isnull=True)
    same = own.filter(sha256=sha256(words), at__gt=now - SENT_TWICE).last()
    if same is not None:
        return same
    if own.filter(at__gt=now - A_DAY).count() >= MOST_A_DAY:
        raise Refused(
            _("You have written a lot today. We read all of it; please call us if it is urgent.")
        )
    message = CaseMessage.objects.create(filing=filing, at=now, text=words, sha256=sha256(words))
    tell_of(message, "message_received", "claimant", now)
    return message


@transaction.atomic
def write_to_claimant(
    request_id: int, *, text: str, template: str = "", by: User, now: datetime
) -> CaseMessage:
    """Staff write: by e-mail and on the status page. What the claimant wrote counts as read then.

    `template` is the usual answer that staff began from. Raises Refused in words.
    """
    require_staff(by)
    filing = lock_filing(filing_of(request_id))
    if not filing.email:
        raise Refused(_("This claimant has no e-mail address: please call or write by post."))
    words = fitting(text)
    message = CaseMessage(
        filing=filing, by=by, at=now, text=words, sha256=sha256(words), template=template
    )
    message.mail = notify.message_written(filing, words, now=now)
    message.save()
    tell_of(message, "message_sent", actor_of(by), now, template=template)
    seen(filing, by, now)
    return message


@transaction.atomic
def mark_read(request_id: int, *, by: User, now: datetime) -> int:
    """Staff read what the claimant wrote and leave it at that; how many messages it were."""
    require_staff(by)
    return seen(lock_filing(filing_of(request_id)), by, now)


@transaction.atomic
def erase_message(filing: Filing, message_id: int, *, by: User, now: datetime) -> None:
    """Erase the words of a message; its hash stays, so that the journal still verifies (L2).

    Raises ActRefused.
    """
    require_supervisor(by)
    filing = lock_filing(filing)
    message = filing.messages.filter(pk=message_id, erased_at__isnull=True).first()
    if message is None:
        raise ActRefused("state")
    message.text, message.erased_at = "", now
    message.save(update_fields=["text", "erased_at"])
    if message.mail_id is not None:
        sent = OutgoingMail.objects.filter(pk=message.mail_id, next_try_at__isnull=True)
        sent.update(text="", html="", erased_at=now)
    tell_of(message, "message_erased", actor_of(by), now)


def unread_of(filing: Filing) -> bool:
    """Whether the claimant wrote something that nobody of staff has read."""
    return filing.messages.filter(by__isnull=True, seen_at__isnull=True).exists()


def seen(filing: Filing, by: User, now: datetime) -> int:
    """The claimant's messages of a locked filing are read by `by`."""
    unread = filing.messages.filter(by__isnull=True, seen_at__isnull=True)
    return unread.update(seen_at=now, seen_by=by)


def filing_of(request_id: int) -> Filing:
    """The filing of a request. Raises ActRefused when it is gone."""
    request = TransferRequest.objects.select_related("filing").filter(pk=request_id).first()
    if request is None:
        raise ActRefused("state")
    return request.filing


def fitting(text: str) -> str:
    """The words without what controls a screen. Raises Refused for none and for too many."""
    words = tidy(text)
    if not words:
        raise Refused(_("Please write something first."))
    if len(words) > LONGEST:
        raise Refused(
            _("Please be a little shorter: up to %(count)d characters.") % {"count": LONGEST}
        )
    return words


def sha256(words: str) -> str:
    """The hash by which the journal knows a message."""
    return hashlib.sha256(words.encode()).hexdigest()


def tell_of(message: CaseMessage, event: str, actor: str, now: datetime, **facts: object) -> None:
    """Journal a message by its hash: its words are no part of the journal (DESIGN, principle 7)."""
    journal(
        message.filing.stream,
        event,
        at=now,
        actor=actor,
        message=message.pk,
        sha256=message.sha256,
        **facts,
    )
