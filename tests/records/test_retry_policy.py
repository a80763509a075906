"""When a mail is tried again (C3): pure values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosting.records.policies import (
    KEEP_TRYING,
    gives_up_at,
    next_try,
    outcome_of_api_error,
    outcome_of_refusal,
)


def test_pauses_are_5_10_20_40_then_60_minutes(now):
    end = now + KEEP_TRYING
    pauses = [(next_try(now, tries, end) - now) / timedelta(minutes=1) for tries in range(1, 8)]
    assert pauses == [5, 10, 20, 40, 60, 60, 60]


def test_a_pause_that_would_miss_the_end_is_shortened_to_one_last_try(now):
    end = now + timedelta(minutes=30)
    assert next_try(now, 6, end) == end - timedelta(minutes=5)
    assert next_try(end - timedelta(minutes=5), 7, end) is None


@given(minutes=st.integers(0, 5000), tries=st.integers(1, 30000))
def test_the_next_try_is_later_than_now_and_before_the_end(minutes, tries):
    begin = datetime(2026, 6, 9, 9, tzinfo=UTC)
    end = begin + timedelta(minutes=4000)
    at = begin + timedelta(minutes=minutes)
    again = next_try(at, tries, end)
    assert again is None or at < again < end


def test_a_mail_is_given_up_at_its_own_instant_or_after_three_days(now):
    assert gives_up_at(now, now + timedelta(hours=1)) == now + timedelta(hours=1)
    assert gives_up_at(now, None) == now + timedelta(days=3)


@pytest.mark.parametrize(("code", "kind"), [(450, "deferred"), (421, "deferred"), (550, "refused")])
def test_5xx_is_for_good_and_4xx_may_pass(code, kind):
    assert outcome_of_refusal(code) == kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (422, "refused"),
        (401, "unreached"),
        (429, "unreached"),
        (500, "unreached"),
        (None, "unreached"),
    ],
)
def test_a_wrong_key_or_a_broken_service_is_not_the_mails_fault(status, kind):
    assert outcome_of_api_error(status) == kind
