"""The holder answers, staff record and judge, two people undo (C9, C10, T7, X3, X5)."""

from datetime import UTC, datetime, timedelta

import pytest

from cessions.enums import DecisionKind, DecisionState, RequestState, SignJudgement, SignKind
from cessions.models import AnswerLink, Decision, HolderSign
from cessions.services import signs, undo
from cessions.services.attempts import attempt_contacts
from cessions.services.guard import ActRefused
from hosting.lib.factor import Factor
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import ContactMethodFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    return TransferRequestFactory()


@pytest.fixture
def link(request_, now):
    """The link that the first day's message carried."""
    attempt_contacts(now)
    return AnswerLink.objects.get(request=request_)


@pytest.fixture
def staff():
    return UserFactory(support=True)


def told(filing) -> list[str]:
    return list(
        OutgoingMail.objects.filter(recipient=filing.email)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def approve(request, now) -> Decision:
    """An approval in its hold."""
    decision = Decision.objects.create(
        request=request,
        kind=DecisionKind.APPROVAL,
        state=DecisionState.APPROVED,
        recommended_by=UserFactory(),
        decided_by=UserFactory(),
        decided_at=now,
        executes_at=now + timedelta(days=1),
    )
    decision.services.set(request.services.all())
    request.services.update(state=RequestState.APPROVED)
    type(request).objects.filter(pk=request.pk).update(state=RequestState.APPROVED)
    return decision


@pytest.mark.parametrize("kind", [SignKind.OBJECTION, SignKind.THEFT])
def test_an_objection_or_a_theft_ends_the_request_and_the_attempts(kind, request_, link, now):
    signs.holder_answered(link, kind, now + timedelta(hours=1))
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED
    assert request_.ended_at == now + timedelta(hours=1)
    assert request_.next_attempt_at is None
    assert attempt_contacts(now + timedelta(days=1)) == 0


def test_the_claimant_is_told_only_that_the_holder_answered(request_, link, now):
    signs.holder_answered(link, SignKind.THEFT, now)
    assert told(request_.filing) == ["cession_holder_reached"]
    mail = OutgoingMail.objects.get(recipient=request_.filing.email)
    for secret in (request_.account.full_name, request_.account.trade_name, "theft", link.address):
        assert secret not in mail.text + mail.html


def test_theft_alarms_every_supervisor_and_nobody_else(request_, link, now):
    supervisor = UserFactory(supervisor=True)
    UserFactory(support=True)
    UserFactory(supervisor=True, is_active=False)
    signs.holder_answered(link, SignKind.THEFT, now)
    alarms = OutgoingMail.objects.filter(kind="alarm_theft")
    assert [alarm.recipient for alarm in alarms] == [supervisor.email]


def test_an_alarm_stays_open_until_somebody_takes_care(link, now, staff):
    sign = signs.holder_answered(link, SignKind.THEFT, now)
    assert sign.judged_at is None
    signs.acknowledge_alarm(sign.pk, by=staff, now=now)
    sign.refresh_from_db()
    assert (sign.judged_by, sign.judged_at) == (staff, now)


def test_an_agreement_waits_fourteen_days_and_then_a_new_run_begins(request_, link, now):
    signs.holder_answered(link, SignKind.AGREEMENT, now)
    request_.refresh_from_db()
    assert request_.state == RequestState.RECEIVED
    assert request_.waits_until == request_.run_from == now + timedelta(days=14)
    assert attempt_contacts(now + timedelta(days=13)) == 0
    assert attempt_contacts(now + timedelta(days=14, minutes=1)) == 1
    request_.refresh_from_db()
    assert request_.waits_until is None
    assert told(request_.filing) == ["cession_waits"]


def test_who_agreed_may_still_object(request_, link, now):
    signs.holder_answered(link, SignKind.AGREEMENT, now)
    signs.holder_answered(link, SignKind.OBJECTION, now + timedelta(days=1))
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED
    assert request_.waits_until is None


@pytest.mark.parametrize("kind", signs.ANSWERS)
def test_pressing_twice_changes_nothing_more(kind, request_, link, now):
    first = signs.holder_answered(link, kind, now)
    assert signs.holder_answered(link, kind, now + timedelta(seconds=1)) == first
    assert HolderSign.objects.count() == len(told(request_.filing)) == 1


def test_agreeing_again_after_the_wait_waits_again(request_, link, now):
    signs.holder_answered(link, SignKind.AGREEMENT, now)
    later = now + timedelta(days=15)
    attempt_contacts(later)
    signs.holder_answered(link, SignKind.AGREEMENT, later)
    request_.refresh_from_db()
    assert request_.waits_until == later + timedelta(days=14)


@pytest.mark.parametrize("kind", signs.ANSWERS)
def test_a_sign_of_life_voids_an_approval(kind, request_, link, now):
    received = now - timedelta(days=20)
    type(request_).objects.none()
    old = TransferRequestFactory(received_at=received, next_attempt_at=now)
    attempt_contacts(now)
    decision = approve(old, now)
    signs.holder_answered(AnswerLink.objects.get(request=old), kind, now)
    decision.refresh_from_db()
    old.refresh_from_db()
    assert decision.state == DecisionState.VOIDED
    assert old.state != RequestState.APPROVED


@pytest.mark.parametrize("kind", signs.ANSWERS)
def test_an_answer_through_a_former_contact_waits_for_staff(kind, request_, link, now):
    request_.account.contact_methods.filter(kind="email").update(ended_at=now)
    sign = signs.holder_answered(link, kind, now)
    request_.refresh_from_db()
    assert (sign.former_contact, sign.judgement) == (True, SignJudgement.PENDING)
    assert request_.state == RequestState.RECEIVED
    assert told(request_.filing) == []


def test_the_address_on_file_again_is_no_former_contact(request_, link, now):
    request_.account.contact_methods.filter(kind="email").update(ended_at=now)
    ContactMethodFactory(account=request_.account, value=link.address.upper())
    assert not signs.holder_answered(link, SignKind.OBJECTION, now).former_contact


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (SignKind.OBJECTION, RequestState.HOLDER_REACHED),
        (SignKind.AGREEMENT, RequestState.RECEIVED),
    ],
)
def test_confirmed_by_staff_it_takes_effect(kind, state, request_, link, now, staff):
    request_.account.contact_methods.filter(kind="email").update(ended_at=now)
    sign = signs.holder_answered(link, kind, now)
    signs.judge_sign(sign.pk, was_holder=True, reason="called him", by=staff, now=now)
    request_.refresh_from_db()
    assert request_.state == state
    assert (request_.waits_until is not None) == (kind == SignKind.AGREEMENT)


def test_dismissed_by_staff_the_request_goes_on(request_, link, now, staff):
    request_.account.contact_methods.filter(kind="email").update(ended_at=now)
    sign = signs.holder_answered(link, SignKind.OBJECTION, now)
    signs.judge_sign(sign.pk, was_holder=False, reason="sold the domain", by=staff, now=now)
    sign.refresh_from_db()
    request_.refresh_from_db()
    assert sign.judgement == SignJudgement.DISMISSED
    assert request_.is_open
    with pytest.raises(signs.SignRefused):
        signs.judge_sign(sign.pk, was_holder=True, reason="on second thoughts", by=staff, now=now)


def test_a_judgement_needs_a_reason(request_, link, now, staff):
    request_.account.contact_methods.filter(kind="email").update(ended_at=now)
    sign = signs.holder_answered(link, SignKind.OBJECTION, now)
    with pytest.raises(signs.SignRefused):
        signs.judge_sign(sign.pk, was_holder=True, reason=" ", by=staff, now=now)


def test_a_call_of_the_holder_recorded_by_staff_ends_the_request(request_, now, staff):
    sign = signs.record_sign(
        request_.pk, SignKind.MESSAGE, text="He called, is well", by=staff, now=now
    )
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED
    assert (sign.recorded_by, sign.text) == (staff, "He called, is well")
    entry = JournalEntry.objects.get(event="sign_of_life")
    assert entry.actor == f"user:{staff.pk}"
    assert "well" not in str(entry.facts)


def test_a_record_needs_words_and_an_open_request(request_, now, staff):
    with pytest.raises(signs.SignRefused):
        signs.record_sign(request_.pk, SignKind.MESSAGE, text="", by=staff, now=now)
    signs.record_sign(request_.pk, SignKind.MESSAGE, text="called", by=staff, now=now)
    with pytest.raises(signs.SignRefused):
        signs.record_sign(request_.pk, SignKind.MESSAGE, text="again", by=staff, now=now)


def test_an_answer_to_a_request_that_is_over_changes_nothing(request_, link, now):
    request_.services.update(state=RequestState.WITHDRAWN)
    type(request_).objects.update(state=RequestState.WITHDRAWN, next_attempt_at=None)
    assert signs.holder_answered(link, SignKind.OBJECTION, now) is None
    assert not HolderSign.objects.exists()


def test_theft_told_after_the_end_still_alarms(request_, link, now):
    supervisor = UserFactory(supervisor=True)
    signs.holder_answered(link, SignKind.OBJECTION, now)
    signs.holder_answered(link, SignKind.THEFT, now)
    assert OutgoingMail.objects.get(kind="alarm_theft").recipient == supervisor.email


def test_a_sign_of_life_inside_the_lock_alarms_a_supervisor(request_, link, now):
    UserFactory(supervisor=True)
    request_.services.update(state=RequestState.EXECUTED, locked=(now, now + timedelta(days=30)))
    type(request_).objects.update(state=RequestState.EXECUTED, next_attempt_at=None)
    assert signs.holder_answered(link, SignKind.OBJECTION, now + timedelta(days=31)) is None
    assert signs.holder_answered(link, SignKind.OBJECTION, now + timedelta(days=1))
    assert OutgoingMail.objects.filter(kind="alarm_lock").count() == 1


def test_two_people_undo_a_mistake_and_a_new_run_begins(request_, link, now, staff):
    signs.holder_answered(link, SignKind.OBJECTION, now)
    act = undo.propose_undo(
        request_.pk, reason="his cat pressed it", by=staff, now=now, factor=Factor.TOTP
    )
    later = datetime(2026, 6, 12, 19, 0, tzinfo=UTC)
    undo.confirm_undo(act.pk, by=UserFactory(support=True), now=later, factor=Factor.TOTP)
    request_.refresh_from_db()
    assert request_.state == RequestState.RECEIVED
    assert request_.ended_at is None
    assert request_.run_from == later
    assert request_.next_attempt_at == datetime(2026, 6, 13, 6, 0, tzinfo=UTC)
    assert set(HolderSign.objects.values_list("judgement", flat=True)) == {SignJudgement.DISMISSED}
    assert told(request_.filing) == ["cession_holder_reached", "cession_goes_on"]


def test_one_person_alone_cannot_undo(request_, link, now, staff):
    with pytest.raises(undo.UndoRefused):
        undo.propose_undo(
            request_.pk, reason="not reached at all", by=staff, now=now, factor=Factor.TOTP
        )
    signs.holder_answered(link, SignKind.OBJECTION, now)
    act = undo.propose_undo(request_.pk, reason="a mistake", by=staff, now=now, factor=Factor.TOTP)
    with pytest.raises(undo.UndoRefused):
        undo.propose_undo(
            request_.pk, reason="me too", by=UserFactory(support=True), now=now, factor=Factor.TOTP
        )
    with pytest.raises(undo.UndoRefused):
        undo.confirm_undo(act.pk, by=staff, now=now, factor=Factor.TOTP)
    with pytest.raises(ActRefused):
        undo.confirm_undo(act.pk, by=UserFactory(), now=now, factor=Factor.TOTP)
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED


def test_a_dropped_proposal_cannot_be_confirmed(request_, link, now, staff):
    signs.holder_answered(link, SignKind.OBJECTION, now)
    act = undo.propose_undo(request_.pk, reason="a mistake", by=staff, now=now, factor=Factor.TOTP)
    undo.drop_undo(act.pk, by=staff, now=now)
    with pytest.raises(undo.UndoRefused):
        undo.confirm_undo(act.pk, by=UserFactory(support=True), now=now, factor=Factor.TOTP)


def test_who_answered_gets_no_mail_of_the_search_that_was_still_to_be_tried(request_, link, now):
    waiting = OutgoingMail.objects.filter(attempt__request=request_)
    assert waiting.exists()
    signs.holder_answered(link, SignKind.OBJECTION, now)
    assert set(waiting.values_list("state", "next_try_at")) == {("withdrawn", None)}


def test_only_staff_record_and_judge_signs_of_the_holder(request_, now):
    stranger = UserFactory()
    with pytest.raises(signs.SignRefused):
        signs.record_sign(request_.pk, SignKind.MESSAGE, text="called", by=stranger, now=now)
    sign = signs.holder_signed_in(request_.pk, stranger, now)
    with pytest.raises(signs.SignRefused):
        signs.judge_sign(sign.pk, was_holder=False, reason="x", by=stranger, now=now)
