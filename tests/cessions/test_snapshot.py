"""The one statement that reads a case, and what the facts make of it (K2)."""

from datetime import UTC, datetime, timedelta

import pytest

from cessions import facts, policies
from cessions.enums import (
    ConsentCode,
    DocumentKind,
    DocumentState,
    FilingState,
    OutcomeKind,
    RefusalReason,
    RequestState,
)
from cessions.models import (
    AttemptOutcome,
    Consent,
    ContactAttempt,
    Document,
    Filing,
    RequestedService,
    TransferRequest,
)
from cessions.policies import BlockerCode
from cessions.snapshot import case_of_filing, case_of_number, case_of_request
from hosting.records.enums import ScanState
from hosting.records.models import StoredFile
from hosting.services import transfer_ownership
from tests.factories import CustomerAccountFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
RECEIVED = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def request_(now):
    account = CustomerAccountFactory(reachable=True)
    filing = Filing.objects.create(
        number="T2026-000001",
        state=FilingState.CONFIRMED,
        language="en",
        full_name="Alix Martin",
        email="alix@mail.example",
        is_registered_owner=True,
        created_at=RECEIVED,
        confirmed_at=RECEIVED,
    )
    request = TransferRequest.objects.create(
        filing=filing, number="T2026-000001-1", account=account, received_at=RECEIVED
    )
    service = ServiceFactory(account=account)
    RequestedService.objects.create(
        filing=filing, request=request, kind=service.kind, name=service.name, service=service
    )
    return request


def a_document(request, **fields):
    file = StoredFile.objects.create(
        storage_name=f"files/{fields['kind']}",
        original_name="id.pdf",
        content_type="application/pdf",
        size=3,
        sha256="0" * 64,
        stored_at=RECEIVED,
        scan_state=fields.pop("scan", ScanState.CLEAN),
    )
    return Document.objects.create(filing=request.filing, file=file, added_at=RECEIVED, **fields)


def facts_of(request, at):
    case = case_of_request(request.pk)
    row = case.request(request.pk)
    return facts.decision_facts(case, row, case.services_of(row)[0], at)


def codes(request, at) -> set[str]:
    return {blocker.code for blocker in policies.decision_blockers(facts_of(request, at), at)}


def test_a_case_is_read_by_one_statement(request_, django_assert_num_queries):
    with django_assert_num_queries(1):
        case = case_of_request(request_.pk, journal=20)
    assert case.filing.number == "T2026-000001"
    assert case.requests[0].received_at == RECEIVED
    assert len(case.requests[0].account.methods) == 2
    assert case.services[0].owner_name.startswith("Boulangerie")


def test_a_case_is_found_by_filing_by_number_and_by_request_number(request_):
    assert case_of_filing(request_.filing_id) == case_of_number("T2026-000001")
    assert case_of_number("T2026-000001-1").filing.id == request_.filing_id
    with pytest.raises(Filing.DoesNotExist):
        case_of_number("T2026-999999")
    with pytest.raises(TransferRequest.DoesNotExist):
        case_of_request(0)


def test_a_fresh_request_is_blocked_by_clock_search_documents_verification_and_terms(request_):
    assert codes(request_, RECEIVED) == {
        BlockerCode.TOO_EARLY,
        BlockerCode.PERIOD_RUNNING,
        BlockerCode.MEANS_UNTRIED,
        BlockerCode.DOCUMENT_MISSING,
        BlockerCode.CHALLENGE_MISSING,
        BlockerCode.EFFECTS_NOT_ACCEPTED,
    }


def test_terms_and_effects_are_both_needed(request_):
    for code in ConsentCode.values:
        assert BlockerCode.EFFECTS_NOT_ACCEPTED in codes(request_, RECEIVED)
        Consent.objects.create(
            filing=request_.filing, notice=code, version=1, language="en", at=RECEIVED
        )
    assert BlockerCode.EFFECTS_NOT_ACCEPTED not in codes(request_, RECEIVED)


def test_a_document_that_nobody_scanned_blocks_until_it_is_refused(request_):
    document = a_document(request_, kind=DocumentKind.OWNER_IDENTITY, scan=ScanState.NOT_SCANNED)
    assert BlockerCode.NOT_SCANNED in codes(request_, RECEIVED)
    document.state = DocumentState.REFUSED
    document.refusal, document.reason = RefusalReason.OUTDATED, "too old"
    document.reviewed_by, document.reviewed_at = UserFactory(support=True), RECEIVED
    document.save()
    assert BlockerCode.NOT_SCANNED not in codes(request_, RECEIVED)


def test_a_call_counts_by_what_was_noted_on_its_date(request_):
    user = UserFactory(support=True)
    at = RECEIVED + timedelta(hours=1)
    phone = request_.account.contact_methods.get(kind="phone")
    attempt = ContactAttempt.objects.create(
        request=request_, at=at, local_date=at.date(), channel="phone", address=phone.value, by=user
    )
    assert not facts_of(request_, at).contact.attempts[0].valid
    AttemptOutcome.objects.create(attempt=attempt, at=at, kind=OutcomeKind.INVALID, by=user)
    (found,) = facts_of(request_, at).contact.attempts
    assert (found.valid, found.sent) == (False, True)
    assert [m.usable for m in facts_of(request_, at).contact.methods] == [True, False]
    AttemptOutcome.objects.create(attempt=attempt, at=at, kind=OutcomeKind.VOICEMAIL, by=user)
    assert facts_of(request_, at).contact.attempts[0].valid


def test_a_rival_blocks_while_it_is_open(request_):
    other = Filing.objects.create(
        number="T2026-000002", state=FilingState.CONFIRMED, language="en", created_at=RECEIVED
    )
    rival = TransferRequest.objects.create(
        filing=other, number="T2026-000002-1", account=request_.account, received_at=RECEIVED
    )
    mine = request_.services.get()
    theirs = RequestedService.objects.create(
        filing=other, request=rival, kind=mine.kind, name=mine.name, service=mine.service
    )
    assert facts_of(request_, RECEIVED).rivals == ("T2026-000002-1",)
    theirs.state = RequestState.WITHDRAWN
    theirs.save()
    assert facts_of(request_, RECEIVED).rivals == ()


def test_a_service_that_moved_to_another_account_is_not_this_requests_any_more(request_):
    service = request_.services.get().service
    moved_at = RECEIVED - timedelta(minutes=1)
    transfer_ownership(service, CustomerAccountFactory(), now=moved_at, reason="sold")
    assert BlockerCode.SERVICE_UNKNOWN in codes(request_, RECEIVED)


def test_former_contacts_count_for_twelve_months(request_):
    method = request_.account.contact_methods.get(kind="email")
    method.ended_at = RECEIVED - timedelta(days=364)
    method.save()
    assert len(facts_of(request_, RECEIVED).contact.methods) == 2
    assert len(facts_of(request_, RECEIVED + timedelta(days=2)).contact.methods) == 1


def test_known_death_blocks_until_a_supervisor_recorded_the_advice_taken(request_):
    Filing.objects.update(event="death")
    assert BlockerCode.EVENT_UNRESOLVED in codes(request_, RECEIVED)
    TransferRequest.objects.update(
        advice="Notary consulted.", advice_by=UserFactory(supervisor=True), advice_at=RECEIVED
    )
    assert BlockerCode.EVENT_UNRESOLVED not in codes(request_, RECEIVED)


def test_settings_reach_the_facts(request_, settings):
    settings.CESSION_REQUIRED_CHALLENGES = 1
    settings.CESSION_MINIMUM_ATTEMPT_DATES = 9
    found = facts_of(request_, RECEIVED)
    assert (found.required_challenges, found.contact.required_dates) == (1, 9)
