"""The clocks and guards of interventions as a truth table, and against a reference model (I4-I13).

The reference counts POSIX seconds and knows no time zone.
"""

from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interventions import policies
from interventions.enums import BackupState, InterventionState

HOUR = 3600
T0 = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
SPRING = datetime(2027, 3, 27, 12, 0, tzinfo=PARIS)
AUTUMN = datetime(2026, 10, 24, 12, 0, tzinfo=PARIS)

zones = st.sampled_from([UTC, PARIS, ZoneInfo("America/Lima"), timezone(timedelta(hours=14))])
starts = st.one_of(
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(1_700_000_000, 1_900_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
)
near = st.one_of(
    st.sampled_from([0, 24 * HOUR, 48 * HOUR]).flatmap(
        lambda edge: st.integers(edge - 2, edge + 2)
    ),
    st.integers(-3 * 24 * HOUR, 10 * 24 * HOUR),
)


def later(start: datetime, seconds: int, zone) -> datetime:
    return datetime.fromtimestamp(start.timestamp() + seconds, zone)


@given(starts, near, zones)
@example(SPRING, 24 * HOUR - 1, PARIS)
@example(AUTUMN, 24 * HOUR, PARIS)
def test_an_answer_is_in_time_for_24_elapsed_hours(start, seconds, zone):
    at = later(start, seconds, zone)
    assert policies.answer_in_time(start, at) == (0 <= seconds < 24 * HOUR)


@given(starts, st.none() | near, near, zones)
def test_bytes_may_go_between_24_and_48_hours_after_t0_or_t1(start, held, seconds, zone):
    t1 = None if held is None else later(start, held, zone)
    earliest, latest = policies.purge_window(start, t1)
    base = start.timestamp() + (held or 0)
    assert earliest.timestamp() == base + 24 * HOUR
    assert latest.timestamp() == base + 48 * HOUR
    state = InterventionState.UNANSWERED if t1 is None else InterventionState.RESTORED
    now = later(start, seconds, zone)
    assert policies.may_purge(state, start, t1, now) == (now.timestamp() >= base + 24 * HOUR)


@given(starts, st.none() | near, st.none() | near, zones)
def test_eligibility_may_go_only_for_a_late_complaint_without_an_answer_in_time(
    start, answered, complained, zone
):
    answered_at = None if answered is None else later(start, answered, zone)
    complaint_at = None if complained is None else later(start, complained, zone)
    expected = (
        complained is not None
        and complained >= 24 * HOUR
        and not (answered is not None and answered < 24 * HOUR)
    )
    assert policies.may_revoke(start, answered_at, complaint_at) == expected


DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("t0", "answered_at", "complaint_at", "may"),
    [
        (None, None, T0 + 9 * DAY, False),  # no T0: nobody told the client of a delay
        (T0, None, None, False),  # silence alone
        (T0, None, T0 + DAY - SECOND, False),  # a complaint within the delay is an answer
        (T0, None, T0 + DAY, True),
        (T0, T0 + DAY - SECOND, T0 + 9 * DAY, False),  # validated or invalidated in time
        (T0, T0 + DAY, T0 + 9 * DAY, True),  # answered late
        (T0, T0 - SECOND, T0 + 9 * DAY, False),  # answered before T0 was counted
        (T0, T0, T0 + DAY, False),
        (None, T0, T0 + 9 * DAY, False),
        (None, None, None, False),
    ],
)
def test_the_guard_of_revocation_as_a_truth_table(t0, answered_at, complaint_at, may):
    assert policies.may_revoke(t0, answered_at, complaint_at) is may


def test_no_purge_without_t0_in_a_hold_or_while_work_runs():
    long_after = T0 + 30 * DAY
    for state, t1 in product(InterventionState, (None, T0 + DAY)):
        held = policies.is_held(state, t1)
        may = policies.may_purge(state, T0, t1, long_after)
        assert not policies.may_purge(state, None, t1, long_after)
        assert may == (state not in policies.RUNNING and not held)
    assert policies.is_held(InterventionState.INVALIDATED, None)
    assert not policies.is_held(InterventionState.RESTORED, T0)


def test_without_t0_a_supervisor_waits_seven_days_unless_the_work_was_cancelled():
    week = T0 + timedelta(days=7)
    ended = InterventionState.ENDED
    assert not policies.may_purge_by_hand(ended, None, T0, week - SECOND)
    assert policies.may_purge_by_hand(ended, None, T0, week)
    assert not policies.may_purge_by_hand(ended, T0, T0, week)
    assert not policies.may_purge_by_hand(InterventionState.STARTED, None, None, week)
    assert policies.may_purge_by_hand(InterventionState.CANCELLED, None, None, T0)


def test_work_starts_only_on_a_verified_backup_by_the_assigned_technician():
    ready = InterventionState.READY
    assert policies.start_blockers(ready, BackupState.READY, assigned_to_you=True) == []
    for state, backup, mine in product(InterventionState, [None, *BackupState], (True, False)):
        free = not policies.start_blockers(state, backup, assigned_to_you=mine)
        assert free == (state == ready and backup == BackupState.READY and mine)


def test_reminders_come_at_12_and_20_hours_and_then_no_more():
    assert policies.reminders_due(T0, 0) == T0 + timedelta(hours=12)
    assert policies.reminders_due(T0, 1) == T0 + timedelta(hours=20)
    assert policies.reminders_due(T0, 2) is None


def test_the_ways_lead_from_and_to_states_that_exist_and_every_state_is_reached():
    reached = {InterventionState.OPEN}.union(*policies.WAYS.values())
    assert reached == set(InterventionState)
    assert set(policies.WAYS) <= set(InterventionState)


def test_an_area_left_out_of_the_checklist_is_named():
    assert policies.missing_areas(["cart", "contact"], ["contact"]) == ["cart"]


@pytest.mark.parametrize(
    ("managed", "automatic", "expected"),
    [
        (False, False, ("backups-manual", "standard")),
        (False, True, ("backups-automatic", "standard")),
        (True, False, ("backups-manual", "managed")),
        (True, True, ("backups-automatic", "managed")),
    ],
)
def test_the_notices_fit_the_plan_and_access_comes_first(managed, automatic, expected):
    backups, plan = expected
    assert policies.notices_for(managed=managed, automatic_backups=automatic) == (
        "assistance-access",
        backups,
        f"changes-{plan}",
        f"extensions-{plan}",
        f"liability-{plan}",
        "assistance-privacy",
    )
