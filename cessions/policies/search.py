"""How a holder was sought, laid out by local date: what counts, what is missing (C1, C3, C6, C7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from cessions.policies.contact import EMAIL, PHONE, POST
from hosting.lib.dates import ONE_DAY, as_utc, dates_between, local_date

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
class Search:
    """The attempts of a case as known at `now`, by local date. Make it with `search_at`."""

    facts: ContactFacts
    now: datetime
    attempts: tuple[Attempt, ...]
    letters: frozenset[date]

    @cached_property
    def today(self) -> date:
        return local_date(self.now, self.facts.zone)

    @cached_property
    def yesterday(self) -> date:
        return self.today - ONE_DAY

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
    def delivered(self) -> dict[str, set[date]]:
        """Per e-mail address, the dates on which a mail was accepted and did not bounce."""
        return self._mail_dates(a for a in self.attempts if a.kind == EMAIL and a.valid)

    @cached_property
    def undelivered(self) -> dict[str, set[date]]:
        """Per e-mail address, the dates on which a mail was refused or bounced."""
        tried = (a for a in self.attempts if a.kind == EMAIL and a.tried)
        return self._mail_dates(a for a in tried if not a.valid)

    def _mail_dates(self, attempts: Iterable[Attempt]) -> dict[str, set[date]]:
        found: dict[str, set[date]] = {}
        for attempt in attempts:
            day = local_date(attempt.at, self.facts.zone)
            found.setdefault(attempt.method, set()).add(day)
        return found

    @cached_property
    def send_dates(self) -> set[date]:
        """Dates on which a mail was sent, be it in vain."""
        return self.dates(a for a in self.attempts if a.kind == EMAIL and a.tried)

    def counting_dates(self, until: date) -> set[date]:
        """The dates that count as they stood at the end of `until`, if C3's conditions are met."""
        in_vain = self.send_dates - self.valid_dates
        dead = {day for day in in_vain if self.every_email_fails(day, until)}
        return self.valid_dates | dead

    def every_email_fails(self, day: date, until: date) -> bool:
        """Whether on `day` every e-mail address on file failed, and none recovered by `until` (C3).

        Judged date by date, so that a later mail whose bounce is still under way takes nothing away
        from a period that was fulfilled before (C4).
        """
        emails = [m.key for m in self.on_file(day) if m.kind == EMAIL and m.usable]
        return bool(emails) and all(self._fails_for_good(key, day, until) for key in emails)

    def _fails_for_good(self, key: str, day: date, until: date) -> bool:
        failed = key in self.facts.failing_emails or day in self.undelivered.get(key, ())
        recovered = any(day < later <= until for later in self.delivered.get(key, ()))
        return failed and not recovered

    def on_file(self, day: date) -> list[MethodOnFile]:
        return [method for method in self.facts.methods if not self.came_after(method, day)]

    def came_after(self, method: MethodOnFile, day: date) -> bool:
        return method.since is not None and local_date(method.since, self.facts.zone) > day

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
        """Whether the dates from `first` to `last`, all with a send, meet C3 and C6."""
        if self.independent_missing(first, last):
            return False
        if not self.leans_on_dead_mail(first, last):
            return True
        missing = self.letter_missing(first, last) or self.channel_dates_missing(first, last)
        return not missing

    def completed_runs(self) -> dict[date, date]:
        """Every run that fulfils the period: its first date, and the date that completed it (C4)."""
        found: dict[date, date] = {}
        for day in sorted(self.valid_dates | self.send_dates):
            if day < self.today:
                for first in self._firsts(day):
                    if self._is_long_enough(first, day) and self.suffices(first, day):
                        found.setdefault(first, day)
        return found

    def _firsts(self, last: date) -> set[date]:
        """Where the run that ends on `last` begins: with dates of dead mail, and without them."""
        ways = (self.counting_dates(last), self.valid_dates)
        return {_walk(last, -ONE_DAY, counted) for counted in ways if last in counted}

    def _is_long_enough(self, first: date, last: date) -> bool:
        return (last - first).days + 1 >= self.facts.required_dates

    def run_through(self, first: date, day: date) -> Run:
        """The run from `first` over `day` as far as it goes by now."""
        return first, _walk(day, ONE_DAY, self.counting_dates(self.yesterday))

    def goes_on(self, run: Run) -> bool:
        """Whether `run` reaches today, or yesterday while today does not count yet."""
        return run[1] >= self.yesterday

    def untried(self, run: Run) -> tuple[Untried, ...]:
        """The usable methods not tried on enough dates from the first date of `run` on (C1).

        A run that still goes on is open at its end; after a run that ended, only a method that came
        on file later can be tried.
        """
        found = []
        for method in self.facts.methods:
            open_end = self.goes_on(run) or self.came_after(method, run[1])
            until = self.today if open_end else run[1]
            tried = self.dates(a for a in self.attempts if a.tried and a.method == method.key)
            dates = sum(run[0] <= day <= until for day in tried)
            needed = PHONE_DATES if method.kind == PHONE else 1
            if method.usable and dates < needed:
                found.append(Untried(method, dates, needed))
        return tuple(found)


def search_at(facts: ContactFacts, now: datetime) -> Search:
    """The search for the holder as known at `now` (UTC), without attempts of another run."""
    start = as_utc(facts.attempts_from)
    attempts = tuple(a for a in facts.attempts if start <= as_utc(a.at) <= now)
    letters = [a.at for a in attempts if a.kind == POST and a.valid]
    letters += [at for at in facts.letters_posted if start <= as_utc(at) <= now]
    return Search(facts, now, attempts, frozenset(local_date(at, facts.zone) for at in letters))


def _walk(day: date, step: timedelta, counted: set[date]) -> date:
    """The last date of `counted` that is reached from `day` by steps without a gap."""
    while day + step in counted:
        day += step
    return day
