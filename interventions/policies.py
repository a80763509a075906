"""The clocks and guards of courtesy interventions (I4-I14): pure, `now` is an argument.

Instants are aware datetimes of any zone; they are counted in UTC, so that hours are elapsed hours
also over a change to summer time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hosting.lib.dates import as_utc
from interventions.enums import BackupState, InterventionState

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
