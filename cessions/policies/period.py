"""Whether the holder was sought long enough and by all means (C1, C3, C4, C6, C7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from cessions.policies.contact import EMAIL, PHONE, POST, gaps_between
from cessions.policies.sending import OPENS, first_attempt_due
from hosting.lib.dates import ONE_DAY, as_utc, dates_between, end_of, instant, local_date, runs_of

MINIMUM_DATES = 7
MAXIMUM_DATES = 30
PHONE_DATES = 2
INDEPENDENT_DATES = 2
DEAD_MAIL_CHANNEL_DATES = 3

Run = tuple[date, date]
"""Consecutive dates that count, as the first and the last of them."""


@dataclass(frozen=True)
class Attempt:
    """One try to reach the holder, as the period is judged from it.

    `at` is aware (of an e-mail, its acceptance or its refusal); `valid` by C3 at the instant of
    judgment; `method` the key of the contact method; `sent` that a try was really made although it
    is not valid (a refused or bounced mail); `depends_on_contested` by C6, per contested service.
    """

    at: datetime
    valid: bool
    method: str
    kind: str
    sent: bool = False
    depends_on_contested: bool = False

    @property
    def tried(self) -> bool:
        """Whether the method was really tried (C1), be it in vain."""
        return self.valid or self.sent


@dataclass(frozen=True)
class MethodOnFile:
    """A way to reach the holder (C1, C6): also former ones, emergency contacts, his other services.

    `since` is when it came on file, aware, or None for "always": a method that is found after the
    run ended has to be tried, too, but does not undo the run (C4).
    """

    key: str
    kind: str
    label: str = ""
    usable: bool = True
    since: datetime | None = None


@dataclass(frozen=True)
class ContactFacts:
    """All that the period of C1 is judged from, for one contested service."""

    zone: ZoneInfo
    attempts_from: datetime
    """Reception, entry (T2) or the restart of C10 and T7: attempts before it belong to another run."""
    attempts: tuple[Attempt, ...]
    methods: tuple[MethodOnFile, ...]
    failing_emails: frozenset[str] = frozenset()
    """Keys of the e-mail methods that fail permanently (C3)."""
    letters_posted: tuple[datetime, ...] = ()
    """Registered letters beyond those among the attempts, whose kind is "post"."""
    minimum_dates: int = MINIMUM_DATES
    further_dates: int = 0
    """The dates that staff added to the period and did not take back (C7)."""

    @property
    def required_dates(self) -> int:
        """How many consecutive dates are needed: as extended, at most 30, never below C1 (C7)."""
        minimum = max(self.minimum_dates, MINIMUM_DATES)
        return max(minimum, min(minimum + self.further_dates, MAXIMUM_DATES))


@dataclass(frozen=True)
class Untried:
    """A usable method that the run has not tried on enough dates yet (C1)."""

    method: MethodOnFile
    dates: int
    needed: int


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


@dataclass(frozen=True)
class _Search:
    """The attempts of a case at `now`, laid out by local date."""

    facts: ContactFacts
    now: datetime
    attempts: tuple[Attempt, ...]
    letters: frozenset[date]

    @cached_property
    def today(self) -> date:
        return local_date(self.now, self.facts.zone)

    def dates(self, attempts: Iterable[Attempt]) -> set[date]:
        return {local_date(attempt.at, self.facts.zone) for attempt in attempts}

    @cached_property
    def valid_dates(self) -> set[date]:
        return self.dates(attempt for attempt in self.attempts if attempt.valid)

    @cached_property
    def free_dates(self) -> set[date]:
        """Dates with a valid attempt that does not hang on the contested service (C6)."""
        valid = (a for a in self.attempts if a.valid)
        return self.dates(a for a in valid if not a.depends_on_contested)

    @cached_property
    def channel_dates(self) -> set[date]:
        """Dates with a valid attempt by another channel than e-mail and letter (C3)."""
        return self.dates(a for a in self.attempts if a.valid and a.kind not in (EMAIL, POST))

    @cached_property
    def dead_mail_dates(self) -> set[date]:
        """Dates with a send although every e-mail address on file fails permanently (C3)."""
        sent = self.dates(a for a in self.attempts if a.kind == EMAIL and a.tried)
        return {day for day in sent if self.every_email_fails(day)}

    def on_file(self, day: date) -> list[MethodOnFile]:
        zone = self.facts.zone
        return [
            m for m in self.facts.methods if m.since is None or local_date(m.since, zone) <= day
        ]

    def every_email_fails(self, day: date) -> bool:
        emails = [method for method in self.on_file(day) if method.kind == EMAIL]
        return bool(emails) and all(m.key in self.facts.failing_emails for m in emails)

    def letter_missing(self, first: date, last: date) -> bool:
        return not any(first <= day <= last for day in self.letters)

    def channel_dates_missing(self, first: date, last: date) -> int:
        others = [m for m in self.on_file(last) if m.usable and m.kind not in (EMAIL, POST)]
        if not others:
            return 0
        made = sum(first <= day <= last for day in self.channel_dates)
        return max(0, DEAD_MAIL_CHANNEL_DATES - made)

    def independent_missing(self, first: date, last: date) -> bool:
        """Whether too few dates have an attempt outside the contested service (C6)."""
        free = sum(first <= day <= last for day in self.free_dates)
        enough = free >= INDEPENDENT_DATES
        return not enough and self.letter_missing(first, last)

    def leans_on_contested(self, first: date, last: date) -> bool:
        """Whether some date counts by the contested service alone, and too few others do not (C6)."""
        leaning = any(first <= day <= last for day in self.valid_dates - self.free_dates)
        return leaning and self.independent_missing(first, last)

    def leans_on_dead_mail(self, first: date, last: date) -> bool:
        return any(day not in self.valid_dates for day in dates_between(first, last))

    def suffices(self, first: date, last: date) -> bool:
        """Whether the dates from `first` to `last`, all with a send, fulfil the period (C3, C6)."""
        if self.independent_missing(first, last):
            return False
        if not self.leans_on_dead_mail(first, last):
            return True
        missing = self.letter_missing(first, last) or self.channel_dates_missing(first, last)
        return not missing

    def fulfilled_on(self, first: date, last: date) -> date | None:
        """The first date that, once over, completes the run from `first` to `last` (C4)."""
        earliest = first + ONE_DAY * (self.facts.required_dates - 1)
        for day in dates_between(earliest, last):
            if end_of(day, self.facts.zone) <= self.now and self.suffices(first, day):
                return day
        return None

    def goes_on(self, run: Run) -> bool:
        """Whether `run` reaches today, or yesterday while today does not count yet."""
        return run[1] >= self.today - ONE_DAY

    def came_after(self, method: MethodOnFile, day: date) -> bool:
        return method.since is not None and local_date(method.since, self.facts.zone) > day

    def untried(self, first: date, last: date) -> tuple[Untried, ...]:
        """The usable methods not tried on enough dates from `first` on (C1).

        A run that still goes on is open at its end; after a run that ended, only a method that came
        on file later can be tried.
        """
        going_on = self.goes_on((first, last))
        found = []
        for method in self.facts.methods:
            if not method.usable:
                continue
            until = self.today if going_on or self.came_after(method, last) else last
            tried = self.dates(a for a in self.attempts if a.tried and a.method == method.key)
            dates = sum(first <= day <= until for day in tried)
            needed = PHONE_DATES if method.kind == PHONE else 1
            if dates < needed:
                found.append(Untried(method, dates, needed))
        return tuple(found)


def period(facts: ContactFacts, now: datetime) -> Period:
    """How far the search for the holder has come at `now` (C1, C3, C4, C6, C7).

    Fulfilled means: some run of consecutive dates that count, as many as required, all over, not
    resting on the contested service alone. It is derived from all attempts, so that only a bounce
    that takes a date away, an extension or a restart can undo it.
    """
    search = _search(facts, as_utc(now))
    valid, dead = search.valid_dates, search.dead_mail_dates
    runs = runs_of(valid | dead) + (runs_of(valid) if dead - valid else [])
    current = next((run for run in runs if search.goes_on(run)), None)
    done = [(run, day) for run in runs if (day := search.fulfilled_on(*run)) is not None]
    return _fulfilled(search, done, current) if done else _running(search, current)


def _search(facts: ContactFacts, now: datetime) -> _Search:
    start = as_utc(facts.attempts_from)
    attempts = tuple(a for a in facts.attempts if start <= as_utc(a.at) <= now)
    letters = [a.at for a in attempts if a.kind == POST and a.valid]
    letters += [at for at in facts.letters_posted if start <= as_utc(at) <= now]
    return _Search(facts, now, attempts, frozenset(local_date(at, facts.zone) for at in letters))


def _fulfilled(search: _Search, done: list[tuple[Run, date]], current: Run | None) -> Period:
    run, day = min(done, key=lambda each: (len(search.untried(*each[0])), each[1]))
    untried = search.untried(*run)
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


def _first(search: _Search, current: Run | None) -> date:
    """The first date of the run that goes on, or of the one that can begin now."""
    return current[0] if current else max(search.today, _first_date(search))


def _running(search: _Search, run: Run | None) -> Period:
    zone, today = search.facts.zone, search.today
    first = _first(search, run)
    last = run[1] if run else first - ONE_DAY
    dead = search.every_email_fails(today)
    letter = dead and search.letter_missing(first, today)
    channel = search.channel_dates_missing(first, today) if dead else 0
    untried = search.untried(first, max(last, today))
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


def _earliest_last(search: _Search, first: date, channel_dates: int) -> date:
    """The last date of the run that begins on `first` if nothing is missed from now on."""
    by_length = first + ONE_DAY * (search.facts.required_dates - 1)
    from_today = 0 if search.today in search.channel_dates else 1
    by_channel = search.today + timedelta(days=channel_dates - from_today)
    return max(by_length, search.today, by_channel)


def _first_date(search: _Search) -> date:
    zone = search.facts.zone
    return local_date(first_attempt_due(search.facts.attempts_from, zone), zone)


def _today_counts(search: _Search) -> bool:
    return search.today in search.valid_dates | search.dead_mail_dates


def _gaps(search: _Search) -> tuple[date, ...]:
    counted = search.valid_dates | search.dead_mail_dates
    return gaps_between(_first_date(search), search.today, counted)


def _means_from(search: _Search, untried: tuple[Untried, ...]) -> datetime | None:
    today = {
        a.method
        for a in search.attempts
        if a.tried and local_date(a.at, search.facts.zone) == search.today
    }
    if any(u.needed - u.dates > 1 or u.method.key in today for u in untried):
        return instant(search.today + ONE_DAY, OPENS, search.facts.zone)
    return None
