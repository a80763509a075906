"""Attempts that people make, and longer periods (C3-C5, C7-C9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import ContactKind
from cessions.enums import DecisionState, OutcomeKind, RequestState
from cessions.models import AttemptOutcome, ContactAttempt, PeriodExtension
from cessions.services import extension, manual, signs
from hosting.records.models import JournalEntry
from tests.cessions.test_answers import approve
from tests.factories import TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    return TransferRequestFactory()


@pytest.fixture
def staff():
    return UserFactory(support=True)


def call(request, staff, now, outcome=OutcomeKind.NO_ANSWER, **words) -> ContactAttempt:
    values = {"channel": ContactKind.PHONE, "address": "+33388000001", "words": "Hello"} | words
    return manual.record_attempt(request.pk, outcome=outcome, by=staff, now=now, **values)


def test_a_call_is_logged_by_a_named_person_on_that_very_date(request_, staff, now):
    attempt = call(request_, staff, now)
    assert (attempt.by, attempt.at, attempt.local_date) == (staff, now, date(2026, 6, 9))
    assert attempt.text == "Hello"
    entry = JournalEntry.objects.get(event="contact_outcome")
    assert entry.actor == f"user:{staff.pk}"
    assert "+33388000001" not in str(entry.facts)


def test_the_date_is_the_local_one(request_, staff):
    late = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)
    assert call(request_, staff, late).local_date == date(2026, 6, 10)


def test_a_further_try_on_the_same_date_is_a_further_outcome(request_, staff, now):
    first = call(request_, staff, now)
    second = call(request_, UserFactory(), now + timedelta(hours=1), OutcomeKind.VOICEMAIL)
    assert second == first
    assert [o.kind for o in first.outcomes.all()] == [OutcomeKind.NO_ANSWER, OutcomeKind.VOICEMAIL]
    assert call(request_, staff, now + timedelta(days=1)) != first


def test_attempts_and_outcomes_are_never_altered(request_, staff, now):
    attempt = call(request_, staff, now)
    for change in (
        lambda: ContactAttempt.objects.update(local_date=date(2026, 6, 1)),
        lambda: ContactAttempt.objects.update(text="other words"),
        lambda: ContactAttempt.objects.all().delete(),
        lambda: AttemptOutcome.objects.update(kind=OutcomeKind.VOICEMAIL),
        lambda: AttemptOutcome.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert attempt.outcomes.count() == 1


def test_the_holder_answered_ends_the_request(request_, staff, now):
    with pytest.raises(signs.SignRefused), transaction.atomic():
        call(request_, staff, now, OutcomeKind.HOLDER_ANSWERED)
    assert not ContactAttempt.objects.exists()
    call(request_, staff, now, OutcomeKind.HOLDER_ANSWERED, remark="He objects.")
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED


def test_what_has_no_sense_is_refused(request_, staff, now):
    with pytest.raises(ValueError, match="cannot come of"):
        call(request_, staff, now, OutcomeKind.LETTER_POSTED)
    with pytest.raises(ValueError, match="cannot come of"):
        call(request_, staff, now, OutcomeKind.MESSAGE_SENT, channel=ContactKind.EMAIL)


def test_nobody_is_sought_after_the_end(request_, staff, now):
    type(request_).objects.update(state=RequestState.REFUSED)
    with pytest.raises(manual.AttemptRefused):
        call(request_, staff, now)
    unknown = TransferRequestFactory(unknown=True)
    with pytest.raises(manual.AttemptRefused):
        call(unknown, staff, now)


def test_a_named_person_extends_the_period_with_a_reason(request_, staff, now):
    found = extension.extend_period(request_.pk, dates=3, reason="odd papers", by=staff, now=now)
    assert (found.dates, found.by, found.at) == (3, staff, now)
    with pytest.raises(extension.ExtensionRefused):
        extension.extend_period(request_.pk, dates=3, reason=" ", by=staff, now=now)


def test_the_period_never_passes_thirty_dates(request_, staff, now):
    extension.extend_period(request_.pk, dates=20, reason="odd", by=staff, now=now)
    with pytest.raises(extension.ExtensionRefused):
        extension.extend_period(request_.pk, dates=4, reason="odd", by=staff, now=now)
    extension.extend_period(request_.pk, dates=3, reason="odd", by=staff, now=now)
    with pytest.raises(extension.ExtensionRefused):
        extension.extend_period(request_.pk, dates=0, reason="odd", by=staff, now=now)


def test_an_extension_is_taken_back_once(request_, staff, now):
    found = extension.extend_period(request_.pk, dates=3, reason="odd", by=staff, now=now)
    for _ in range(2):
        extension.withdraw_extension(found.pk, by=staff, now=now)
    assert PeriodExtension.objects.get().withdrawn_by == staff
    assert JournalEntry.objects.filter(event="period_extension_withdrawn").count() == 1


def test_an_extension_reopens_an_approval(staff, now):
    old = TransferRequestFactory(received_at=now - timedelta(days=20))
    decision = approve(old, now)
    extension.extend_period(old.pk, dates=2, reason="odd", by=staff, now=now)
    decision.refresh_from_db()
    old.refresh_from_db()
    assert decision.state == DecisionState.VOIDED
    assert old.state == RequestState.RECEIVED


def test_no_extension_after_the_end(request_, staff, now):
    type(request_).objects.update(state=RequestState.EXECUTED)
    with pytest.raises(extension.ExtensionRefused):
        extension.extend_period(request_.pk, dates=2, reason="odd", by=staff, now=now)
