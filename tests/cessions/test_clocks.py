"""K1, T1, T2, T6, X1, X3, X5: the clocks of a request."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cessions import policies

PARIS = ZoneInfo("Europe/Paris")


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("received", "opens"),
    [
        ("2026-11-21T09:00", "2026-12-02T00:00"),
        ("2027-03-27T23:30", "2027-04-07T00:30"),
        ("2026-11-21T00:00", "2026-12-02T00:00"),
        ("2026-11-21T23:59:59.999999", "2026-12-02T00:00"),
        ("2027-10-30T23:30", "2027-11-10T00:00"),
        ("2027-10-31T00:00", "2027-11-11T00:00"),
        ("2028-02-19T12:00", "2028-03-01T00:00"),
        ("2027-02-19T12:00", "2027-03-02T00:00"),
        ("2026-12-25T08:00", "2027-01-05T00:00"),
    ],
)
def test_k1_decision_opens_after_ten_whole_local_days(received: str, opens: str) -> None:
    assert policies.earliest_decision_at(at(received), PARIS) == at(opens)


def test_k1_the_instant_is_given_in_utc() -> None:
    opens = policies.earliest_decision_at(at("2026-11-21T09:00"), PARIS)
    assert opens.tzinfo is UTC
    assert opens.isoformat() == "2026-12-01T23:00:00+00:00"


def test_k1_the_zone_of_the_given_instant_does_not_matter() -> None:
    received = at("2027-03-27T23:30")
    elsewhere = received.astimezone(ZoneInfo("Asia/Kolkata"))
    expected = policies.earliest_decision_at(received, PARIS)
    assert policies.earliest_decision_at(elsewhere, PARIS) == expected


def test_k1_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        policies.earliest_decision_at(datetime(2026, 11, 21, 9), PARIS)  # noqa: DTZ001


def test_t2_reception_is_the_arrival_when_entered_within_two_days() -> None:
    arrived = at("2026-11-21T09:00")
    assert policies.reception_of(arrived, arrived + timedelta(days=2)) == arrived


def test_t2_reception_is_the_entry_when_entered_later() -> None:
    arrived = at("2026-11-21T09:00")
    entered = arrived + timedelta(days=2, seconds=1)
    assert policies.reception_of(arrived, entered) == entered


def test_t2_two_days_are_real_hours_over_a_spring_change() -> None:
    arrived = at("2027-03-27T09:00")
    assert policies.reception_of(arrived, at("2027-03-29T10:00")) == arrived
    late = at("2027-03-29T10:00:01")
    assert policies.reception_of(arrived, late) == late


def test_t2_reception_is_never_in_the_future() -> None:
    entered = at("2026-11-21T09:00")
    assert policies.reception_of(entered + timedelta(seconds=1), entered) == entered


def test_t1_a_draft_can_be_resumed_for_thirty_days() -> None:
    started = at("2026-11-21T09:00")
    assert policies.draft_expires_at(started, 30) == at("2026-12-21T09:00")


def test_t6_two_reminders_come_before_the_request_lapses() -> None:
    asked = at("2026-11-21T09:00")
    schedule = policies.lapse_schedule(asked, 21)
    assert schedule.reminders == (at("2026-11-28T09:00"), at("2026-12-05T09:00"))
    assert schedule.lapses_at == at("2026-12-12T09:00")


@pytest.mark.parametrize("days", [1, 2, 10, 21])
def test_t6_reminders_lie_between_question_and_lapse(days: int) -> None:
    asked = at("2027-03-27T09:00")
    schedule = policies.lapse_schedule(asked, days)
    first, second = schedule.reminders
    assert (
        asked < first < second < schedule.lapses_at == asked.astimezone(UTC) + timedelta(days=days)
    )


def test_t6_a_question_needs_time_for_its_answer() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        policies.lapse_schedule(at("2026-11-21T09:00"), 0)


def test_x3_the_hold_is_elapsed_hours() -> None:
    assert policies.executes_at(at("2027-03-27T12:00"), 24) == at("2027-03-28T13:00")
    assert policies.executes_at(at("2027-03-27T12:00"), 0) == at("2027-03-27T12:00")


@pytest.mark.parametrize("hours", [-1, 169])
def test_x3_the_hold_is_no_shorter_than_nothing_and_no_longer_than_seven_days(hours: int) -> None:
    with pytest.raises(ValueError, match="168"):
        policies.executes_at(at("2027-03-27T12:00"), hours)


def test_x5_executed_services_are_locked_for_thirty_days() -> None:
    executed = at("2026-12-02T10:00")
    assert policies.locked_until(executed, 30) == at("2027-01-01T10:00")


def test_x1_a_refusal_can_be_contested_for_thirty_days() -> None:
    assert policies.contestable_until(at("2026-12-02T10:00")) == at("2027-01-01T10:00")
