"""An approval takes effect, or is void (X3, X4), and the lock after it (X5)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import AccountKind, ContactKind, NoteKind
from accounts.models import CustomerAccount, InternalNote
from cessions.enums import (
    ConfirmedHow,
    DecisionState,
    LetterKind,
    RequestState,
    SignKind,
)
from cessions.models import Decision, HolderSign, Letter, RequestedService
from cessions.policies import BlockerCode
from cessions.services import execution
from cessions.services.assignee import assignee_account
from cessions.services.decisions import approve, recommend
from cessions.services.execution import due_decisions, execute, execute_due
from hosting.enums import ServiceStatus
from hosting.models import OwnershipPeriod, ServiceEvent
from hosting.records.models import OutgoingMail
from hosting.services import change_status
from tests.cessions.cases import (
    RIPE,
    an_email,
    approved_case,
    ids,
    recommended_case,
    ripe_case,
    seek,
)
from tests.factories import ContactMethodFactory, CustomerAccountFactory, UserFactory

pytestmark = pytest.mark.django_db
HOLD_OVER = RIPE + timedelta(hours=24)


@pytest.fixture
def decision():
    return approved_case()


def states(decision: Decision) -> tuple[str, str]:
    decision.refresh_from_db()
    decision.request.refresh_from_db()
    return decision.state, decision.request.state


def test_nothing_is_carried_out_before_the_hold_is_over(decision):
    assert execute_due(HOLD_OVER - timedelta(microseconds=1)) == 0
    assert not execute(decision.pk, now=HOLD_OVER - timedelta(microseconds=1))
    assert states(decision) == (DecisionState.APPROVED, RequestState.APPROVED)
    assert due_decisions(HOLD_OVER) == [decision.pk]


def test_execution_moves_the_services_with_history_notes_events_letters_and_mails(decision):
    request, service = decision.request, decision.services.get().service
    old = service.account
    assert execute_due(HOLD_OVER) == 1
    assert states(decision) == (DecisionState.EXECUTED, RequestState.EXECUTED)
    service.refresh_from_db()
    new = service.account
    assert new != old
    assert (new.kind, new.full_name) == (AccountKind.DIRECT, request.filing.full_name)
    contacts = dict(new.contact_methods.values_list("kind", "value"))
    assert set(contacts) == {ContactKind.EMAIL, ContactKind.PHONE}
    assert contacts[ContactKind.EMAIL] == request.filing.email
    periods = list(OwnershipPeriod.objects.filter(service=service).order_by("during"))
    assert [period.account for period in periods] == [old, new]
    assert periods[0].during.upper == periods[1].during.lower == HOLD_OVER
    notes = InternalNote.objects.filter(kind=NoteKind.TRANSFER)
    assert {note.account for note in notes} == {old, new}
    assert list(ServiceEvent.objects.values_list("kind", flat=True)) == [
        "transferred",
        "access_revoked",
        "access_granted",
        "locked",
    ]
    assert ServiceEvent.objects.get(kind="access_revoked").facts["account"] == old.number
    assert set(Letter.objects.values_list("kind", flat=True)) == {
        LetterKind.EXECUTED_ASSIGNEE,
        LetterKind.EXECUTED_HOLDER,
    }
    kinds = OutgoingMail.objects.values_list("kind", flat=True)
    assert {"decision_executed", "decision_executed_holder"} <= set(kinds)


def test_an_executed_request_is_sought_no_longer_and_its_service_is_locked(decision):
    execute_due(HOLD_OVER)
    item = decision.services.get()
    assert (item.locked.lower, item.locked.upper) == (HOLD_OVER, HOLD_OVER + timedelta(days=30))
    decision.request.refresh_from_db()
    assert (decision.request.next_attempt_at, decision.request.ended_at) == (None, HOLD_OVER)


def test_doing_it_twice_does_it_once(decision):
    assert execute(decision.pk, now=HOLD_OVER)
    assert not execute(decision.pk, now=HOLD_OVER)
    assert execute_due(HOLD_OVER) == 0
    assert OwnershipPeriod.objects.count() == 2


@pytest.mark.parametrize(
    "place",
    ["hand_over", "write_notes", "letters.queue", "notify.executed_holder", "states.move"],
)
def test_a_worker_that_dies_anywhere_leaves_nothing_half_done(decision, monkeypatch, place):
    target, _, name = place.rpartition(".")
    module = getattr(execution, target) if target else execution

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, name, dies)
        with pytest.raises(KeyboardInterrupt):
            execute(decision.pk, now=HOLD_OVER)
    assert states(decision) == (DecisionState.APPROVED, RequestState.APPROVED)
    assert not ServiceEvent.objects.exists()
    assert not CustomerAccount.objects.filter(kind=AccountKind.DIRECT).exists()
    assert execute_due(HOLD_OVER) == 1


def test_one_case_that_fails_does_not_keep_the_others_waiting(decision, monkeypatch):
    other = approved_case(RIPE)
    original = execution.hand_over

    def fails_for_the_first(handover, **words):
        if handover.number == decision.request.number:
            raise RuntimeError("provisioning is upset")
        original(handover, **words)

    monkeypatch.setattr(execution, "hand_over", fails_for_the_first)
    assert execute_due(HOLD_OVER) == 1
    assert states(decision)[0] == DecisionState.APPROVED
    assert states(other)[0] == DecisionState.EXECUTED


def test_a_blocker_at_execution_voids_the_approval_and_the_attempts_go_on(decision):
    HolderSign.objects.create(request=decision.request, kind=SignKind.MESSAGE, at=HOLD_OVER)
    assert execute_due(HOLD_OVER) == 1
    assert states(decision) == (DecisionState.VOIDED, RequestState.RECEIVED)
    assert decision.void_reason == BlockerCode.SIGN_OF_LIFE
    assert decision.request.next_attempt_at is not None
    assert not ServiceEvent.objects.exists()
    assert OutgoingMail.objects.filter(kind="decision_voided").count() == 1


def test_a_bounce_in_the_hold_that_takes_a_date_away_voids_the_approval():
    request = ripe_case(dates=0)
    seek(request, 7)
    decision = recommend(
        request.pk, ids(request), why="Ok", by=UserFactory(support=True), now=RIPE, factor="totp"
    )
    approve(decision.pk, by=UserFactory(supervisor=True), now=RIPE, factor="totp")
    mail = request.attempts.filter(channel="email").order_by("at")[3].mail
    OutgoingMail.objects.filter(pk=mail.pk).update(bounced_at=RIPE)
    execute_due(HOLD_OVER)
    assert states(decision)[0] == DecisionState.VOIDED
    assert BlockerCode.PERIOD_RUNNING in decision.void_reason.split(",")


def test_a_service_terminated_in_the_hold_is_not_transferred(decision):
    service = decision.services.get().service
    change_status(service, ServiceStatus.TERMINATED, now=HOLD_OVER - timedelta(hours=1))
    execute_due(HOLD_OVER)
    assert states(decision) == (DecisionState.VOIDED, RequestState.RECEIVED)


def test_a_hold_of_zero_hours_still_goes_through_the_sweep(settings):
    settings.CESSION_HOLD_HOURS = 0
    decision = approved_case()
    assert states(decision)[0] == DecisionState.APPROVED
    execute_due(RIPE)
    assert states(decision)[0] == DecisionState.EXECUTED


def test_a_locked_service_is_not_transferred_again(decision):
    execute_due(HOLD_OVER)
    item = decision.services.get()
    rival = ripe_case(account=item.service.account, services=0)
    again = RequestedService(
        filing=rival.filing,
        request=rival,
        kind=item.kind,
        name=item.name,
        service=item.service,
        state=RequestState.EXECUTED,
        locked=(HOLD_OVER + timedelta(days=1), HOLD_OVER + timedelta(days=31)),
    )
    with pytest.raises(IntegrityError, match="no_transfer_inside_a_lock"), transaction.atomic():
        again.save()


# -- the assignee's account --------------------------------------------------------------------


def an_account_of(decision: Decision, **fields) -> CustomerAccount:
    filing = decision.request.filing
    fields = {"kind": AccountKind.DIRECT, "full_name": filing.full_name} | fields
    account = CustomerAccountFactory(**fields)
    ContactMethodFactory(account=account, value=filing.email.upper(), verified_at=RIPE)
    return account


def new_account(decision: Decision) -> CustomerAccount:
    execute_due(HOLD_OVER)
    return decision.services.get().service.account


def test_an_account_that_is_certainly_the_assignees_is_used(decision):
    account = an_account_of(decision)
    assert new_account(decision) == account


@pytest.mark.parametrize("doubt", ["name", "kind", "unverified", "former", "two", "telephone"])
def test_in_any_doubt_a_new_account_is_opened(decision, doubt):
    account = an_account_of(decision)
    method = account.contact_methods.get()
    if doubt == "name":
        CustomerAccount.objects.update(full_name="Somebody Else")
    elif doubt == "kind":
        CustomerAccount.objects.update(kind=AccountKind.RESELLER)
    elif doubt == "unverified":
        method.verified_at = None
    elif doubt == "former":
        method.ended_at = RIPE
    elif doubt == "two":
        an_account_of(decision)
    else:
        filing = decision.request.filing
        filing.confirmed_how = ConfirmedHow.TELEPHONE
        filing.save()
    method.save()
    assert new_account(decision) != account


def test_services_never_go_to_the_account_they_come_from(decision):
    """Otherwise a holder who claimed his own service would stop at every sweep, for good."""
    filing, holder = decision.request.filing, decision.request.holder
    CustomerAccount.objects.filter(pk=holder.pk).update(
        kind=AccountKind.DIRECT, full_name=filing.full_name
    )
    ContactMethodFactory(account=holder, value=filing.email, verified_at=RIPE)
    assert assignee_account(filing, now=HOLD_OVER) != holder


def test_a_number_that_cannot_be_dialled_is_kept_all_the_same(decision):
    filing = decision.request.filing
    filing.telephone = "ask my neighbour"
    filing.save()
    account = new_account(decision)
    assert account.contact_methods.get(kind=ContactKind.OTHER).value == "ask my neighbour"


def test_a_second_transfer_of_one_filing_goes_to_the_same_account(decision):
    execute_due(HOLD_OVER)
    first = decision.services.get().service.account
    second_request = ripe_case(filing=decision.request.filing, number="T2026-X-2")
    assert second_request.filing == decision.request.filing
    second = recommend(
        second_request.pk,
        ids(second_request),
        why="Ok",
        by=UserFactory(support=True),
        now=HOLD_OVER,
        factor="totp",
    )
    approve(second.pk, by=UserFactory(supervisor=True), now=HOLD_OVER, factor="totp")
    execute_due(HOLD_OVER + timedelta(hours=24))
    assert second.services.get().service.account == first


def test_the_holders_other_mailboxes_are_told_after_the_transfer(decision):
    former = ContactMethodFactory(account=decision.request.account, former=True, ended_at=RIPE)
    an_email(decision.request, former.value, decision.request.received_at)
    execute_due(HOLD_OVER)
    told = OutgoingMail.objects.filter(kind="decision_executed_holder")
    assert former.value in set(told.values_list("recipient", flat=True))


def test_a_recommendation_alone_is_never_carried_out():
    decision = recommended_case()
    assert execute_due(HOLD_OVER + timedelta(days=60)) == 0
    assert states(decision) == (DecisionState.RECOMMENDED, RequestState.RECEIVED)
