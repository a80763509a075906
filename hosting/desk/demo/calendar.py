"""Days that passed: acts in their order of time, and between them what beat would have rung."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cessions.services import (
    attempts,
    challenges,
    execution,
    holding,
    intake,
    letter_making,
    questions,
)
from hosting.lib.dates import ONE_DAY, dates_between, instant, local_date
from hosting.records.services.checking import check_due
from hosting.records.services.seals import seal_journal
from hosting.records.services.sending import send_due
from hosting.services import holds, renewals
from interventions.services import answers, asking, purging

Act = Callable[[datetime], object]
RINGS = (time(8, 5), time(17, 0))


def clock_at(at: datetime) -> Callable[[], datetime]:
    """A clock that stands at `at`."""
    return lambda: at


@dataclass
class Calendar:
    """Acts planned for instants up to `today`, in the provider's `zone`."""

    today: datetime
    zone: ZoneInfo
    acts: list[tuple[datetime, Act]] = field(default_factory=list)

    def days_ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """The instant at local `hour`:`minute`, so many dates before today's."""
        date = local_date(self.today, self.zone) - days * ONE_DAY
        return instant(date, time(hour, minute), self.zone)

    def hours_ago(self, hours: float) -> datetime:
        return self.today - timedelta(hours=hours)

    def plan(self, at: datetime, act: Act) -> None:
        """Do `act` at `at`, which is handed to it as its `now`."""
        self.acts.append((at, act))

    def live_through(self) -> None:
        """Do everything in order, the sweeps of each day between, up to today's instant."""
        for at, act in sorted(self._everything(), key=lambda entry: entry[0]):
            if at <= self.today:
                act(at)
                send_due(clock_at(at))

    def _everything(self) -> Iterator[tuple[datetime, Act]]:
        yield from self.acts
        first = min(local_date(at, self.zone) for at, _ in self.acts)
        for date in dates_between(first, local_date(self.today, self.zone)):
            for ring in RINGS:
                yield instant(date, ring, self.zone), sweep
            yield instant(date, time(1, 0), self.zone), seal_journal


def sweep(now: datetime) -> None:
    """What beat rings for, once each. Files first: nobody judges one before it was checked (D6)."""
    check_due(clock_at(now))
    attempts.attempt_contacts(now)
    questions.step_due(now)
    challenges.expire_due(now)
    intake.expire_due(now)
    execution.execute_due(now)
    holding.hold_new_requests(now)
    holds.end_overdue(now)
    renewals.alarm_due_dates(now)
    letter_making.make_due_letters(now)
    asking.follow_mails(now)
    asking.step_due(now)
    answers.silence_due(now)
    purging.purge_due(now)
