"""The gaps of a search with their causes, from the rows of a case (C4)."""

from datetime import date, datetime

from accounts.enums import ContactKind
from cessions import policies
from cessions.facts import attempt_value, can_be_written, is_usable, provider_zone
from cessions.snapshot import AttemptRow, RequestRow
from hosting.lib.dates import ONE_DAY, dates_between, end_of, local_date
from hosting.records.enums import MailState


def gaps_of(request: RequestRow, at: datetime) -> list[policies.Gap]:
    """The dates from the first due attempt to yesterday (or the end) without a valid one, and why.

    All runs of the request: a date that a restart made meaningless is still shown (T7).
    """
    if request.first_attempt_due_at is None:
        return []
    zone = provider_zone()
    until = min(request.ended_at, at) if request.ended_at else at
    first, last = local_date(request.first_attempt_due_at, zone), local_date(until, zone)
    known = [attempt for attempt in request.attempts if attempt.at <= at]
    values = [attempt_value(attempt, (), at) for attempt in known]
    counted = {local_date(value.at, zone) for value in values if value.valid}
    stopped = stopped_dates(request, at)
    return [
        policies.Gap(day, _cause(request, known, day, at, day in stopped))
        for day in policies.gaps_between(first, last, counted)
    ]


def stopped_dates(request: RequestRow, at: datetime) -> set[date]:
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


def _cause(
    request: RequestRow, known: list[AttemptRow], day: date, at: datetime, stopped: bool
) -> policies.GapCause:
    tries = [_try(attempt, at) for attempt in known if attempt.local_date == day]
    evening = end_of(day, provider_zone())
    methods = request.account.methods if request.account else ()
    mailable = any(
        method.kind == ContactKind.EMAIL and is_usable(method, evening) and can_be_written(method)
        for method in methods
    )
    return policies.cause_of_gap(tries, stopped=stopped, mailable=mailable)


def _try(attempt: AttemptRow, at: datetime) -> policies.Try:
    if attempt.mail_id is None:
        return policies.Try.INVALID
    if attempt.bounced_at is not None and attempt.bounced_at <= at:
        return policies.Try.BOUNCED
    if attempt.mail_state == MailState.FAILED and attempt.refused_at is not None:
        return policies.Try.REFUSED
    return policies.Try.NOT_DELIVERED
