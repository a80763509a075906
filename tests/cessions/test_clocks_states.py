"""T7: which state may follow which, and one word for a request of several services."""

import itertools

import pytest

from cessions import policies
from cessions.enums import OPEN_STATES, FilingState, RequestState

ALLOWED = {
    ("received", "approved"),
    ("received", "refused"),
    ("received", "withdrawn"),
    ("received", "lapsed"),
    ("received", "holder_reached"),
    ("approved", "executed"),
    ("approved", "received"),
    ("approved", "refused"),
    ("approved", "withdrawn"),
    ("approved", "holder_reached"),
    ("executed", "reversed"),
    ("holder_reached", "received"),
    ("refused", "received"),  # a contest that was won (X1)
    ("draft", "unconfirmed"),
    ("draft", "expired"),
    ("unconfirmed", "confirmed"),
    ("unconfirmed", "expired"),
}
ALL_STATES = [*RequestState, *FilingState]


@pytest.mark.parametrize(("old", "new"), list(itertools.product(ALL_STATES, ALL_STATES)))
def test_t7_only_the_moves_of_the_table_are_allowed(old: str, new: str) -> None:
    assert policies.may_move(old, new) is ((str(old), str(new)) in ALLOWED)


def test_t7_a_state_that_does_not_exist_moves_nowhere() -> None:
    assert not policies.may_move("ripe", "approved")


def test_t7_the_tables_name_every_state() -> None:
    assert set(policies.TRANSITIONS) == set(RequestState)
    assert set(policies.FILING_TRANSITIONS) == set(FilingState)


def test_t7_open_means_received_or_approved() -> None:
    assert {state for state in RequestState if policies.is_open(state)} == set(OPEN_STATES)


@pytest.mark.parametrize(
    ("items", "summary"),
    [
        (["refused", "received", "executed"], "received"),
        (["executed", "approved"], "approved"),
        (["lapsed", "lapsed"], "lapsed"),
        (["withdrawn"], "withdrawn"),
        (["refused", "executed"], "executed"),
        (["refused", "reversed"], "reversed"),
        (["withdrawn", "refused"], "refused"),
        (["executed", "reversed", "refused"], "executed"),
    ],
)
def test_t7_services_sum_up_to_one_state(items: list[str], summary: str) -> None:
    assert policies.summary_state(items) == summary
    assert policies.summary_state(reversed(items)) == summary


@pytest.mark.parametrize("items", [[], ["draft"], ["received", "nonsense"]])
def test_t7_nothing_sums_up_what_is_no_state_of_an_item(items: list[str]) -> None:
    with pytest.raises(ValueError, match="state"):
        policies.summary_state(items)
