"""The clocks and guards of courtesy interventions (I4-I14): pure, `now` is an argument.

Instants are aware datetimes of any zone; they are counted in UTC, so that hours are elapsed hours
also over a change to summer time.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from hosting.lib.dates import ONE_DAY, after, as_utc, instant, local_date
from interventions.enums import BackupPurpose, BackupState, InterventionState

ANSWER_WITHIN = timedelta(hours=24)
KEPT_AT_LEAST = timedelta(hours=24)
KEPT_AT_MOST = timedelta(hours=48)
SILENCE_ENDS_HOLD = timedelta(days=7)
CLEARED_WITHOUT_T0 = timedelta(days=7)
WORK_WITHOUT_END = timedelta(hours=24)
ALARM_WITHIN = timedelta(minutes=15)
REMINDERS = (timedelta(hours=12), timedelta(hours=20))

CONFIRM_WITHIN = timedelta(days=7)
MOST_CREDENTIALS = 20
ACCESS_NOTICE = "assistance-access"
NIGHT_BEGINS, NIGHT_SECONDS = time(2, 0), 4 * 3600
SPREAD = 8893  # no common factor with the night's seconds, and near their golden section
MOST_MANUAL = 5
FAILURES_UNTIL_ALARM, FAILURES_BETWEEN_ALARMS = 2, 7
BYTES_A_MINUTE = 200_000_000  # careful: a safety copy, read back, and the restore, compared

State = InterventionState

WAYS: dict[str, frozenset[str]] = {
    State.OPEN: frozenset({State.BACKING_UP, State.CANCELLED}),
    State.BACKING_UP: frozenset({State.READY, State.OPEN, State.CANCELLED}),
    State.READY: frozenset({State.BACKING_UP, State.STARTED, State.CANCELLED}),
    State.STARTED: frozenset({State.ENDED, State.CANCELLED}),
    State.ENDED: frozenset({State.ASKED, State.CANCELLED}),
    State.ASKED: frozenset({State.ENDED, State.VALIDATED, State.INVALIDATED, State.UNANSWERED}),
    State.UNANSWERED: frozenset({State.INVALIDATED}),
    State.VALIDATED: frozenset({State.INVALIDATED}),
    State.INVALIDATED: frozenset({State.RESTORED, State.DECLINED}),
}
"""From which state an intervention may move where; a state without a line is a last one."""

RUNNING = frozenset({State.OPEN, State.BACKING_UP, State.READY, State.STARTED, State.ENDED})
UNFINISHED = RUNNING | {State.ASKED, State.INVALIDATED}
WORKED_ON = frozenset({State.ENDED, State.ASKED})


def may_move(state: str, to: str) -> bool:
    """Whether `to` is a way out of `state`."""
    return to in WAYS.get(state, frozenset())


def answer_by(t0: datetime) -> datetime:
    """The instant, in UTC, before which an answer is in time (I7)."""
    return as_utc(t0) + ANSWER_WITHIN


def answer_in_time(t0: datetime, at: datetime) -> bool:
    """Whether an answer given at `at` lies in [T0, T0 + 24 h), elapsed hours (I7)."""
    return as_utc(t0) <= as_utc(at) < answer_by(t0)


def purge_window(t0: datetime, t1: datetime | None = None) -> tuple[datetime, datetime]:
    """From when the bytes of a backup may go, and by when they must be gone, in UTC (I8, I9).

    `t1` is the end of an invalidation's hold; without one the window counts from T0.
    """
    start = as_utc(t0 if t1 is None else t1)
    return start + KEPT_AT_LEAST, start + KEPT_AT_MOST


def may_revoke(
    t0: datetime | None, answered_at: datetime | None, complaint_at: datetime | None
) -> bool:
    """Whether staff may revoke the account's eligibility after this intervention (I13).

    It needs T0, a complaint after the delay, and no answer within it. An answer that came before T0
    was counted is no late one.
    """
    if t0 is None or complaint_at is None:
        return False
    if answered_at is not None and as_utc(answered_at) < answer_by(t0):
        return False
    return as_utc(complaint_at) >= answer_by(t0)


def reminders_due(t0: datetime, sent: int) -> datetime | None:
    """The instant, in UTC, of the reminder after the first `sent` ones; None after the last (I5)."""
    return as_utc(t0) + REMINDERS[sent] if sent < len(REMINDERS) else None


def is_held(state: str, t1: datetime | None) -> bool:
    """Whether an invalidation keeps the backup from every purge: it has no T1 yet (I9)."""
    return state == State.INVALIDATED or (state in (State.RESTORED, State.DECLINED) and t1 is None)


def may_purge(state: str, t0: datetime | None, t1: datetime | None, now: datetime) -> bool:
    """Whether a sweep may destroy the bytes at `now` (I6, I8, I9): never without T0, nor in a hold."""
    if t0 is None or is_held(state, t1) or state in RUNNING:
        return False
    return as_utc(now) >= purge_window(t0, t1)[0]


def may_purge_by_hand(
    state: str, t0: datetime | None, ended_at: datetime | None, now: datetime
) -> bool:
    """Whether a supervisor may destroy the bytes although there is no T0 (I6): after 7 days, or when
    the work was cancelled."""
    if state == State.CANCELLED:
        return True
    waited = ended_at is not None and as_utc(now) >= as_utc(ended_at) + CLEARED_WITHOUT_T0
    return t0 is None and state == State.ENDED and waited


def night_moment(day: date, site: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the site with this number is backed up in the night of `day`:
    between 02:00 and 06:00 in `zone`, always the same for one site, far apart for neighbours."""
    second = site * SPREAD % NIGHT_SECONDS
    begins = datetime.combine(day, NIGHT_BEGINS)
    return instant(day, (begins + timedelta(seconds=second)).time(), zone)


def next_night(site: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The site's first moment after `now`, in UTC; what an outage left out is not made up for."""
    today = local_date(now, zone)
    moment = night_moment(today, site, zone)
    return moment if moment > now else night_moment(today + ONE_DAY, site, zone)


def kept_until(
    purpose: str, verified_at: datetime, days: dict[str, int]
) -> tuple[datetime, datetime] | None:
    """From when the bytes of a client's backup may go, and by when they should be gone, in UTC (N7).

    `days` says for each purpose how long it is kept, a day at least. None for an intervention's: its
    time counts from T0 (I8).
    """
    if purpose == BackupPurpose.INTERVENTION:
        return None
    earliest = after(verified_at, max(days[purpose], 1) * ONE_DAY)
    return earliest, earliest + ONE_DAY


def alarm_of_failures(states: Iterable[str]) -> bool:
    """Whether the newest failure of a site's automatic backups is told to supervisors: the second in a
    row, then once a week. `states` are those of the ended ones, the newest first."""
    failures = len(list(takewhile(lambda state: state == BackupState.FAILED, states)))
    further = failures - FAILURES_UNTIL_ALARM
    return further >= 0 and further % FAILURES_BETWEEN_ALARMS == 0


def restores_himself(*, managed: bool, automatic_backups: bool) -> bool:
    """Whether the plan lets a client restore his site himself (N7): managed, or with a backup option."""
    return managed or automatic_backups


def restore_blockers(
    *, by_himself: bool, backup_state: str, worked_on: bool, restoring: bool
) -> list[str]:
    """Why a client cannot restore this backup now, as codes; empty when he can (N7, I9).

    `worked_on`: an intervention on the site is unfinished, or an invalidation holds its backup.
    """
    found = []
    if not by_himself:
        found.append("not_in_plan")
    if worked_on:
        found.append("worked_on")
    if restoring or backup_state == BackupState.RESTORING:
        found.append("restoring")
    elif backup_state != BackupState.READY:
        found.append("gone")
    return found


def backup_blockers(*, manual_kept: int, restoring: bool) -> list[str]:
    """Why a client cannot start a further backup now, as codes; empty when he can (N7)."""
    found = []
    if restoring:
        found.append("restoring")
    if manual_kept >= MOST_MANUAL:
        found.append("full")
    return found


def minutes_to_restore(size: int) -> int:
    """About how many minutes a restore takes with its safety copy; rather too many than too few."""
    return 2 + size // BYTES_A_MINUTE


def ticket_goes_at(ended_at: datetime, days: int) -> datetime:
    """From when what a ticket holds may be erased, in UTC: so many days (x 24 h) after its end (L1)."""
    return after(ended_at, timedelta(days=days))


def start_blockers(state: str, backup_state: str | None, *, assigned_to_you: bool) -> list[str]:
    """Why work cannot start, as codes; empty when it can (I4)."""
    found = []
    if state != State.READY:
        found.append("not_ready")
    if backup_state != BackupState.READY:
        found.append("no_verified_backup")
    if not assigned_to_you:
        found.append("not_assigned_to_you")
    return found


def missing_areas(areas: Iterable[str], ticked: Iterable[str]) -> list[str]:
    """Which areas of the checklist the client has not ticked, in their order (I5)."""
    seen = set(ticked)
    return [area for area in areas if area not in seen]


def notices_for(*, managed: bool, automatic_backups: bool) -> tuple[str, ...]:
    """The codes of the notices that a ticket shows, in their order: giving access (I2) on top, then
    what fits the plan of the service (N1-N4), then how the data are used (L1)."""
    plan = "managed" if managed else "standard"
    return (
        ACCESS_NOTICE,
        "backups-automatic" if automatic_backups else "backups-manual",
        f"changes-{plan}",
        f"extensions-{plan}",
        f"liability-{plan}",
        "assistance-privacy",
    )
