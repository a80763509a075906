"""Attempts that people make: calls, messages, letters; what came of each is added (C3, C5, C8)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from accounts.models import User
from cessions.enums import OutcomeKind, SignKind
from cessions.facts import provider_zone
from cessions.models import AttemptOutcome, ContactAttempt, TransferRequest
from cessions.services import signs, states
from cessions.services.refused import Refused
from hosting.lib.dates import local_date
from hosting.records.services import journal

OUTCOMES: dict[str, tuple[OutcomeKind, ...]] = {
    ContactKind.PHONE: (
        OutcomeKind.NO_ANSWER,
        OutcomeKind.VOICEMAIL,
        OutcomeKind.SPOKEN_TO_OTHER,
        OutcomeKind.HOLDER_ANSWERED,
        OutcomeKind.INVALID,
    ),
    ContactKind.POST: (
        OutcomeKind.LETTER_POSTED,
        OutcomeKind.HOLDER_ANSWERED,
        OutcomeKind.INVALID,
    ),
}
MESSAGE_OUTCOMES = (OutcomeKind.MESSAGE_SENT, OutcomeKind.HOLDER_ANSWERED, OutcomeKind.INVALID)


class AttemptRefused(Refused):
    """The attempt cannot be recorded; the message says why, in the reader's language."""


def outcomes_of(channel: str) -> tuple[OutcomeKind, ...]:
    """What can come of an attempt by `channel`, in the order of the buttons."""
    return OUTCOMES.get(channel, MESSAGE_OUTCOMES)


@transaction.atomic
def record_attempt(
    request_id: int,
    *,
    channel: str,
    address: str,
    outcome: str,
    words: str,
    remark: str = "",
    by: User,
    now: datetime,
    contact_method_id: int | None = None,
) -> ContactAttempt:
    """What `by` has just done, at `now`, and what came of it. Never for another date (C4).

    A further try on the same date by the same method, or a correction, is a further outcome of the
    same attempt (C5). "The holder answered" is a sign of life and ends the request (C9); it needs a
    remark. Raises AttemptRefused, SignRefused; ValueError for a channel or outcome that has no sense.
    """
    if channel == ContactKind.EMAIL or outcome not in outcomes_of(channel):
        raise ValueError(f"{outcome} cannot come of {channel}")
    request = states.lock(request_id)
    if not request.is_open or request.account_id is None:
        raise AttemptRefused(_("This request is over; nobody is sought any more."))
    attempt = _attempt(request, channel, address, words, contact_method_id, by, now)
    AttemptOutcome.objects.create(attempt=attempt, at=now, kind=outcome, text=remark[:500], by=by)
    journal(
        request.stream,
        "contact_outcome",
        at=now,
        actor=f"user:{by.pk}",
        request=request.number,
        attempt=attempt.pk,
        channel=str(channel),
        outcome=str(outcome),
    )
    if outcome == OutcomeKind.HOLDER_ANSWERED:
        signs.record_sign(request_id, SignKind.MESSAGE, text=remark, by=by, now=now)
    return attempt


def _attempt(
    request: TransferRequest,
    channel: str,
    address: str,
    words: str,
    contact_method_id: int | None,
    by: User,
    now: datetime,
) -> ContactAttempt:
    """The attempt row of this date and method; it keeps who made it first and the words used."""
    attempt, _created = ContactAttempt.objects.get_or_create(
        request=request,
        local_date=local_date(now, provider_zone()),
        channel=channel,
        address=address.strip()[:300],
        defaults={
            "at": now,
            "text": words,
            "by": by,
            "contact_method_id": contact_method_id,
        },
    )
    return attempt
