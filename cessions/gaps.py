"""Why a date of a search does not count, from the rows of a case (C4)."""

from collections.abc import Collection
from datetime import date, datetime

from accounts.enums import ContactKind
from cessions import policies
from cessions.facts import attempt_value, can_be_written, is_usable, provider_zone
from cessions.policies.gaps import GapCause, Try, cause_of_gap
from cessions.snapshot import AttemptRow, RequestRow
from hosting.lib.dates import ONE_DAY, dates_between, end_of, local_date
from hosting.records.enums import MailState


def cause_on(
    request: RequestRow, day: date, at: datetime, stopped: Collection[date]
) -> GapCause | None:
    """Why the local date `day` does not count as it was known at `at`; None when it does (C3, C4)."""
    known = [a for a in request.attempts if a.at <= at and a.local_date == day]
    zone = provider_zone()
    for attempt in request.attempts:
        value = attempt_value(attempt, (), at)
        if attempt.at <= at and value.valid and local_date(value.at, zone) == day:
            return None
    return cause_of_gap(
        [_try(attempt, at) for attempt in known],
        stopped=day in stopped,
        mailable=_mailable(request, day),
    )


def stopped_dates(request: RequestRow) -> set[date]:
    """The dates on which nobody was to be sought, before the present run: from the sign of life that
    stopped the search to the eve of the run's first attempt (C10, T7)."""
    if request.run_from is None:
        return set()
    zone = provider_zone()
    signs = [sign.at for sign in request.signs if sign.at < request.run_from]
    if not signs:
        return set()
    resumes = local_date(policies.first_attempt_due(request.run_from, zone), zone)
    return set(dates_between(local_date(max(signs), zone), resumes - ONE_DAY))


def _mailable(request: RequestRow, day: date) -> bool:
    """Whether an e-mail address of the holder was on file at the end of `day`."""
    evening = end_of(day, provider_zone())
    return any(
        method.kind == ContactKind.EMAIL and is_usable(method, evening) and can_be_written(method)
        for method in (request.account.methods if request.account else ())
    )


def _try(attempt: AttemptRow, at: datetime) -> Try:
    if attempt.mail_id is None:
        return Try.INVALID
    if attempt.bounced_at is not None and attempt.bounced_at <= at:
        return Try.BOUNCED
    if attempt.mail_state == MailState.FAILED and attempt.refused_at is not None:
        return Try.REFUSED
    return Try.NOT_DELIVERED
