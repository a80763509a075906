"""Pure rules of continuity: how long a hold runs, what is due inside it, what a power allows (H2, H3, A9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from hosting.enums import ServiceStatus, StatusCause
from hosting.lib.dates import ONE_DAY, after, end_of, instant, local_date, local_time, start_of

HOLD_RUNS = timedelta(days=60)
STOPPED = (ServiceStatus.SUSPENDED, ServiceStatus.EXPIRED, ServiceStatus.TERMINATED)


class Stage(IntEnum):
    """Hours before a due date at which the supervisors are told."""

    FIRST = 72
    LAST = 24


# -- Business days -----------------------------------------------------------------------------------


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's algorithm)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """The eleven national holidays of France; not those of single regions."""
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    movable = (easter(year) + timedelta(days=days) for days in (1, 39, 50))
    return frozenset([*(date(year, month, day) for month, day in fixed), *movable])


def is_business_day(day: date) -> bool:
    """Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def one_business_day_after(at: datetime, zone: ZoneInfo) -> datetime:
    """When one business day after the instant `at` is over (H2).

    At the same local time of the next business day; what began on a day off counts from the first
    minute of the next business day, and is over when that day ends.
    """
    day, clock = local_date(at, zone), local_time(at, zone)
    following = _next_business_day(day)
    return instant(following, clock, zone) if is_business_day(day) else end_of(following, zone)


def _next_business_day(day: date) -> date:
    day += ONE_DAY
    while not is_business_day(day):
        day += ONE_DAY
    return day


# -- Holds -------------------------------------------------------------------------------------------


def hold_ends_at(at: datetime) -> datetime:
    """Until when a hold runs that is placed or renewed at `at`: 60 days of 24 hours."""
    return after(at, HOLD_RUNS)


def is_stopped_by_hold(status: str, cause: str) -> bool:
    """Whether a hold forbids the change to `status`: a measure for non-payment, not one for another
    cause (H2)."""
    return cause == StatusCause.NON_PAYMENT and status in STOPPED


def is_due_inside(due_on: date | None, ends_at: datetime, zone: ZoneInfo) -> bool:
    """Whether a due date must be decided on before the hold ends; one that passed already must, too."""
    return due_on is not None and due_on <= local_date(ends_at, zone)


def alarm_due(
    due_on: date,
    told_first_for: date | None,
    told_last_for: date | None,
    now: datetime,
    zone: ZoneInfo,
) -> Stage | None:
    """Which alarm the supervisors get now for a due date: each once, the earlier not after the later.

    Hours count back from the local midnight that begins the due date.
    """
    begins = start_of(due_on, zone)
    if told_last_for == due_on:
        return None
    if now >= after(begins, -timedelta(hours=Stage.LAST)):
        return Stage.LAST
    is_near = now >= after(begins, -timedelta(hours=Stage.FIRST))
    return Stage.FIRST if is_near and told_first_for != due_on else None


# -- Powers of attorney ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Power:
    """A power of attorney as far as it matters here: accepted by staff or not, its dates and scope."""

    accepted: bool
    starts_on: date
    ends_on: date | None
    scopes: frozenset[str]


def power_covers(powers: Iterable[Power], day: date, scope: str | None = None) -> bool:
    """Whether a power of attorney is in force on the local date `day`; with `scope`, for that (A9)."""
    return any(
        power.accepted
        and power.starts_on <= day
        and (power.ends_on is None or day <= power.ends_on)
        and (scope is None or scope in power.scopes)
        for power in powers
    )
