"""Whether the holder was sought long enough and by all means (C1, C3, C4, C6, C7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cessions.policies.contact import gaps_between
from cessions.policies.search import ContactFacts, Run, Search, Untried, search_at
from cessions.policies.sending import OPENS, first_attempt_due
from hosting.lib.dates import ONE_DAY, as_utc, dates_between, end_of, instant, local_date, runs_of


@dataclass(frozen=True)
class Period:
    """How far the search for the holder has come; dates are local, instants UTC."""

    required: int
    run: tuple[date, ...]
    """The dates of the run that fulfils the period; else of the one going on now, perhaps none."""
    today_counts: bool
    gaps: tuple[date, ...]
    fulfilled_at: datetime | None
    earliest_at: datetime | None
    """While not fulfilled: the midnight at which it can be, if no date is missed from now on."""
    letter_missing: bool
    """Every e-mail address is dead and no registered letter was posted within the run (C3)."""
    channel_dates_missing: int
    """Every e-mail address is dead: on how many more dates another channel has to be tried (C3)."""
    independent_missing: bool
    """Only channels that hang on the contested service were used (C6)."""
    untried: tuple[Untried, ...]
    means_from: datetime | None
    """From when all means can have been tried, where that is not today: a telephone's second date,
    or the end of a new run when the run that fulfils the period is over."""


def period(facts: ContactFacts, now: datetime) -> Period:
    """How far the search for the holder has come at `now` (C1, C3, C4, C6, C7).

    Fulfilled means: some run of consecutive dates that count, as many as required, all over, not
    resting on the contested service alone. It is derived from all attempts, so that only a bounce
    that takes a date away, an extension or a restart can undo it.
    """
    search = search_at(facts, as_utc(now))
    counted = search.counting_dates(search.yesterday)
    current = next((run for run in runs_of(counted) if search.goes_on(run)), None)
    done = search.completed_runs()
    return _fulfilled(search, done, current) if done else _running(search, current)


def _fulfilled(search: Search, done: Mapping[date, date], current: Run | None) -> Period:
    ways = [(search.run_through(first, day), day) for first, day in done.items()]
    run, day = min(ways, key=lambda way: (len(search.untried(way[0])), way[1]))
    untried = search.untried(run)
    means_from = _means_from(search, untried)
    if not search.goes_on(run) and any(not search.came_after(u.method, run[1]) for u in untried):
        means_from = end_of(_earliest_last(search, _first(search, current), 0), search.facts.zone)
    return Period(
        required=search.facts.required_dates,
        run=tuple(dates_between(*run)),
        today_counts=_today_counts(search),
        gaps=_gaps(search),
        fulfilled_at=end_of(day, search.facts.zone),
        earliest_at=None,
        letter_missing=False,
        channel_dates_missing=0,
        independent_missing=False,
        untried=untried,
        means_from=means_from,
    )


def _first(search: Search, current: Run | None) -> date:
    """The first date of the run that goes on, or of the one that can begin now."""
    return current[0] if current else max(search.today, _first_date(search))


def _running(search: Search, run: Run | None) -> Period:
    zone, today = search.facts.zone, search.today
    first = _first(search, run)
    last = run[1] if run else first - ONE_DAY
    dead = search.leans_on_dead_mail(first, last) or search.every_email_fails(today, today)
    letter = dead and search.letter_missing(first, today)
    channel = search.channel_dates_missing(first, today) if dead else 0
    untried = search.untried((first, max(last, today)))
    return Period(
        required=search.facts.required_dates,
        run=tuple(dates_between(first, last)),
        today_counts=_today_counts(search),
        gaps=_gaps(search),
        fulfilled_at=None,
        earliest_at=end_of(_earliest_last(search, first, channel), zone),
        letter_missing=letter,
        channel_dates_missing=channel,
        independent_missing=search.leans_on_contested(first, today),
        untried=untried,
        means_from=_means_from(search, untried),
    )


def _earliest_last(search: Search, first: date, channel_dates: int) -> date:
    """The last date of the run that begins on `first` if nothing is missed from now on."""
    by_length = first + ONE_DAY * (search.facts.required_dates - 1)
    from_today = 0 if search.today in search.channel_dates else 1
    by_channel = search.today + timedelta(days=channel_dates - from_today)
    return max(by_length, search.today, by_channel)


def _first_date(search: Search) -> date:
    zone = search.facts.zone
    return local_date(first_attempt_due(search.facts.attempts_from, zone), zone)


def _today_counts(search: Search) -> bool:
    return search.today in search.counting_dates(search.yesterday)


def _gaps(search: Search) -> tuple[date, ...]:
    counted = search.counting_dates(search.yesterday)
    return gaps_between(_first_date(search), search.today, counted)


def _means_from(search: Search, untried: tuple[Untried, ...]) -> datetime | None:
    today = {
        a.method
        for a in search.attempts
        if a.tried and local_date(a.at, search.facts.zone) == search.today
    }
    if any(u.needed - u.dates > 1 or u.method.key in today for u in untried):
        return instant(search.today + ONE_DAY, OPENS, search.facts.zone)
    return None
