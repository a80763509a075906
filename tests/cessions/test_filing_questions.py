"""Questions of staff, reminders, lapse, withdrawal, replaced documents (T6, D4)."""

from datetime import timedelta

import pytest

from cessions.enums import DocumentKind, DocumentState, RequestState
from cessions.services import documents, questions, reception, states, withdrawal
from cessions.services.locks import NotPossible
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.samples import pdf
from tests.factories import DraftFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(now):
    ServiceFactory(name="example.fr")
    return reception.confirm(DraftFactory(unconfirmed=True), now=now)


@pytest.fixture
def question(filing, now):
    return questions.ask_claimant(filing, "Which site?", by=UserFactory(support=True), now=now)


def mails(kind: str) -> int:
    return OutgoingMail.objects.filter(kind=kind).count()


def test_without_an_answer_the_request_lapses_after_two_reminders_and_21_days(
    filing, question, now
):
    for day, kind in ((7, "cession_reminder"), (14, "cession_reminder"), (21, "cession_lapsed")):
        before = mails(kind)
        moment = now + timedelta(days=day)
        assert questions.step_due(moment - timedelta(seconds=1)) == 0
        assert questions.step_due(moment) == 1
        assert mails(kind) == before + 1
    request = filing.requests.get()
    assert request.state == RequestState.LAPSED
    assert request.next_attempt_at is None
    assert questions.step_due(now + timedelta(days=99)) == 0


def test_what_is_approved_meanwhile_does_not_lapse_and_nobody_is_told_so(filing, question, now):
    for day in (7, 14):
        questions.step_due(now + timedelta(days=day))
    request = states.lock(filing.requests.get().pk)
    states.move(
        request,
        states.open_services(request),
        RequestState.APPROVED,
        now=now,
        actor="system",
        event="approved",
    )
    assert questions.step_due(now + timedelta(days=21)) == 1
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED
    assert mails("cession_lapsed") == 0
    question.refresh_from_db()
    assert question.closed_at is not None


def test_one_question_in_trouble_keeps_no_other_waiting(filing, question, now, monkeypatch):
    other = reception.confirm(DraftFactory(unconfirmed=True), now=now)
    questions.ask_claimant(other, "Which site?", by=UserFactory(support=True), now=now)
    remind = questions.remind

    def fail_for_the_first(filing_, question_, *, now):
        if question_.pk == question.pk:
            raise RuntimeError("the mail's template is broken")
        remind(filing_, question_, now=now)

    monkeypatch.setattr(questions, "remind", fail_for_the_first)
    assert questions.step_due(now + timedelta(days=7)) == 1
    assert mails("cession_reminder") == 1
    question.refresh_from_db()
    assert question.next_step_at == now + timedelta(days=7)


def test_after_an_outage_nobody_lapses_without_two_reminders_and_time_to_answer(
    filing, question, now
):
    late = now + timedelta(days=40)
    assert questions.step_due(late) == 1
    assert questions.step_due(late) == 0
    assert filing.requests.get().is_open
    question.refresh_from_db()
    assert question.lapses_at > question.next_step_at > late
    second = question.next_step_at
    questions.step_due(second)
    question.refresh_from_db()
    assert mails("cession_reminder") == 2
    assert question.next_step_at == question.lapses_at > second
    questions.step_due(question.lapses_at)
    assert filing.requests.get().state == RequestState.LAPSED


def test_an_answer_stops_the_clock(filing, question, now):
    assert questions.answer_question(filing, question.pk, "The shop", now=now)
    assert not questions.answer_question(filing, question.pk, "Again", now=now)
    assert questions.step_due(now + timedelta(days=30)) == 0
    question.refresh_from_db()
    assert question.answer == "The shop"


def test_a_document_answers_what_was_asked(filing, question, now):
    documents.add_document(filing, pdf(), kind=DocumentKind.INVOICE, now=now)
    assert questions.step_due(now + timedelta(days=30)) == 0


def test_nobody_is_asked_once_the_case_has_ended(filing, now):
    withdrawal.withdraw(filing, now=now)
    with pytest.raises(NotPossible):
        questions.ask_claimant(filing, "Hello?", by=UserFactory(), now=now)


def test_withdrawing_ends_everything_open_and_stops_the_search(filing, question, now):
    assert withdrawal.withdraw(filing, now=now)
    assert not withdrawal.withdraw(filing, now=now)
    request = filing.requests.get()
    assert (request.state, request.next_attempt_at) == (RequestState.WITHDRAWN, None)
    assert request.ended_at == now
    assert mails("cession_withdrawn") == 1
    assert questions.step_due(now + timedelta(days=30)) == 0


def test_a_refused_document_is_replaced_in_its_place(filing, now):
    old = documents.add_document(filing, pdf(), kind=DocumentKind.INVOICE, now=now)
    new = documents.replace_document(filing, old, pdf("better.pdf"), now=now)
    old.refresh_from_db()
    assert (old.state, old.replaced_by) == (DocumentState.REPLACED, new)
    assert new.state == DocumentState.TO_REVIEW
    facts = JournalEntry.objects.get(event="document_replaced").facts
    assert facts["sha256"] == new.file.sha256
    assert "better" not in str(facts)


def test_an_accepted_document_is_not_replaced(filing, now):
    document = documents.add_document(filing, pdf(), kind=DocumentKind.INVOICE, now=now)
    document.state = DocumentState.ACCEPTED
    document.reviewed_by, document.reviewed_at = UserFactory(), now
    document.save()
    with pytest.raises(NotPossible):
        documents.replace_document(filing, document, pdf(), now=now)


def test_an_ended_case_takes_no_documents(filing, now):
    withdrawal.withdraw(filing, now=now)
    with pytest.raises(NotPossible):
        documents.add_document(filing, pdf(), kind=DocumentKind.INVOICE, now=now)
