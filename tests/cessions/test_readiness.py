"""P6: readiness in words and as a share; more evidence never lowers it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cessions.policies.readiness import (
    TRANSFEROR_FIELDS,
    ContractFact,
    ItemCode,
    ItemState,
    Prepared,
    RegisteredOwner,
    WarningCode,
    contract_outdated,
    identity_expired,
    readiness,
)

FLAGS = (
    "has_email",
    "has_telephone",
    "has_alternative",
    "emergency_contact_confirmed",
    "power_in_force",
    "assignee_listed",
    "papers_handed",
)
ALL_IN_PLACE = Prepared(
    **dict.fromkeys(FLAGS, True), contracts=(ContractFact(),), owner=RegisteredOwner.CLIENT
)
TRANSFEROR = {name: f"some {name}" for name in TRANSFEROR_FIELDS}
ASSIGNEE = {"full_name": "Alix Martin", "organisation": "Boulangerie Martin"}
FROZEN = {"transferor": TRANSFEROR, "assignee": ASSIGNEE}

contracts = st.builds(ContractFact, outdated=st.booleans(), identity_expired=st.booleans())
anything = st.builds(
    Prepared,
    **dict.fromkeys(FLAGS, st.booleans()),
    contracts=st.lists(contracts, max_size=3).map(tuple),
    owner=st.sampled_from(RegisteredOwner),
)


def state_of(prepared: Prepared, code: ItemCode) -> ItemState:
    return next(item.state for item in readiness(prepared).items if item.code is code)


def test_a_service_with_everything_in_place_is_ready_in_full():
    ready = readiness(ALL_IN_PLACE)
    assert (ready.score, ready.missing, ready.next_step, ready.warnings) == (100, (), None, ())


def test_a_service_with_nothing_in_place_has_a_next_step_for_every_item():
    ready = readiness(Prepared(owner=RegisteredOwner.UNKNOWN))
    assert ready.score == 0
    assert all(item.next_step for item in ready.items)
    assert ready.next_step == ready.items[0]


def test_the_score_is_the_share_of_the_applicable_items():
    prepared = Prepared(has_email=True, has_telephone=True)
    assert len(readiness(prepared).applicable) == 8
    assert readiness(prepared).score == 25
    assert readiness(replace(prepared, owner=RegisteredOwner.CLIENT)).score == 33


@pytest.mark.parametrize(
    ("owner", "state"),
    [
        (RegisteredOwner.NOT_ASKED, ItemState.NOT_APPLICABLE),
        (RegisteredOwner.UNKNOWN, ItemState.MISSING),
        (RegisteredOwner.RESELLER, ItemState.MISSING),
        (RegisteredOwner.CLIENT, ItemState.IN_PLACE),
    ],
)
def test_the_registered_owner_should_be_the_end_client(owner, state):
    prepared = replace(ALL_IN_PLACE, owner=owner)
    assert state_of(prepared, ItemCode.OWNER) is state
    warned = WarningCode.OWNER_IS_RESELLER in readiness(prepared).warnings
    assert warned == (owner is RegisteredOwner.RESELLER)


@pytest.mark.parametrize(
    ("lacking", "warning"),
    [
        ({"has_email": False}, WarningCode.NO_EMAIL),
        ({"has_telephone": False}, WarningCode.NO_TELEPHONE),
        ({"assignee_listed": False}, WarningCode.ASSIGNEE_MISSING),
        ({"contracts": (ContractFact(outdated=True),)}, WarningCode.CONTRACT_OUTDATED),
        ({"contracts": (ContractFact(identity_expired=True),)}, WarningCode.IDENTITY_EXPIRED),
    ],
)
def test_what_needs_an_eye_is_warned_of(lacking, warning):
    assert readiness(replace(ALL_IN_PLACE, **lacking)).warnings == (warning,)


def test_no_contract_at_all_is_missing_but_not_outdated():
    prepared = replace(ALL_IN_PLACE, contracts=())
    assert state_of(prepared, ItemCode.CONTRACT) is ItemState.MISSING
    assert readiness(prepared).warnings == ()


def test_an_outdated_contract_is_excused_by_one_that_is_up_to_date():
    both = (ContractFact(outdated=True, identity_expired=True), ContractFact())
    assert readiness(replace(ALL_IN_PLACE, contracts=both)) == readiness(ALL_IN_PLACE)


def test_a_contract_that_says_what_still_holds_is_up_to_date():
    spelt = {**TRANSFEROR, "full_name": "  SOME   full_name "}
    assert not contract_outdated(FROZEN, spelt, ASSIGNEE, assignee_listed=True)


@pytest.mark.parametrize("name", TRANSFEROR_FIELDS)
def test_a_changed_field_of_the_transferor_outdates_the_contract(name):
    changed = {**TRANSFEROR, name: "another"}
    assert contract_outdated(FROZEN, changed, ASSIGNEE, assignee_listed=True)


@pytest.mark.parametrize("name", ["full_name", "organisation"])
def test_a_changed_assignee_outdates_the_contract(name):
    changed = {**ASSIGNEE, name: "another"}
    assert contract_outdated(FROZEN, TRANSFEROR, changed, assignee_listed=True)


def test_an_assignee_who_is_not_listed_any_more_outdates_the_contract():
    assert contract_outdated(FROZEN, TRANSFEROR, ASSIGNEE, assignee_listed=False)


def test_the_identity_must_be_valid_on_the_date_of_the_signature():
    signed = date(2026, 6, 9)
    assert identity_expired(date(2026, 6, 8), signed)
    assert not identity_expired(signed, signed)
    assert not identity_expired(None, signed)


@settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine draws slowly
)
@given(before=anything, flags=st.sets(st.sampled_from(FLAGS)), more=st.lists(contracts).map(tuple))
def test_adding_evidence_never_lowers_readiness(before, flags, more):
    better_owner = (
        before.owner if before.owner is RegisteredOwner.NOT_ASKED else RegisteredOwner.CLIENT
    )
    after = replace(
        before,
        **dict.fromkeys(flags, True),
        contracts=before.contracts + more,
        owner=better_owner,
    )
    was, is_now = readiness(before), readiness(after)
    assert is_now.score >= was.score
    for old, new in zip(was.items, is_now.items, strict=True):
        assert new.state == old.state or (old.state, new.state) == (
            ItemState.MISSING,
            ItemState.IN_PLACE,
        )
