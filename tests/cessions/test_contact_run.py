"""C2, C3, C4: which dates count, and which are gaps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cessions import policies

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Try:
    at: datetime
    valid: bool = True
    method: str = "mail"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def daily(first: str, *offsets: int) -> list[Try]:
    start = at(first)
    return [Try(start + timedelta(days=offset)) for offset in offsets]


def test_no_attempt_is_no_run_and_no_gap() -> None:
    run = policies.contact_run([], PARIS, at("2026-11-28T12:00"))
    assert (run.longest, run.current, run.gaps, run.dates) == (0, 0, (), ())


def test_c4_consecutive_dates_make_a_run() -> None:
    run = policies.contact_run(daily("2026-11-21T09:00", *range(7)), PARIS, at("2026-11-27T12:00"))
    assert run.longest == run.current == 7
    assert run.gaps == ()


def test_c3_two_attempts_on_one_date_count_once() -> None:
    twice = daily("2026-11-21T09:00", 0, 1) + daily("2026-11-21T18:00", 0, 1)
    assert policies.contact_run(twice, PARIS, at("2026-11-23T12:00")).longest == 2


def test_c3_an_attempt_that_is_not_valid_makes_no_date_count() -> None:
    tries = [*daily("2026-11-21T09:00", 0, 2), Try(at("2026-11-22T09:00"), valid=False)]
    run = policies.contact_run(tries, PARIS, at("2026-11-23T12:00"))
    assert run.longest == 1
    assert run.gaps == (date(2026, 11, 22),)


def test_c3_one_valid_attempt_makes_a_date_count_whatever_else_bounced() -> None:
    tries = [Try(at("2026-11-21T09:00"), valid=False), Try(at("2026-11-21T10:00"))]
    assert policies.contact_run(tries, PARIS, at("2026-11-21T12:00")).longest == 1


def test_c4_a_missed_date_restarts_the_run_and_is_a_gap() -> None:
    tries = daily("2026-11-21T09:00", 0, 1, 2, 4, 5)
    run = policies.contact_run(tries, PARIS, at("2026-11-26T12:00"))
    assert (run.longest, run.current) == (3, 2)
    assert run.gaps == (date(2026, 11, 24),)


def test_the_order_of_attempts_does_not_matter() -> None:
    tries = daily("2026-11-21T09:00", 3, 0, 2, 1)
    assert policies.contact_run(tries, PARIS, at("2026-11-24T12:00")).longest == 4


def test_attempts_after_now_are_not_known_yet() -> None:
    tries = daily("2026-11-21T09:00", 0, 1, 2)
    run = policies.contact_run(tries, PARIS, at("2026-11-22T08:59:59"))
    assert run.longest == 1
    assert policies.contact_run(tries, PARIS, at("2026-11-22T09:00")).longest == 2


def test_c3_dates_are_local_not_utc() -> None:
    around_midnight = [Try(at("2026-07-01T00:30")), Try(at("2026-07-01T23:30"))]
    assert policies.contact_run(around_midnight, PARIS, at("2026-07-02T12:00")).longest == 1
    in_two_dates = [Try(at("2026-06-30T23:59:59")), Try(at("2026-07-01T00:00"))]
    assert policies.contact_run(in_two_dates, PARIS, at("2026-07-02T12:00")).longest == 2


@pytest.mark.parametrize("first", ["2027-03-25T08:00", "2027-10-28T08:00", "2028-02-25T08:00"])
def test_c4_a_run_goes_over_clock_changes_and_the_leap_day(first: str) -> None:
    tries = daily(first, *range(7))
    assert policies.contact_run(tries, PARIS, at(first) + timedelta(days=8)).longest == 7


def test_today_is_no_gap_while_it_lasts() -> None:
    tries = daily("2026-11-21T09:00", 0)
    assert policies.contact_run(tries, PARIS, at("2026-11-22T23:59:59")).gaps == ()
    midnight = policies.contact_run(tries, PARIS, at("2026-11-23T00:00"))
    assert midnight.gaps == (date(2026, 11, 22),)


def test_the_run_going_on_survives_until_yesterday_is_a_gap() -> None:
    tries = daily("2026-11-21T09:00", 0, 1)
    assert policies.contact_run(tries, PARIS, at("2026-11-23T23:59")).current == 2
    assert policies.contact_run(tries, PARIS, at("2026-11-24T00:00")).current == 0


def test_c2_dates_before_the_first_due_attempt_are_no_gaps() -> None:
    tries = daily("2026-11-23T09:00", 0)
    now = at("2026-11-23T12:00")
    evening = policies.contact_run(tries, PARIS, now, at("2026-11-21T19:30"))
    assert evening.gaps == (date(2026, 11, 22),)
    morning = policies.contact_run(tries, PARIS, now, at("2026-11-21T19:29"))
    assert morning.gaps == (date(2026, 11, 21), date(2026, 11, 22))


def test_gaps_from_a_date_begin_on_that_date() -> None:
    run = policies.contact_run([], PARIS, at("2026-11-23T12:00"), date(2026, 11, 22))
    assert run.gaps == (date(2026, 11, 22),)


def test_without_a_beginning_gaps_are_counted_from_the_first_attempt() -> None:
    tries = [Try(at("2026-11-21T09:00"), valid=False), Try(at("2026-11-23T09:00"))]
    run = policies.contact_run(tries, PARIS, at("2026-11-24T12:00"))
    assert run.gaps == (date(2026, 11, 21), date(2026, 11, 22))


def test_c3_an_email_is_valid_while_accepted_and_not_bounced() -> None:
    accepted, bounced = at("2026-11-21T09:00"), at("2026-11-21T11:00")
    assert not policies.email_is_valid(None, None, bounced)
    assert not policies.email_is_valid(accepted, None, accepted - timedelta(seconds=1))
    assert policies.email_is_valid(accepted, bounced, bounced - timedelta(seconds=1))
    assert not policies.email_is_valid(accepted, bounced, bounced)


def test_c3_a_call_counts_when_logged_on_its_very_date() -> None:
    made = at("2026-11-21T23:50")
    assert policies.manual_is_valid(made, at("2026-11-21T23:59:59"), PARIS)
    assert not policies.manual_is_valid(made, at("2026-11-22T00:00"), PARIS)
    assert not policies.manual_is_valid(made, made - timedelta(seconds=1), PARIS)


@pytest.mark.parametrize(
    ("address", "depends"),
    [
        ("jean@atelier.example", True),
        ("jean@mail.Atelier.example.", True),
        ("jean@atelier.example.org", False),
        ("jean@monatelier.example", False),
        ("jean@free.example", False),
        ("", False),
    ],
)
def test_c6_mail_inside_the_contested_domain_depends_on_it(address: str, depends: bool) -> None:
    assert policies.depends_on(address, ["autre.example", "atelier.example"]) is depends
