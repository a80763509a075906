"""C2, C3, C4: when attempts go out."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cessions import policies

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-21T09:00", "2026-11-21T09:00"),
        ("2026-11-21T03:00", "2026-11-21T08:00"),
        ("2026-11-21T08:00", "2026-11-21T08:00"),
        ("2026-11-21T19:29:59.999999", "2026-11-21T19:29:59.999999"),
        ("2026-11-21T19:30", "2026-11-22T08:00"),
        ("2026-11-21T23:59:59", "2026-11-22T08:00"),
        ("2027-03-27T21:00", "2027-03-28T08:00"),
        ("2027-10-30T21:00", "2027-10-31T08:00"),
        ("2026-12-31T20:00", "2027-01-01T08:00"),
    ],
)
def test_c2_first_attempt_is_made_on_the_date_of_reception_before_half_past_seven(
    received: str, due: str
) -> None:
    found = policies.first_attempt_due(at(received), PARIS)
    assert found == at(due)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-11-21T09:00", "2026-11-22T08:00"),
        ("2026-11-21T08:00", "2026-11-22T08:00"),
        ("2026-11-21T07:59:59", "2026-11-21T08:00"),
        ("2026-11-21T23:44", "2026-11-22T08:00"),
        ("2027-03-27T09:00", "2027-03-28T08:00"),
        ("2027-10-30T09:00", "2027-10-31T08:00"),
    ],
)
def test_c1_next_attempt_is_due_at_the_next_local_eight_o_clock(last: str, due: str) -> None:
    assert policies.next_attempt_due(at(last), PARIS) == at(due)


def test_c1_next_attempt_after_a_date_is_due_on_the_date_after_it() -> None:
    assert policies.next_attempt_due(date(2027, 3, 27), PARIS) == at("2027-03-28T08:00")


@pytest.mark.parametrize(
    ("clock", "open_"),
    [
        (time(7, 59, 59), False),
        (time(8, 0), True),
        (time(19, 59, 59), True),
        (time(20, 0), True),
        (time(23, 44, 59), True),
        (time(23, 45), False),
        (time(0, 0), False),
    ],
)
@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2027, 3, 28), date(2027, 10, 31)])
def test_c2_attempts_leave_from_eight_until_a_quarter_to_midnight(
    day: date, clock: time, open_: bool
) -> None:
    now = datetime.combine(day, clock, tzinfo=PARIS).astimezone(UTC)
    assert policies.in_retry_window(now, PARIS) is open_


def test_c4_from_four_o_clock_a_date_that_does_not_count_is_urgent() -> None:
    assert not policies.is_urgent_today(False, at("2026-11-21T15:59:59"), PARIS)
    assert policies.is_urgent_today(False, at("2026-11-21T16:00"), PARIS)
    assert not policies.is_urgent_today(True, at("2026-11-21T16:00"), PARIS)
