"""Documents are judged by named people, one by one (D1, D2, D4, D6, T6)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cessions import facts, policies
from cessions.enums import DocumentKind, DocumentState, RefusalReason, RequestState
from cessions.models import Document, Reading
from cessions.policies import RequirementState
from cessions.services.document_kinds import change_kind
from cessions.services.guard import ActRefused
from cessions.services.review import (
    accept_as_equivalent,
    accept_document,
    refuse_document,
)
from cessions.snapshot import case_of_request
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.records.services.files import openable
from tests.cessions.cases import RECEIVED, a_document, fresh_case
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = RECEIVED + timedelta(hours=2)
LATER = date(2030, 1, 1)


@pytest.fixture
def support():
    return UserFactory(support=True)


@pytest.fixture
def request_():
    return fresh_case()


def refused_with(code: str):
    return pytest.raises(ActRefused, check=lambda refused: refused.code == code)


def lines(request) -> dict[str, str]:
    case = case_of_request(request.pk)
    found: list[policies.Requirement] = facts.checklist(case, case.services[0], NOW)
    return {line.kind: line.state for line in found}


def test_a_document_is_accepted_by_a_named_person_and_the_checklist_follows(request_, support):
    document = a_document(request_)
    assert lines(request_)[DocumentKind.OWNER_IDENTITY] == RequirementState.TO_REVIEW
    accept_document(document.pk, by=support, now=NOW, valid_until=LATER)
    document.refresh_from_db()
    assert (document.state, document.reviewed_by, document.reviewed_at, document.valid_until) == (
        DocumentState.ACCEPTED,
        support,
        NOW,
        LATER,
    )
    assert lines(request_)[DocumentKind.OWNER_IDENTITY] == RequirementState.ACCEPTED
    assert JournalEntry.objects.get(event="document_accepted").actor == f"user:{support.pk}"


def test_nobody_outside_the_groups_judges_a_document(request_):
    document = a_document(request_)
    superuser = UserFactory(is_superuser=True, is_staff=True)
    with refused_with("staff"):
        accept_document(document.pk, by=superuser, now=NOW, valid_until=LATER)


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        (ScanState.NOT_SCANNED, "not_scanned"),
        (ScanState.INFECTED, "file_closed"),
        (ScanState.REFUSED, "file_closed"),
    ],
)
def test_what_is_not_scanned_clean_cannot_be_opened_nor_accepted_but_refused(
    request_, support, scan, code
):
    document = a_document(request_, DocumentKind.INVOICE, scan=scan)
    assert not openable(document.file)
    with refused_with(code):
        accept_document(document.pk, by=support, now=NOW)
    refuse_document(
        document.pk, refusal=RefusalReason.INCORRECT, reason="Unreadable.", by=support, now=NOW
    )


def test_the_named_setting_lets_unscanned_files_pass_but_never_infected_ones(request_, settings):
    settings.SCAN_BYPASS = True
    assert openable(a_document(request_, scan=ScanState.NOT_SCANNED).file)
    assert not openable(a_document(request_, scan=ScanState.INFECTED).file)


def test_an_identity_document_must_be_valid_on_the_day_of_filing(request_, support):
    document = a_document(request_)
    with refused_with("date_missing"):
        accept_document(document.pk, by=support, now=NOW)
    with refused_with("out_of_date"):
        accept_document(document.pk, by=support, now=NOW, valid_until=date(2026, 6, 8))
    accept_document(document.pk, by=support, now=NOW, valid_until=date(2026, 6, 9))


def test_a_register_extract_must_be_younger_than_three_months(request_, support):
    document = a_document(request_, DocumentKind.REGISTER_EXTRACT)
    with refused_with("date_missing"):
        accept_document(document.pk, by=support, now=NOW)
    with refused_with("out_of_date"):
        accept_document(document.pk, by=support, now=NOW, issued_on=date(2026, 3, 9))
    accept_document(document.pk, by=support, now=NOW, issued_on=date(2026, 3, 10))


@pytest.mark.parametrize("refusal", RefusalReason.values)
def test_a_refusal_gives_a_kind_and_a_reason_and_the_claimant_is_told(request_, support, refusal):
    document = a_document(request_)
    refuse_document(
        document.pk, refusal=refusal, reason="The lower half is cut off.", by=support, now=NOW
    )
    document.refresh_from_db()
    assert (document.state, document.refusal) == (DocumentState.REFUSED, refusal)
    mail = OutgoingMail.objects.get(kind="cession_document_refused")
    assert mail.recipient == request_.filing.email
    assert "The lower half is cut off." in mail.text


def test_a_refusal_without_a_reason_is_refused_by_verb_and_database(request_, support):
    document = a_document(request_)
    for refusal, reason in ((RefusalReason.OUTDATED, " "), ("ugly", "I do not like it")):
        with refused_with("reason"):
            refuse_document(document.pk, refusal=refusal, reason=reason, by=support, now=NOW)
    judged = {"state": "refused", "reviewed_by": support, "reviewed_at": NOW}
    refused = pytest.raises(IntegrityError, match="document_refused_with_a_reason")
    with refused, transaction.atomic():
        Document.objects.update(refusal="incorrect", **judged)


def test_a_supervisor_lets_an_equivalent_stand_in_with_a_reason(support):
    account_case = fresh_case(services=0)
    service = ServiceFactory(account=account_case.account, hosting=True)
    account_case.services.create(
        filing=account_case.filing, kind=service.kind, name=service.name, service=service
    )
    document = a_document(account_case, DocumentKind.OTHER)
    words = {"stands_for": DocumentKind.PAYMENT_PROOF, "now": NOW}
    with refused_with("supervisor"):
        accept_as_equivalent(document.pk, reason="Paid in cash.", by=support, **words)
    supervisor = UserFactory(supervisor=True)
    with refused_with("reason"):
        accept_as_equivalent(document.pk, reason="", by=supervisor, **words)
    accept_as_equivalent(document.pk, reason="Receipt of cash.", by=supervisor, **words)
    assert lines(account_case)[DocumentKind.PAYMENT_PROOF] == RequirementState.ACCEPTED


def test_nothing_stands_in_for_an_identity_document(request_):
    document = a_document(request_, DocumentKind.OTHER)
    with refused_with("identity"):
        accept_as_equivalent(
            document.pk,
            stands_for=DocumentKind.OWNER_IDENTITY,
            reason="A bus pass.",
            by=UserFactory(supervisor=True),
            now=NOW,
        )


def test_a_judgement_can_be_corrected_while_the_case_is_open_and_leaves_no_trace_of_the_old(
    request_, support
):
    document = a_document(request_)
    accept_document(document.pk, by=support, now=NOW, valid_until=LATER)
    refuse_document(
        document.pk, refusal=RefusalReason.INCORRECT, reason="Forged.", by=support, now=NOW
    )
    document.refresh_from_db()
    assert (document.state, document.valid_until) == (DocumentState.REFUSED, None)
    assert JournalEntry.objects.filter(event__startswith="document_").count() == 2


def test_documents_of_an_ended_or_replaced_case_are_left_as_they_are(request_, support):
    document = a_document(request_)
    Document.objects.filter(pk=document.pk).update(state=DocumentState.REPLACED)
    with refused_with("state"):
        accept_document(document.pk, by=support, now=NOW, valid_until=LATER)
    other = a_document(request_)
    request_.state = RequestState.WITHDRAWN
    request_.save()
    with refused_with("state"):
        accept_document(other.pk, by=support, now=NOW, valid_until=LATER)


# -- Sent under the wrong heading ----------------------------------------------------------------------


def test_d6_a_card_that_came_as_another_document_is_an_identity_document_from_then_on(
    request_, support
):
    document = a_document(request_, DocumentKind.OTHER)
    accept_document(document.pk, by=support, now=NOW)
    Reading.objects.create(document=document, at=NOW, text="BRAUN THOMAS", findings={})
    change_kind(document.pk, kind=DocumentKind.CLAIMANT_IDENTITY, by=support, now=NOW)
    document.refresh_from_db()
    assert (document.kind, document.state) == (
        DocumentKind.CLAIMANT_IDENTITY,
        DocumentState.TO_REVIEW,
    )
    assert (document.reviewed_by, document.next_read_at, document.reading.text) == (None, NOW, "")
    entry = JournalEntry.objects.get(event="document_kind_changed")
    assert (entry.facts["was"], entry.facts["kind"]) == ("other", "claimant_identity")


def test_d6_only_a_supervisor_takes_a_document_out_of_the_guarded_kinds(request_, support):
    document = a_document(request_, DocumentKind.OWNER_IDENTITY)
    for kind in (DocumentKind.OTHER, DocumentKind.INVOICE):
        with refused_with("supervisor"):
            change_kind(document.pk, kind=kind, by=support, now=NOW)
    change_kind(document.pk, kind=DocumentKind.CLAIMANT_IDENTITY, by=support, now=NOW)
    supervisor = UserFactory(supervisor=True)
    change_kind(document.pk, kind=DocumentKind.OTHER, by=supervisor, now=NOW)
    assert Document.objects.get().kind == DocumentKind.OTHER


@pytest.mark.parametrize("kind", [DocumentKind.OWNER_IDENTITY, "nonsense", ""])
def test_d4_a_document_is_kept_as_another_kind_that_exists(request_, support, kind):
    document = a_document(request_, DocumentKind.OWNER_IDENTITY)
    with refused_with("kind"):
        change_kind(document.pk, kind=kind, by=support, now=NOW)
