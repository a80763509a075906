"""C2, C3, C4: when attempts go out."""

from datetime import UTC, date, datetime, time, timedelta
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
    ("clock", "sending", "retrying"),
    [
        (time(7, 59, 59), False, False),
        (time(8, 0), True, True),
        (time(19, 59, 59), True, True),
        (time(20, 0), False, True),
        (time(23, 44, 59), False, True),
        (time(23, 45), False, False),
        (time(0, 0), False, False),
    ],
)
@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2027, 3, 28), date(2027, 10, 31)])
def test_c2_attempts_go_out_by_day_and_retries_until_a_quarter_to_midnight(
    day: date, clock: time, sending: bool, retrying: bool
) -> None:
    now = datetime.combine(day, clock, tzinfo=PARIS).astimezone(UTC)
    assert policies.in_sending_window(now, PARIS) is sending
    assert policies.in_retry_window(now, PARIS) is retrying


def test_c3_pauses_between_retries_grow_to_an_hour() -> None:
    now = at("2026-11-21T09:00")
    pauses = [policies.retry_due(now, tries, PARIS) for tries in (1, 2, 3, 4, 5, 6, 1000)]
    minutes = [(due - now) / timedelta(minutes=1) for due in pauses if due is not None]
    assert minutes == [5, 10, 20, 40, 60, 60, 60]


def test_c3_the_last_retry_of_a_date_is_made_before_its_window_closes() -> None:
    assert policies.retry_due(at("2026-11-21T23:20"), 5, PARIS) == at("2026-11-21T23:40")
    assert policies.retry_due(at("2026-11-21T23:40"), 1, PARIS) is None


def test_c3_no_retry_is_made_before_eight() -> None:
    assert policies.retry_due(at("2026-11-21T03:00"), 1, PARIS) == at("2026-11-21T08:00")


def test_c3_a_retry_follows_a_try() -> None:
    with pytest.raises(ValueError, match="at least one try"):
        policies.retry_due(at("2026-11-21T09:00"), 0, PARIS)


def test_c4_from_four_o_clock_a_date_that_does_not_count_is_urgent() -> None:
    assert not policies.is_urgent_today(False, at("2026-11-21T15:59:59"), PARIS)
    assert policies.is_urgent_today(False, at("2026-11-21T16:00"), PARIS)
    assert not policies.is_urgent_today(True, at("2026-11-21T16:00"), PARIS)
