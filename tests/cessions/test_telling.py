"""What may be said to whom (A10): every combination, against a reference of its own."""

from itertools import product

import pytest

from accounts.enums import HolderEventKind, PowerScope
from cessions.policies import (
    Audience,
    Basis,
    BasisFacts,
    Topic,
    basis_of,
    may_contact_clients,
    may_tell,
)

YES_NO = (False, True)
FACTS = [
    BasisFacts(
        contract_in_force=contract,
        contract_names_claimant=named,
        emergency_contact=contact,
        scopes=frozenset(scopes),
        events=frozenset(events),
        emergency_open=emergency,
        representative=representative,
    )
    for contract, named, contact, scopes, events, emergency, representative in product(
        YES_NO,
        YES_NO,
        YES_NO,
        [(), (PowerScope.CONTACT_CLIENTS,), (PowerScope.KEEP_HOSTING, PowerScope.RENEW_DOMAINS)],
        [(), *((kind,) for kind in HolderEventKind.values)],
        YES_NO,
        YES_NO,
    )
]


def told_by_the_rules(facts, audience):
    """The sentences of A9, A10 and A12, written down once more."""
    gone = bool({"death", "guardianship"} & set(facts.events))
    his_own = {"own_file", "dates", "outcome", "holder_answered"}
    case = {"dates", "outcome", "holder_answered", "search_details", "holder_identity"}
    if audience == "claimant":
        by_contract = facts.contract_in_force and facts.contract_names_claimant
        return his_own | ({"search_details", "holder_identity"} if by_contract else set())
    if audience == "assignee":
        return {"holder_identity"} if facts.contract_in_force else set()
    if audience == "emergency_contact":
        return case if facts.emergency_contact and not gone else set()
    if audience == "representative":
        return case | {"account"} if facts.representative else set()
    power = "contact_clients" in facts.scopes and facts.emergency_open and not gone
    return {"holder_identity"} if power else set()


@pytest.mark.parametrize("audience", list(Audience))
def test_the_basis_tells_what_the_rules_say_in_every_combination(audience):
    for facts in FACTS:
        basis = basis_of(facts, audience)
        told = {topic.value for topic in Topic if may_tell(topic, basis)}
        assert told == told_by_the_rules(facts, audience.value), (facts, audience)


def test_nobody_is_told_of_other_claimants():
    assert not any(may_tell(Topic.OTHER_CLAIMANTS, basis) for basis in Basis)


def test_an_emergency_contact_is_no_basis_towards_end_clients():
    for facts in FACTS:
        without = BasisFacts(**{**vars(facts), "emergency_contact": False})
        for audience in (Audience.CLAIMANT, Audience.END_CLIENT):
            assert basis_of(facts, audience) == basis_of(without, audience)


def test_end_clients_are_turned_to_by_power_of_attorney_in_an_emergency_alone():
    for facts in FACTS:
        if may_contact_clients(facts):
            assert facts.emergency_open
            assert PowerScope.CONTACT_CLIENTS in facts.scopes
