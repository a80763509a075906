"""H2 and A9 as pure rules: one business day, 60 days, 72 h and 24 h before, powers in force."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hosting.policies import (
    Power,
    Stage,
    alarm_due,
    hold_ends_at,
    is_due_inside,
    is_stopped_by_hold,
    one_business_day_after,
    power_covers,
)
from hosting.policies.continuity import easter, public_holidays

PARIS = ZoneInfo("Europe/Paris")
DUE = date(2026, 6, 20)


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("placed", "confirmed_by"),
    [
        (paris(2026, 6, 9, 11, 0), paris(2026, 6, 10, 11, 0)),  # Tuesday -> Wednesday
        (paris(2026, 6, 12, 15, 0), paris(2026, 6, 15, 15, 0)),  # Friday -> Monday
        (paris(2026, 6, 13, 9, 0), paris(2026, 6, 16, 0, 0)),  # Saturday -> end of Monday
        (paris(2026, 6, 14, 23, 59), paris(2026, 6, 16, 0, 0)),  # Sunday -> end of Monday
        (paris(2026, 12, 24, 10, 0), paris(2026, 12, 28, 10, 0)),  # over Christmas and a weekend
        (paris(2026, 12, 31, 16, 0), paris(2027, 1, 4, 16, 0)),  # over New Year and a weekend
        (paris(2027, 1, 1, 12, 0), paris(2027, 1, 5, 0, 0)),  # on New Year's Day, a Friday
        (paris(2026, 4, 3, 9, 0), paris(2026, 4, 7, 9, 0)),  # Good Friday -> over Easter Monday
        (paris(2026, 5, 13, 9, 0), paris(2026, 5, 15, 9, 0)),  # over Ascension
        (paris(2026, 10, 23, 12, 0), paris(2026, 10, 26, 12, 0)),  # the end of summer time
    ],
)
def test_a_hold_is_confirmed_within_one_business_day(placed, confirmed_by):
    assert one_business_day_after(placed, PARIS) == confirmed_by


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25))],
)
def test_easter(year, sunday):
    assert easter(year) == date(year, *sunday)
    assert len(public_holidays(year)) == 11


def test_a_hold_runs_sixty_days_of_24_hours():
    placed = paris(2026, 10, 1, 12, 0)
    assert hold_ends_at(placed) - placed == timedelta(days=60)


@pytest.mark.parametrize("status", ["suspended", "expired", "terminated"])
def test_a_hold_stops_measures_for_non_payment_only(status):
    assert is_stopped_by_hold(status, "non_payment")
    assert not any(is_stopped_by_hold(status, cause) for cause in ("abuse", "client", "other"))
    assert not is_stopped_by_hold("active", "non_payment")


def test_a_due_date_inside_the_hold_waits_for_a_decision_and_one_that_passed_too():
    ends_at = paris(2026, 6, 20, 23, 30)
    assert is_due_inside(DUE, ends_at, PARIS)
    assert is_due_inside(DUE - timedelta(days=30), ends_at, PARIS)
    assert not is_due_inside(DUE + timedelta(days=1), ends_at, PARIS)
    assert not is_due_inside(None, ends_at, PARIS)


@pytest.mark.parametrize(
    ("now", "first", "last", "stage"),
    [
        (paris(2026, 6, 16, 23, 59), None, None, None),
        (paris(2026, 6, 17, 0, 0), None, None, Stage.FIRST),
        (paris(2026, 6, 18, 0, 0), DUE, None, None),
        (paris(2026, 6, 19, 0, 0), DUE, None, Stage.LAST),
        (paris(2026, 6, 19, 12, 0), None, None, Stage.LAST),  # after an outage: only the last
        (paris(2026, 6, 19, 12, 0), None, DUE, None),
        (paris(2026, 7, 19, 12, 0), DUE, DUE, None),
        (paris(2026, 6, 17, 0, 0), date(2026, 6, 1), date(2026, 6, 1), Stage.FIRST),  # a new date
    ],
)
def test_supervisors_are_told_72_and_24_hours_before_a_due_date(now, first, last, stage):
    assert alarm_due(DUE, first, last, now, PARIS) == stage


@pytest.mark.parametrize(
    ("change", "covers"),
    [
        ({}, True),
        ({"accepted": False}, False),
        ({"starts_on": date(2026, 6, 10)}, False),
        ({"ends_on": date(2026, 6, 9)}, True),
        ({"ends_on": date(2026, 6, 8)}, False),
        ({"scopes": frozenset({"keep_hosting"})}, False),
    ],
)
def test_a_power_counts_accepted_within_its_dates_and_its_scope(change, covers):
    given = {
        "accepted": True,
        "starts_on": date(2026, 6, 9),
        "ends_on": None,
        "scopes": frozenset({"renew_domains"}),
    }
    assert power_covers([Power(**given | change)], date(2026, 6, 9), "renew_domains") is covers
