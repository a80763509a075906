"""The clocks of a transfer request: when it counts as received, when a decision opens, when things lapse.

All instants go in aware and come out in UTC. `zone` is the provider's zone. Nothing here grants
anything: a clock opens the right to decide, a person decides (K3).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hosting.lib.dates import after, as_utc, local_date, start_of

DECISION_HOURS = 240
DECISION_DATE = 11
ENTRY_GRACE = timedelta(days=2)
HOLD_HOURS_MAXIMUM = 168
NEW_ACCESS = timedelta(days=30)
NEW_ACCESS_HOLD_HOURS = 168
CONTEST_DAYS = 30


def earliest_decision_at(received_at: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a decision opens: ten incompressible days after reception (K1).

    It is the later of `received_at` + 240 elapsed hours and 00:00 local of the 11th date after the
    reception date. Nothing shortens it; weekends and holidays do not lengthen it.
    """
    elapsed = after(received_at, timedelta(hours=DECISION_HOURS))
    eleventh = start_of(local_date(received_at, zone) + timedelta(days=DECISION_DATE), zone)
    return max(elapsed, eleventh)


def reception_of(arrived_at: datetime, entered_at: datetime) -> datetime:
    """The reception (UTC) of a case that staff entered from an e-mail or a letter (T2).

    It is the arrival when the entry was made within 2 days (48 h) of it, otherwise the entry. An
    arrival said to be after the entry is never believed: reception lies never in the future.
    """
    arrived, entered = as_utc(arrived_at), as_utc(entered_at)
    if arrived > entered or entered - arrived > ENTRY_GRACE:
        return entered
    return arrived


def draft_expires_at(started_at: datetime, days: int) -> datetime:
    """The instant (UTC) up to which a draft can be resumed (T1): `days` x 24 h after its start."""
    return after(started_at, timedelta(days=days))


@dataclass(frozen=True)
class LapseSchedule:
    """What follows a question of staff that stays without an answer (T6); instants in UTC."""

    reminders: tuple[datetime, datetime]
    lapses_at: datetime


def lapse_schedule(asked_at: datetime, days: int) -> LapseSchedule:
    """Two reminders at one and two thirds of the time, and the instant at which the request lapses (T6).

    `days` (x 24 h) is the setting, 21 by default: reminders then on the 7th and the 14th day.
    """
    if days < 1:
        raise ValueError("a question needs at least one day for its answer")
    whole = timedelta(days=days)
    reminders = (after(asked_at, whole / 3), after(asked_at, whole * 2 / 3))
    return LapseSchedule(reminders, after(asked_at, whole))


def executes_at(approved_at: datetime, hold_hours: int) -> datetime:
    """The instant (UTC) at which an approval may be executed (X3): after a hold of 0 to 168 hours."""
    if not 0 <= hold_hours <= HOLD_HOURS_MAXIMUM:
        raise ValueError(f"the hold is 0 to {HOLD_HOURS_MAXIMUM} hours, not {hold_hours}")
    return after(approved_at, timedelta(hours=hold_hours))


def agreed_hold_hours(access_since: datetime | None, now: datetime, normal: int) -> int:
    """The hold of an agreed transfer in hours (X7): `normal`, but seven days while the proposer has had
    his access (None: none any more) for less than 30 days."""
    known = access_since is not None and now >= after(access_since, NEW_ACCESS)
    return normal if known else max(normal, NEW_ACCESS_HOLD_HOURS)


def locked_until(executed_at: datetime, days: int) -> datetime:
    """The instant (UTC) up to which executed services are locked against a further transfer (X5)."""
    return after(executed_at, timedelta(days=days))


def contestable_until(refused_at: datetime) -> datetime:
    """The instant (UTC) up to which a refusal can be contested, once (X1): 30 days."""
    return after(refused_at, timedelta(days=CONTEST_DAYS))


def may_be_contested(
    refused_at: datetime | None, contested_at: datetime | None, now: datetime
) -> bool:
    """Whether a refusal may be contested at `now`: once, within 30 days (X1)."""
    if refused_at is None or contested_at is not None:
        return False
    return now < contestable_until(refused_at)
