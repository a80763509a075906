"""Instants and local dates. Instants are aware and in UTC; a zone is always an argument.

Subtracting or adding inside one `ZoneInfo` is wall-clock arithmetic: ten days over a spring change
would be 239 hours. Every sum here is therefore made in UTC, every date is read in the zone.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT = time(0, 0)
ONE_DAY = timedelta(days=1)


def as_utc(at: datetime) -> datetime:
    """`at` in UTC. A datetime without a zone is refused: nobody could say which instant it means."""
    if at.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone, got {at.isoformat()}")
    return at.astimezone(UTC)


def after(at: datetime, elapsed: timedelta) -> datetime:
    """The instant that lies `elapsed` real time after `at`, in UTC (hours that a clock change keeps)."""
    return as_utc(at) + elapsed


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The calendar date on which the instant `at` falls in `zone`."""
    return as_utc(at).astimezone(zone).date()


def local_time(at: datetime, zone: ZoneInfo) -> time:
    """What a clock on a wall in `zone` shows at the instant `at`."""
    return as_utc(at).astimezone(zone).time()


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the clock in `zone` shows `clock` on `day`.

    Of a time that occurs twice it is the first; a time that is left out stands for the instant at
    which as many hours have passed since midnight.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Local 00:00 of `day` in UTC: the midnight that begins it."""
    return instant(day, MIDNIGHT, zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The local midnight that ends `day`, in UTC: the first instant of the next date."""
    return start_of(day + ONE_DAY, zone)


def dates_between(first: date, last: date) -> Iterator[date]:
    """Every date from `first` to `last`, both included; none when `last` is earlier."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def runs_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """The stretches of consecutive dates in `days`, in order, each as its first and its last date."""
    runs: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][1] + ONE_DAY == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier, or that month's last day when it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    next_month = (first + timedelta(days=31)).replace(day=1)
    last = next_month - ONE_DAY
    return last if day.day > last.day else first.replace(day=day.day)
