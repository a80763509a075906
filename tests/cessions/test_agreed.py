"""The agreed transfer: a holder who is here and willing hands services over himself (X7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import HolderEventKind, NoteKind, Role
from accounts.models import HolderEvent, InternalNote
from cessions.enums import AgreedState, ConsentCode, RequestState, SignKind
from cessions.models import AgreedLetter, AgreedTransfer, HolderSign
from cessions.services import agreed
from cessions.services.answers_signed_in import answer_signed_in
from cessions.services.guard import ActRefused
from hosting.enums import ServiceStatus
from hosting.models import OwnershipPeriod, ServiceEvent
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.services import change_status
from tests.cessions.agreements import (
    CLIENT,
    DAY_ONE,
    HOLD_OVER,
    a_service,
    accepted,
    notices,
    proposed,
)
from tests.cessions.cases import RIPE, approved_case, fresh_case
from tests.factories import (
    ContactMethodFactory,
    CustomerAccountFactory,
    RequestedServiceFactory,
    TransferRequestFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def kinds() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


def refused(code: str, *args, **fields) -> None:
    with pytest.raises(agreed.AgreedRefused) as raised:
        proposed(*args, **fields)
    assert raised.value.code == code
    assert not OutgoingMail.objects.exists()


# -- Proposing ----------------------------------------------------------------------------------


def test_a_proposal_is_told_to_the_recipient_and_to_every_mailbox_of_the_holder_also_former_ones():
    service = a_service()
    second = ContactMethodFactory(account=service.account)
    former = ContactMethodFactory(account=service.account, former=True)
    transfer = proposed(service)
    assert transfer.number.startswith("A2026-")
    assert transfer.expires_at == DAY_ONE + timedelta(days=14)
    told = set(
        OutgoingMail.objects.filter(kind="agreed_started").values_list("recipient", flat=True)
    )
    assert {second.value, former.value} <= told  # a stranger may have replaced the addresses (A4)
    assert len(told) == 3
    mail = OutgoingMail.objects.get(kind="agreed_proposed")
    assert mail.recipient == CLIENT.email
    assert "[[link:cession_agreed:" in mail.text


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EMERGENCY])
def test_only_who_speaks_as_the_holder_proposes(role):
    with pytest.raises(agreed.AgreedRefused, match="legal representative"):
        agreed.propose(
            a_service().account, [], CLIENT, by=UserFactory(), role=role, factor=None, now=DAY_ONE
        )


def test_a_representative_proposes_and_the_journal_says_as_what():
    transfer = proposed(role=Role.REPRESENTATIVE)
    entry = JournalEntry.objects.get(stream=transfer.stream, event="agreed_proposed")
    assert entry.facts["role"] == Role.REPRESENTATIVE
    assert transfer.proposed_as == Role.REPRESENTATIVE


def test_after_a_known_death_only_the_representative_hands_over():
    service = a_service()
    known = {"source": "The heir called.", "recorded_by": UserFactory(), "recorded_at": DAY_ONE}
    HolderEvent.objects.create(account=service.account, kind=HolderEventKind.DEATH, **known)
    refused("representative", service)
    assert proposed(service, role=Role.REPRESENTATIVE).state == AgreedState.PROPOSED


def test_a_death_that_becomes_known_in_the_hold_stops_what_the_owner_proposed():
    transfer = accepted()
    known = {"source": "The heir called.", "recorded_by": UserFactory(), "recorded_at": DAY_ONE}
    HolderEvent.objects.create(account=transfer.account, kind=HolderEventKind.DEATH, **known)
    stopped(transfer)


def test_without_a_factor_nothing_is_proposed():
    refused("factor", factor=None)


def test_a_service_of_another_account_cannot_be_handed_over():
    refused("no_service", a_service(), a_service())


def test_a_terminated_service_cannot_be_handed_over():
    service = a_service()
    change_status(service, ServiceStatus.TERMINATED, now=DAY_ONE - timedelta(days=1))
    refused("terminated", service)


def test_a_service_under_an_open_request_waits_for_the_answer_to_it():
    request = TransferRequestFactory()
    refused("open_request", request.services.get().service)


def test_a_service_is_in_one_open_agreement_only():
    service = a_service()
    proposed(service)
    with pytest.raises(agreed.AgreedRefused) as raised:
        agreed.propose(
            service.account,
            [service],
            CLIENT,
            by=UserFactory(),
            role=Role.OWNER,
            factor="totp",
            now=DAY_ONE,
        )
    assert raised.value.code == "agreed_already"
    assert AgreedTransfer.objects.count() == 1


def test_a_service_inside_the_lock_of_a_request_cannot_be_handed_over():
    request = TransferRequestFactory(services=0)
    item = RequestedServiceFactory(
        request=request,
        state=RequestState.EXECUTED,
        locked=(DAY_ONE, DAY_ONE + timedelta(days=30)),
    )
    refused("locked", item.service, now=DAY_ONE + timedelta(days=1))


def test_the_holder_does_not_hand_over_to_himself():
    service = a_service()
    own = service.account.contact_methods.get(kind="email").value
    recipient = agreed.Recipient(full_name="Camille", email=own.upper(), language="en")
    refused("own_address", service, recipient=recipient)


def test_agreeing_to_a_request_takes_its_claimant_and_lets_it_wait():
    request = fresh_case()
    service = request.services.get().service
    transfer = proposed(service, request=request, recipient=None)
    assert (transfer.email, transfer.full_name) == (request.filing.email, request.filing.full_name)
    sign = HolderSign.objects.get()
    assert (sign.kind, sign.user) == (SignKind.AGREEMENT, transfer.proposed_by)
    request.refresh_from_db()
    assert request.waits_until == DAY_ONE + timedelta(days=14)
    assert request.is_open


def test_an_agreement_that_holds_is_not_recorded_twice():
    request = fresh_case()
    answer_signed_in(request.pk, SignKind.AGREEMENT, user=UserFactory(), now=DAY_ONE)
    proposed(request.services.get().service, request=request, now=DAY_ONE + timedelta(hours=1))
    assert HolderSign.objects.count() == 1


# -- Accepting, declining ------------------------------------------------------------------------


def test_acceptance_keeps_each_version_read_and_begins_a_hold_of_24_hours():
    transfer = accepted()
    assert transfer.state == AgreedState.ACCEPTED
    assert transfer.executes_at - transfer.accepted_at == timedelta(hours=24)
    assert {entry["notice"] for entry in transfer.consents} == set(ConsentCode.values)
    assert {"agreed_accepted", "agreed_accepted_holder"} <= set(kinds())


@pytest.mark.parametrize(
    ("days", "hours"), [(0, 168), (29, 168), (30, 24)], ids=["today", "nearly a month", "a month"]
)
def test_while_the_proposers_access_is_new_the_hold_is_seven_days(days, hours):
    transfer = proposed()
    at = DAY_ONE + timedelta(hours=1)
    transfer.account.memberships.update(created_at=at - timedelta(days=days))
    transfer = agreed.accept(transfer.pk, notices(at), now=at)
    assert transfer.executes_at - transfer.accepted_at == timedelta(hours=hours)


def test_accepting_twice_is_as_once():
    transfer = accepted()
    before = len(kinds())
    later = transfer.accepted_at + timedelta(hours=3)
    assert agreed.accept(transfer.pk, notices(), now=later).accepted_at == transfer.accepted_at
    assert len(kinds()) == before


def test_nothing_is_accepted_without_every_notice():
    with pytest.raises(agreed.AgreedRefused):
        agreed.accept(proposed().pk, notices()[:2], now=DAY_ONE)


def test_what_was_accepted_stays_says_the_database():
    transfer = accepted()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreedTransfer.objects.filter(pk=transfer.pk).update(consents=[])


def test_a_declined_transfer_frees_the_service():
    service = a_service()
    transfer = proposed(service)
    agreed.decline(transfer.pk, now=DAY_ONE)
    assert service in agreed.services_to_hand_over(service.account, DAY_ONE)
    with pytest.raises(agreed.AgreedRefused):
        agreed.accept(transfer.pk, notices(), now=DAY_ONE)


def test_a_proposal_that_nobody_accepted_in_14_days_ends():
    transfer = proposed()
    assert agreed.expire_due(transfer.expires_at - timedelta(microseconds=1)) == 0
    with pytest.raises(agreed.AgreedRefused):
        agreed.accept(transfer.pk, notices(), now=transfer.expires_at)
    assert agreed.expire_due(transfer.expires_at) == 1
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.EXPIRED
    assert {"agreed_ended", "agreed_ended_holder"} <= set(kinds())


# -- Stopping ------------------------------------------------------------------------------------


def test_the_holder_withdraws_at_any_time_before_execution():
    transfer = accepted()
    agreed.withdraw(
        transfer.pk, by=transfer.proposed_by, role=Role.OWNER, now=HOLD_OVER - timedelta(seconds=1)
    )
    assert agreed.execute_due(HOLD_OVER) == 0
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.WITHDRAWN


def test_a_supervisor_stops_it_with_a_reason_that_both_sides_read():
    transfer = accepted()
    with pytest.raises(ActRefused):
        agreed.stop(transfer.pk, reason="Odd.", by=UserFactory(support=True), now=DAY_ONE)
    supervisor = UserFactory(supervisor=True)
    with pytest.raises(agreed.AgreedRefused):
        agreed.stop(transfer.pk, reason=" ", by=supervisor, now=DAY_ONE)
    agreed.stop(transfer.pk, reason="The caller was not you.", by=supervisor, now=DAY_ONE)
    for kind in ("agreed_ended", "agreed_ended_holder"):
        assert "The caller was not you." in OutgoingMail.objects.get(kind=kind).text


# -- Execution -----------------------------------------------------------------------------------


def test_execution_moves_the_services_with_history_notes_events_letters_mails_and_lock():
    service = a_service()
    old = service.account
    transfer = accepted(service)
    assert agreed.execute_due(HOLD_OVER - timedelta(microseconds=1)) == 0
    assert agreed.execute_due(HOLD_OVER) == 1
    assert agreed.execute_due(HOLD_OVER) == 0
    transfer.refresh_from_db()
    service.refresh_from_db()
    assert (transfer.state, service.account) == (AgreedState.EXECUTED, transfer.to_account)
    assert transfer.to_account.full_name == CLIENT.full_name
    assert OwnershipPeriod.objects.get(service=service, during__upper_inf=True).reason == (
        transfer.number
    )
    notes = InternalNote.objects.filter(kind=NoteKind.TRANSFER)
    assert {note.account for note in notes} == {old, transfer.to_account}
    assert set(ServiceEvent.objects.values_list("kind", flat=True)) == {
        "transferred",
        "access_revoked",
        "access_granted",
        "locked",
    }
    item = transfer.services.get()
    assert not item.open
    assert (item.locked.lower, item.locked.upper) == (HOLD_OVER, HOLD_OVER + timedelta(days=30))
    assert AgreedLetter.objects.count() == 2
    assert {"agreed_executed", "agreed_executed_holder"} <= set(kinds())


def test_the_letters_are_made_by_the_sweep():
    accepted()
    agreed.execute_due(HOLD_OVER)
    assert agreed.make_due_letters(HOLD_OVER) == 2
    assert agreed.make_due_letters(HOLD_OVER + timedelta(days=1)) == 0
    assert not AgreedLetter.objects.filter(file__isnull=True).exists()


def test_a_handed_over_service_is_not_handed_on_within_the_lock():
    service = a_service()
    transfer = accepted(service)
    agreed.execute_due(HOLD_OVER)
    service.refresh_from_db()
    transfer.refresh_from_db()
    assert not agreed.services_to_hand_over(transfer.to_account, HOLD_OVER).exists()
    with pytest.raises(agreed.AgreedRefused):
        proposed(service, now=HOLD_OVER + timedelta(days=1))


def test_the_request_he_agreed_to_and_every_rival_end_as_holder_reached():
    request = fresh_case()
    service = request.services.get().service
    transfer = accepted(service, request=request, recipient=None)
    rival = TransferRequestFactory(account=request.account, services=0)
    RequestedServiceFactory(request=rival, service=service)
    agreed.execute_due(HOLD_OVER)
    for ended in (request, rival):
        ended.refresh_from_db()
        assert (ended.state, ended.next_attempt_at) == (RequestState.HOLDER_REACHED, None)
        assert JournalEntry.objects.filter(
            stream=ended.stream, event="agreed_transfer_executed"
        ).exists()
    told = OutgoingMail.objects.filter(kind="cession_holder_reached")
    assert [mail.recipient for mail in told] == [rival.filing.email]
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.EXECUTED


def stopped(transfer: AgreedTransfer) -> None:
    assert agreed.execute_due(HOLD_OVER + timedelta(days=30)) == 1
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.STOPPED
    assert transfer.end_reason
    assert transfer.to_account is None


def test_a_service_that_was_approved_for_another_meanwhile_stops_it():
    decision = approved_case()
    request = decision.request
    service = request.services.get().service
    request.services.update(state=RequestState.EXECUTED)  # out of the way of the proposal
    transfer = accepted(service, now=RIPE, at=RIPE)
    request.services.update(state=RequestState.APPROVED)
    stopped(transfer)
    service.refresh_from_db()
    assert service.account == request.account


def test_a_service_that_left_the_account_stops_it():
    service = a_service()
    transfer = accepted(service)
    service.account = CustomerAccountFactory()
    service.save()
    stopped(transfer)
