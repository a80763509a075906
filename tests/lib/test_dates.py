"""Sums are made in UTC, dates are read in the zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hosting.lib import dates

PARIS = ZoneInfo("Europe/Paris")
HAVANA = ZoneInfo("America/Havana")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dates.as_utc(datetime(2026, 11, 21, 9, 0))  # noqa: DTZ001 (that is the point)


def test_elapsed_hours_are_real_hours_over_a_spring_change() -> None:
    start = datetime(2027, 3, 27, 23, 30, tzinfo=PARIS)
    assert dates.after(start, timedelta(hours=240)) == datetime(2027, 4, 7, 0, 30, tzinfo=PARIS)


def test_a_local_date_is_that_of_the_zone() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert dates.local_date(late, PARIS) == date(2026, 7, 1)
    assert dates.local_time(late, PARIS) == time(0, 30)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 6, 1), 24)]
)
def test_a_day_lasts_as_long_as_clocks_make_it(day: date, hours: int) -> None:
    length = dates.end_of(day, PARIS) - dates.start_of(day, PARIS)
    assert length == timedelta(hours=hours)


def test_a_midnight_that_clocks_leave_out_is_the_first_instant_of_the_date() -> None:
    start = dates.start_of(date(2027, 3, 14), HAVANA)
    assert dates.local_date(start, HAVANA) == date(2027, 3, 14)
    assert dates.local_date(start - timedelta(microseconds=1), HAVANA) == date(2027, 3, 13)


def test_dates_between_are_inclusive() -> None:
    leap = list(dates.dates_between(date(2028, 2, 28), date(2028, 3, 1)))
    assert leap == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
    assert list(dates.dates_between(date(2028, 3, 1), date(2028, 2, 28))) == []


def test_runs_are_stretches_of_consecutive_dates() -> None:
    days = [date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 4)]
    assert dates.runs_of(days) == [
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 1, 4), date(2027, 1, 4)),
    ]
    assert dates.runs_of([]) == []


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 3, date(2026, 8, 21)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2027, 5, 31), 3, date(2027, 2, 28)),
        (date(2027, 1, 31), 1, date(2026, 12, 31)),
        (date(2027, 12, 5), 12, date(2026, 12, 5)),
    ],
)
def test_months_before_end_with_the_month(day: date, months: int, before: date) -> None:
    assert dates.months_before(day, months) == before
