"""C1, C3, C4, C6, C7: whether the holder was sought long enough, and by all means."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cessions.policies import Attempt, ContactFacts, MethodOnFile, Period, period

PARIS = ZoneInfo("Europe/Paris")
FIRST = date(2026, 11, 21)
RECEIVED = datetime(2026, 11, 21, 7, 0, tzinfo=PARIS)
MAIL = MethodOnFile("mail", "email", "jean@free.example")
INSIDE = MethodOnFile("inside", "email", "jean@atelier.example")
PHONE = MethodOnFile("phone", "phone", "+33 6 00 00 00 00")
LETTER = MethodOnFile("letter", "post", "12 rue du Port")
SIGNAL = MethodOnFile("signal", "signal")


def at(offset: int, clock: str = "09:00") -> datetime:
    """The local time `clock` on the date that lies `offset` days after the first."""
    day = FIRST + timedelta(days=offset)
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=PARIS)


def tries(method: MethodOnFile, *offsets: int, valid: bool = True, inside: bool = False):
    return tuple(
        Attempt(at(offset), valid, method.key, method.kind, True, inside) for offset in offsets
    )


def facts(*attempts: Attempt, methods=(MAIL,), **changes) -> ContactFacts:
    return replace(ContactFacts(PARIS, RECEIVED, attempts, tuple(methods)), **changes)


def judged(facts: ContactFacts, offset: int, clock: str = "12:00") -> Period:
    return period(facts, at(offset, clock))


SEVEN = tries(MAIL, *range(7))


def test_c4_the_period_is_fulfilled_at_the_midnight_that_ends_the_seventh_date() -> None:
    before = period(facts(*SEVEN), at(7, "00:00") - timedelta(microseconds=1))
    assert before.fulfilled_at is None
    assert before.earliest_at == at(7, "00:00")
    assert judged(facts(*SEVEN), 7, "00:00").fulfilled_at == at(7, "00:00")


def test_c4_once_fulfilled_neither_time_nor_missed_dates_undo_it() -> None:
    found = judged(facts(*SEVEN), 40)
    assert found.fulfilled_at == at(7, "00:00")
    assert len(found.gaps) == 33


def test_c4_a_bounce_that_takes_a_date_away_undoes_it() -> None:
    bounced = (*SEVEN[:3], replace(SEVEN[3], valid=False), *SEVEN[4:])
    found = judged(facts(*bounced), 7)
    assert found.fulfilled_at is None
    assert found.run == (date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27))
    assert found.gaps == (date(2026, 11, 24),)
    assert found.earliest_at == at(11, "00:00")


def test_c4_a_bounce_takes_nothing_away_where_something_else_counted() -> None:
    phoned = (*SEVEN[:3], replace(SEVEN[3], valid=False), *tries(PHONE, 3), *SEVEN[4:])
    assert judged(facts(*phoned), 7).fulfilled_at == at(7, "00:00")


def test_c4_while_today_may_still_count_the_earliest_midnight_stays() -> None:
    found = judged(facts(*tries(MAIL, 0, 1)), 2, "23:00")
    assert not found.today_counts
    assert found.earliest_at == at(7, "00:00")


def test_c4_the_next_day_a_missed_date_moves_it() -> None:
    assert judged(facts(*tries(MAIL, 0, 1)), 3).earliest_at == at(10, "00:00")


def test_c2_nothing_can_begin_before_the_first_attempt_is_due() -> None:
    evening = facts(attempts_from=at(0, "21:00"))
    assert judged(evening, 0, "21:05").earliest_at == at(8, "00:00")
    assert judged(evening, 2).gaps == (FIRST + timedelta(days=1),)


def test_c10_attempts_before_a_new_run_do_not_count() -> None:
    resumed = facts(*SEVEN, attempts_from=at(5, "12:00"))
    found = judged(resumed, 7)
    assert found.fulfilled_at is None
    assert found.run == (date(2026, 11, 27),)


@pytest.mark.parametrize(
    ("minimum", "further", "required"),
    [(7, 0, 7), (7, 3, 10), (7, 23, 30), (7, 90, 30), (10, 0, 10), (3, 0, 7), (35, 2, 35)],
)
def test_c7_the_period_is_extended_up_to_thirty_dates_and_never_below_c1(
    minimum: int, further: int, required: int
) -> None:
    assert facts(minimum_dates=minimum, further_dates=further).required_dates == required


def test_c7_an_extension_reopens_the_period() -> None:
    found = judged(facts(*SEVEN, further_dates=2), 7)
    assert found.fulfilled_at is None
    assert found.required == 9
    assert found.earliest_at == at(9, "00:00")
    assert judged(facts(*tries(MAIL, *range(9)), further_dates=2), 9).fulfilled_at == at(9, "00:00")


# -- All means (C1) ---------------------------------------------------------------------------


def untried(found: Period) -> dict[str, tuple[int, int]]:
    return {each.method.key: (each.dates, each.needed) for each in found.untried}


def test_c1_every_usable_method_is_tried_telephones_on_two_dates() -> None:
    methods = (MAIL, PHONE, LETTER)
    found = judged(facts(*SEVEN, *tries(PHONE, 2), methods=methods), 7)
    assert untried(found) == {"phone": (1, 2), "letter": (0, 1)}
    all_tried = facts(*SEVEN, *tries(PHONE, 2, 4), *tries(LETTER, 1), methods=methods)
    assert judged(all_tried, 7).untried == ()


def test_c1_two_calls_on_one_date_are_one_date() -> None:
    calls = (*tries(PHONE, 2), Attempt(at(2, "18:00"), True, "phone", "phone"))
    assert untried(judged(facts(*SEVEN, *calls, methods=(MAIL, PHONE)), 7)) == {"phone": (1, 2)}


def test_c1_a_method_that_cannot_be_used_needs_no_try() -> None:
    unusable = replace(PHONE, usable=False)
    assert judged(facts(*SEVEN, methods=(MAIL, unusable)), 7).untried == ()


def test_c1_a_mail_that_bounced_was_tried_all_the_same() -> None:
    second = replace(MAIL, key="second")
    found = judged(facts(*SEVEN, *tries(second, 3, valid=False), methods=(MAIL, second)), 7)
    assert found.untried == ()


def test_c1_a_call_that_was_not_logged_on_its_date_was_not_made() -> None:
    late = (Attempt(at(2), False, "phone", "phone"), Attempt(at(3), True, "phone", "phone"))
    assert untried(judged(facts(*SEVEN, *late, methods=(MAIL, PHONE)), 7)) == {"phone": (1, 2)}


def test_c1_what_was_tried_before_a_gap_is_not_tried_within_the_run() -> None:
    mails = tries(MAIL, 0, 1, *range(3, 10))
    found = judged(facts(*mails, *tries(PHONE, 0, 1), methods=(MAIL, PHONE)), 10)
    assert found.fulfilled_at == at(10, "00:00")
    assert untried(found) == {"phone": (0, 2)}


def test_c1_what_is_tried_while_the_run_goes_on_counts_also_when_it_is_long_enough() -> None:
    mails = tries(MAIL, *range(10))
    found = judged(facts(*mails, *tries(PHONE, 8, 9), methods=(MAIL, PHONE)), 9)
    assert found.untried == ()


def test_c1_a_run_that_is_over_leaves_all_means_to_a_new_run() -> None:
    late_calls = facts(*SEVEN, *tries(PHONE, 9, 10), methods=(MAIL, PHONE))
    found = judged(late_calls, 10)
    assert found.fulfilled_at == at(7, "00:00")
    assert untried(found) == {"phone": (0, 2)}
    assert found.means_from == at(16, "00:00")


def test_c1_a_method_found_after_the_run_is_tried_but_does_not_undo_it() -> None:
    found_late = replace(PHONE, since=at(9, "10:00"))
    fresh = judged(facts(*SEVEN, methods=(MAIL, found_late)), 9)
    assert fresh.fulfilled_at == at(7, "00:00")
    assert untried(fresh) == {"phone": (0, 2)}
    called = facts(*SEVEN, *tries(PHONE, 10, 11), methods=(MAIL, found_late))
    assert judged(called, 11).untried == ()


def test_c1_the_second_call_can_be_made_from_the_next_morning_on() -> None:
    methods = (MAIL, PHONE)
    assert judged(facts(*SEVEN, methods=methods), 6).means_from == at(7, "08:00")
    once_today = facts(*SEVEN, *tries(PHONE, 6), methods=methods)
    assert judged(once_today, 6).means_from == at(7, "08:00")
    once_before = facts(*SEVEN, *tries(PHONE, 4), methods=methods)
    assert judged(once_before, 6).means_from is None


# -- Dead e-mail (C3) -------------------------------------------------------------------------

DEAD = {"methods": (MAIL, PHONE), "failing_emails": frozenset({"mail"})}
DEAD_NOW = {"methods": (MAIL, PHONE)}
SENT = tries(MAIL, *range(7), valid=False)


def test_c3_a_daily_send_to_a_dead_address_counts_with_a_letter_and_calls_on_three_dates() -> None:
    complete = facts(*SENT, *tries(LETTER, 1), *tries(PHONE, 2, 3, 5), **DEAD)
    assert judged(complete, 7).fulfilled_at == at(7, "00:00")


def test_c3_without_the_letter_it_does_not() -> None:
    found = judged(facts(*SENT, *tries(PHONE, 2, 3, 5), **DEAD), 7)
    assert found.fulfilled_at is None
    assert found.letter_missing
    assert found.channel_dates_missing == 0
    assert found.earliest_at == at(8, "00:00")


def test_c3_without_calls_on_three_dates_it_does_not() -> None:
    found = judged(facts(*SENT, *tries(LETTER, 1), *tries(PHONE, 2), **DEAD), 7)
    assert found.fulfilled_at is None
    assert (found.letter_missing, found.channel_dates_missing) == (False, 2)
    assert found.earliest_at == at(9, "00:00")


def test_c3_where_there_is_no_other_channel_the_letter_is_enough() -> None:
    alone = facts(*SENT, *tries(LETTER, 1), **(DEAD | {"methods": (MAIL,)}))
    assert judged(alone, 7).fulfilled_at == at(7, "00:00")


def test_c3_a_letter_from_elsewhere_in_the_case_counts_too() -> None:
    posted = facts(*SENT, **(DEAD | {"methods": (MAIL,), "letters_posted": (at(2),)}))
    assert judged(posted, 7).fulfilled_at == at(7, "00:00")


def test_c3_a_letter_before_the_run_does_not_count() -> None:
    earlier = facts(
        *tries(MAIL, 0, 2, 3, 4, 5, 6, 7, 8, valid=False),
        *tries(LETTER, 0),
        **(DEAD | {"methods": (MAIL,)}),
    )
    assert judged(earlier, 9).fulfilled_at is None


def test_c3_one_address_that_works_takes_the_exception_away() -> None:
    works = (MAIL, PHONE, replace(MAIL, key="second"))
    complete = facts(
        *SENT, *tries(LETTER, 1), *tries(PHONE, 2, 3, 5), **(DEAD | {"methods": works})
    )
    assert judged(complete, 7).fulfilled_at is None


def test_c3_an_address_found_after_the_period_does_not_undo_it() -> None:
    late = (MAIL, PHONE, replace(MAIL, key="second", since=at(9)))
    complete = facts(*SENT, *tries(LETTER, 1), *tries(PHONE, 2, 3, 5), **(DEAD | {"methods": late}))
    found = judged(complete, 9)
    assert found.fulfilled_at == at(7, "00:00")
    assert untried(found) == {"second": (0, 1)}


def test_c3_a_channel_found_after_the_period_does_not_undo_it() -> None:
    late = (MAIL, replace(PHONE, since=at(9)))
    complete = facts(*SENT, *tries(LETTER, 1), **(DEAD | {"methods": late}))
    assert judged(complete, 9).fulfilled_at == at(7, "00:00")


def test_c3_the_letter_completes_a_run_on_the_midnight_of_its_date() -> None:
    late_letter = facts(
        *tries(MAIL, *range(10), valid=False), *tries(LETTER, 8), **(DEAD | {"methods": (MAIL,)})
    )
    assert judged(late_letter, 8).fulfilled_at is None
    assert judged(late_letter, 10).fulfilled_at == at(9, "00:00")


def test_c3_a_date_without_a_send_is_a_gap_also_when_all_addresses_are_dead() -> None:
    missed = tries(MAIL, 0, 1, 2, 4, 5, 6, valid=False)
    found = judged(facts(*missed, *tries(LETTER, 1), *tries(PHONE, 0, 1, 2), **DEAD), 7)
    assert found.fulfilled_at is None
    assert found.gaps == (date(2026, 11, 24),)


# -- Channels that hang on the contested service (C6) -------------------------------------------

INSIDE_SEVEN = tries(INSIDE, *range(7), inside=True)


def test_c6_mail_inside_the_contested_domain_cannot_fulfil_the_period_alone() -> None:
    found = judged(facts(*INSIDE_SEVEN, methods=(INSIDE,)), 7)
    assert found.fulfilled_at is None
    assert found.independent_missing
    assert found.earliest_at == at(8, "00:00")


def test_c6_another_channel_on_one_date_is_not_enough() -> None:
    found = judged(facts(*INSIDE_SEVEN, *tries(PHONE, 2), methods=(INSIDE, PHONE)), 7)
    assert found.independent_missing


def test_c6_another_channel_on_two_dates_is_enough() -> None:
    found = judged(facts(*INSIDE_SEVEN, *tries(PHONE, 2, 5), methods=(INSIDE, PHONE)), 7)
    assert found.fulfilled_at == at(7, "00:00")


def test_c6_a_registered_letter_will_do() -> None:
    found = judged(facts(*INSIDE_SEVEN, *tries(LETTER, 4), methods=(INSIDE,)), 7)
    assert found.fulfilled_at == at(7, "00:00")


def test_c6_nothing_is_said_of_it_while_other_channels_are_used() -> None:
    found = judged(
        facts(*tries(INSIDE, 0, inside=True), *tries(MAIL, 0), methods=(INSIDE, MAIL)), 0
    )
    assert not found.independent_missing
    assert not judged(facts(), 0).independent_missing


def test_c3_an_address_that_recovered_within_the_run_did_not_fail_for_good() -> None:
    mails = (*tries(MAIL, 0, 1, 2, valid=False), *tries(MAIL, 3, 4, 5, 6))
    found = judged(facts(*mails, *tries(LETTER, 4), *tries(PHONE, 4, 5, 6), **DEAD_NOW), 7)
    assert found.fulfilled_at is None
    assert found.run == tuple(FIRST + timedelta(days=number) for number in (3, 4, 5, 6))


def test_c4_a_mail_whose_bounce_is_under_way_undoes_nothing() -> None:
    """A relay accepts every mail and bounces it minutes later: the eighth is not bounced yet."""
    week = (*SENT, *tries(LETTER, 1), *tries(PHONE, 2, 3, 5))
    found = judged(facts(*week, *tries(MAIL, 7), **DEAD_NOW), 7)
    assert found.fulfilled_at == at(7, "00:00")
    assert found.gaps == ()


def test_c3_an_address_that_cannot_be_written_to_is_no_address() -> None:
    methods = (MAIL, PHONE, MethodOnFile("typo", "email", usable=False))
    week = (*SENT, *tries(LETTER, 1), *tries(PHONE, 2, 3, 5))
    assert judged(facts(*week, methods=methods), 7).fulfilled_at == at(7, "00:00")
