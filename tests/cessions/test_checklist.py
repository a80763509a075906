"""D1 to D4: which documents a service needs, and where each stands."""

from datetime import date

import pytest

from cessions.enums import DocumentKind
from cessions.policies import (
    AccountFacts,
    ClaimantFacts,
    DocumentFact,
    Requirement,
    ServiceFacts,
    extract_is_fresh,
    requirements_for,
)

TODAY = date(2026, 11, 21)
DOMAIN = ServiceFacts("domain", "atelier.example")
COMPANY = ServiceFacts("domain", "atelier.example", owner_is_organisation=True)
RESELLER_OWNED = ServiceFacts(
    "domain", "atelier.example", owner_is_reseller=True, registry_procedure="Syreli"
)
HOSTING = ServiceFacts("hosting", "atelier.example")
OWNER, OTHER = ClaimantFacts(is_owner=True), ClaimantFacts(is_owner=False)


def lines(service, claimant=OWNER, *documents, account=None) -> dict[str, Requirement]:
    found = requirements_for(service, claimant, documents, account, TODAY)
    assert len({line.kind for line in found}) == len(found)
    return {str(line.kind): line for line in found}


def required(found: dict[str, Requirement]) -> list[str]:
    return [kind for kind, line in found.items() if line.required]


def doc(kind: str, state: str = "accepted", number: int = 1, **fields) -> DocumentFact:
    return DocumentFact(number, kind, state, **fields)


def test_d1_the_owner_of_a_domain_proves_who_he_is() -> None:
    assert required(lines(DOMAIN)) == ["owner_identity"]


def test_d1_another_claimant_holds_the_owners_authority_and_proves_his_own_identity() -> None:
    assert required(lines(DOMAIN, OTHER)) == [
        "owner_identity",
        "owner_authority",
        "claimant_identity",
    ]


def test_d1_an_organisation_shows_its_register_and_its_representative() -> None:
    assert required(lines(COMPANY)) == ["register_extract", "representative_identity"]
    assert required(lines(COMPANY, OTHER)) == [
        "register_extract",
        "representative_identity",
        "owner_authority",
        "claimant_identity",
    ]


@pytest.mark.parametrize("kind", ["hosting", "other"])
def test_d2_any_other_service_needs_invoice_payment_and_identity(kind: str) -> None:
    found = lines(ServiceFacts(kind, "atelier.example"), OTHER)
    assert required(found) == ["invoice", "payment_proof", "claimant_identity"]


def test_d3_a_contract_is_optional_and_may_lie_in_the_account() -> None:
    found = lines(HOSTING)
    assert not found["contract"].required
    assert found["contract"].state == "missing"
    assert lines(HOSTING, OWNER, doc("contract"))["contract"].state == "accepted"
    in_the_account = lines(HOSTING, account=AccountFacts(contract_accepted=True))
    assert in_the_account["contract"].state == "accepted"


def test_d1_a_reseller_who_owns_the_domain_is_stood_for_by_contract_and_identity_copy() -> None:
    both = AccountFacts(contract_accepted=True, contract_identity_accepted=True)
    found = lines(RESELLER_OWNED, OTHER, account=both)
    assert required(found) == ["contract", "claimant_identity"]
    assert found["contract"].state == "accepted"


@pytest.mark.parametrize(
    ("account", "documents", "state"),
    [
        (AccountFacts(), (), "missing"),
        (AccountFacts(contract_accepted=True), (), "missing"),
        (AccountFacts(contract_accepted=True), (doc("owner_identity", "refused"),), "refused"),
        (AccountFacts(contract_accepted=True), (doc("owner_identity", "to_review"),), "to_review"),
        (AccountFacts(contract_accepted=True), (doc("owner_identity"),), "accepted"),
        (AccountFacts(), (doc("contract"), doc("owner_identity", number=2)), "accepted"),
        (AccountFacts(), (doc("owner_identity"),), "missing"),
    ],
)
def test_d1_contract_and_copy_are_needed_both(account, documents, state: str) -> None:
    found = lines(RESELLER_OWNED, OTHER, *documents, account=account)
    assert found["contract"].state == state
    assert found["contract"].blocks is (state != "accepted")
    assert found["contract"].document_ids == tuple(document.id for document in documents)


def test_d1_without_contract_the_registrys_own_procedure_is_named() -> None:
    found = lines(RESELLER_OWNED, OTHER, account=AccountFacts())
    assert "Syreli" in str(found["contract"].help)
    unnamed = ServiceFacts("domain", "atelier.example", owner_is_reseller=True)
    assert "%(" not in str(lines(unnamed, OTHER, account=AccountFacts())["contract"].help)


def test_t4_without_the_account_the_list_tells_nothing_of_it() -> None:
    assert required(lines(RESELLER_OWNED)) == required(lines(DOMAIN))


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([], "missing"),
        (["refused"], "refused"),
        (["refused", "to_review"], "to_review"),
        (["accepted", "refused", "to_review"], "accepted"),
        (["replaced"], "missing"),
        (["replaced", "refused"], "refused"),
    ],
)
def test_d4_the_best_document_of_a_kind_says_where_a_line_stands(states, state: str) -> None:
    documents = [doc("owner_identity", each, number) for number, each in enumerate(states)]
    found = lines(DOMAIN, OWNER, *documents)["owner_identity"]
    assert found.state == state
    assert found.document_ids == tuple(range(len(states)))


def test_d4_an_equivalent_stands_in_for_anything_but_an_identity() -> None:
    cash = doc("other", equivalent_for="payment_proof")
    assert lines(HOSTING, OWNER, cash)["payment_proof"].state == "accepted"
    badge = doc("other", equivalent_for="claimant_identity")
    assert lines(HOSTING, OWNER, badge)["claimant_identity"].state == "missing"


def test_d2_a_document_about_another_service_does_not_count() -> None:
    elsewhere = doc("payment_proof", service_name="boutique.example")
    assert lines(HOSTING, OWNER, elsewhere)["payment_proof"].state == "missing"
    here = doc("payment_proof", service_name="atelier.example")
    assert lines(HOSTING, OWNER, here)["payment_proof"].state == "accepted"


@pytest.mark.parametrize(
    ("issued", "fresh"),
    [
        (date(2026, 8, 21), False),
        (date(2026, 8, 22), True),
        (date(2026, 11, 21), True),
        (date(2026, 11, 22), False),
    ],
)
def test_d1_a_register_extract_is_younger_than_three_months(issued: date, fresh: bool) -> None:
    assert extract_is_fresh(issued, TODAY) is fresh
    extract = doc("register_extract", issued_on=issued, filed_on=TODAY)
    assert lines(COMPANY, OWNER, extract)["register_extract"].blocks is not fresh


def test_d1_an_extract_that_ages_in_our_hands_stays_accepted() -> None:
    extract = doc("register_extract", issued_on=date(2026, 8, 1), filed_on=date(2026, 10, 20))
    assert lines(COMPANY, OWNER, extract)["register_extract"].state == "accepted"


@pytest.mark.parametrize(
    ("valid_until", "state"),
    [(date(2026, 11, 20), "refused"), (date(2026, 11, 21), "accepted"), (None, "accepted")],
)
def test_d2_an_identity_document_is_valid_on_filing(valid_until, state: str) -> None:
    card = doc("claimant_identity", valid_until=valid_until, filed_on=TODAY)
    assert lines(HOSTING, OWNER, card)["claimant_identity"].state == state


def test_d4_every_line_says_what_it_asks_for() -> None:
    seen = {**lines(DOMAIN, OTHER), **lines(COMPANY, OTHER), **lines(HOSTING)}
    assert set(seen) == set(DocumentKind) - {DocumentKind.OTHER}
    for line in seen.values():
        assert line.words
        assert len(str(line.help)) > 30
