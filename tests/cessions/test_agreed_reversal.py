"""Within the lock two people put an executed agreed transfer back in one step (X5, X7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import NoteKind, Role
from cessions import policies
from cessions.enums import AgreedLetterKind, AgreedState, RequestState, SignKind
from cessions.models import (
    AgreedLetter,
    AgreedReversal,
    AgreedSign,
    AgreedTransfer,
    RequestedService,
)
from cessions.services import agreed
from cessions.services.attention import attention
from cessions.services.guard import ActRefused, blockers_now
from hosting.enums import ServiceStatus
from hosting.lib.factor import Factor
from hosting.models import OwnershipPeriod, Service, ServiceEvent
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.services import change_status
from tests.cessions.agreements import CLIENT, HOLD_OVER, a_service, accepted
from tests.factories import (
    CustomerAccountFactory,
    MembershipFactory,
    RequestedServiceFactory,
    TransferRequestFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LOCK_OVER = HOLD_OVER + timedelta(days=30)
LATER = {"now": HOLD_OVER + timedelta(days=2), "factor": Factor.PASSWORD}


@pytest.fixture
def transfer() -> AgreedTransfer:
    made = accepted(a_service())
    agreed.execute_due(HOLD_OVER)
    made.refresh_from_db()
    return made


def proposed(transfer: AgreedTransfer, **fields: object) -> AgreedReversal:
    words = {"reason": "Fraud.", "by": UserFactory(support=True), **LATER, **fields}
    return agreed.propose_reversal(transfer.pk, **words)


def confirmed(act: AgreedReversal, **fields: object) -> AgreedTransfer:
    return agreed.confirm_reversal(
        act.pk, **{"by": UserFactory(supervisor=True), **LATER, **fields}
    )


def refused_with(code: str):
    return pytest.raises(ActRefused, check=lambda refused: refused.code == code)


def the_service() -> Service:
    return Service.objects.get()


def further(transfer: AgreedTransfer, now) -> AgreedTransfer:
    """The new holder proposes to hand the service on."""
    owner = MembershipFactory(account=transfer.to_account).user
    recipient = agreed.Recipient(full_name="Sam", email="sam@third.example", language="en")
    return agreed.propose(
        transfer.to_account,
        [the_service()],
        recipient,
        by=owner,
        role=Role.OWNER,
        factor=Factor.TOTP,
        now=now,
    )


# -- In one step ---------------------------------------------------------------------------------


def test_one_proposes_a_supervisor_confirms_and_everything_goes_back(transfer):
    holder, client = transfer.account, transfer.to_account
    confirmed(proposed(transfer))
    transfer.refresh_from_db()
    assert (transfer.state, the_service().account) == (AgreedState.REVERSED, holder)
    owners = OwnershipPeriod.objects.filter(service=the_service()).order_by("during")
    assert [period.account for period in owners] == [holder, client, holder]
    events = ServiceEvent.objects.order_by("pk").values_list("kind", "facts__account")
    assert list(events)[-3:] == [
        ("transfer_reversed", None),
        ("access_revoked", client.number),
        ("access_granted", holder.number),
    ]
    for account in (holder, client):
        assert account.notes.filter(kind=NoteKind.TRANSFER).count() == 2
    letters = AgreedLetter.objects.filter(kind=AgreedLetterKind.REVERSED)
    assert {letter.to_holder for letter in letters} == {True, False}
    assert OutgoingMail.objects.get(kind="agreed_reversed").recipient == CLIENT.email
    assert OutgoingMail.objects.filter(kind="agreed_reversed_holder").exists()
    entries = JournalEntry.objects.filter(stream=transfer.stream).order_by("sequence")
    names = list(entries.values_list("event", flat=True))
    assert [name for name in names if "revers" in name] == [
        "reversal_proposed",
        "reversal_confirmed",
        "agreed_reversed",
    ]


def test_the_letters_of_the_reversal_are_made_by_the_sweep(transfer):
    agreed.make_due_letters(HOLD_OVER)
    confirmed(proposed(transfer))
    assert agreed.make_due_letters(LATER["now"]) == 2
    assert not AgreedLetter.objects.filter(file__isnull=True).exists()


def test_the_reversal_lifts_the_lock_and_the_holder_may_hand_over_anew(transfer):
    confirmed(proposed(transfer))
    item = transfer.services.get()
    assert (item.locked.lower, item.locked.upper) == (HOLD_OVER, LATER["now"])
    assert the_service() in agreed.services_to_hand_over(transfer.account, LATER["now"])
    again = accepted(the_service(), now=LATER["now"], at=LATER["now"])
    assert agreed.execute_due(again.executes_at) == 1
    again.refresh_from_db()
    assert again.state == AgreedState.EXECUTED


def test_an_alarm_leaves_the_list_when_everything_went_back(transfer):
    AgreedSign.objects.create(
        transfer=transfer, kind=SignKind.THEFT, at=LATER["now"], user=UserFactory()
    )
    assert attention(LATER["now"]).agreed_alarms
    act = proposed(transfer)
    assert attention(LATER["now"]).agreed_reversals == [act]
    confirmed(act)
    after = attention(LATER["now"])
    assert not after.agreed_alarms
    assert not after.agreed_reversals


# -- Two people ----------------------------------------------------------------------------------


def test_one_person_alone_reverses_nothing(transfer):
    supervisor = UserFactory(supervisor=True)
    act = proposed(transfer, by=supervisor)
    with refused_with("same_person"):
        confirmed(act, by=supervisor)
    with refused_with("supervisor"):
        confirmed(act, by=UserFactory(support=True))
    with refused_with("supervisor"):
        confirmed(act, by=UserFactory(is_superuser=True, is_staff=True))
    with refused_with("staff"):
        proposed(transfer, by=UserFactory())
    with pytest.raises(IntegrityError, match="two_different_people"), transaction.atomic():
        AgreedReversal.objects.update(confirmed_by=supervisor)


def test_the_database_refuses_a_reversal_that_nobody_confirmed(transfer):
    proposed(transfer)
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        AgreedTransfer.objects.update(state=AgreedState.REVERSED)


def test_both_confirm_a_factor_and_the_first_gives_a_reason(transfer):
    with refused_with("factor"):
        proposed(transfer, factor=None)
    with refused_with("reason"):
        proposed(transfer, reason=" ")
    with refused_with("factor"):
        confirmed(proposed(transfer), factor=None)


def test_pressing_twice_reverses_once(transfer):
    act = proposed(transfer)
    confirmed(act)
    before = OutgoingMail.objects.count()
    with refused_with("state"):
        confirmed(act)
    with refused_with("state"):
        proposed(transfer)
    assert OutgoingMail.objects.count() == before
    assert OwnershipPeriod.objects.count() == 3


def test_a_proposal_can_be_dropped_and_made_anew_but_not_twice(transfer):
    act = proposed(transfer)
    with refused_with("state"):
        proposed(transfer)
    agreed.drop_reversal(act.pk, by=UserFactory(support=True), now=LATER["now"])
    with refused_with("state"):
        confirmed(act)
    assert proposed(transfer) != act


# -- Only within the lock, only what is there ----------------------------------------------------


def test_the_lock_ends_at_its_exact_instant(transfer):
    act = proposed(transfer)
    with refused_with("late"):
        proposed(transfer, now=LOCK_OVER)
    with refused_with("late"):
        confirmed(act, now=LOCK_OVER)
    confirmed(act, now=LOCK_OVER - timedelta(microseconds=1))


def test_a_service_that_went_on_to_somebody_else_is_not_taken_back_unseen(transfer):
    act = proposed(transfer)
    period = OwnershipPeriod.objects.get(during__upper_inf=True)
    period.account, period.reason = CustomerAccountFactory(), "sold"
    period.save()
    with refused_with("moved_on"):
        confirmed(act)


def test_a_service_that_was_terminated_meanwhile_is_not_taken_back(transfer):
    act = proposed(transfer)
    change_status(the_service(), ServiceStatus.TERMINATED, now=LATER["now"])
    with refused_with("moved_on"):
        confirmed(act)


def test_what_was_not_executed_is_not_reversed():
    running = accepted()
    with refused_with("state"):
        proposed(running)


@pytest.mark.parametrize("new", AgreedState)
@pytest.mark.parametrize("old", AgreedState)
def test_only_the_moves_of_the_table_are_allowed(old, new):
    over = {"declined", "withdrawn", "stopped"}
    allowed = {
        "proposed": {"accepted", "expired", *over},
        "accepted": {"executed", *over},
        "executed": {"reversed"},
    }
    assert policies.agreed_may_move(old, new) is (new in allowed.get(str(old), set()))


# -- The lock is asked for everywhere ------------------------------------------------------------


def test_a_request_for_a_service_in_the_lock_of_an_agreed_transfer_cannot_be_approved(transfer):
    request = TransferRequestFactory(account=transfer.to_account, services=0)
    item = RequestedServiceFactory(request=request, service=the_service())

    def codes(now) -> set[str]:
        return {str(blocker.code) for blocker in blockers_now(request, [item], now)}

    assert "locked" in codes(LOCK_OVER - timedelta(microseconds=1))
    assert "locked" not in codes(LOCK_OVER)


def test_a_further_agreed_transfer_is_refused_up_to_the_end_of_the_lock(transfer):
    with pytest.raises(agreed.AgreedRefused) as raised:
        further(transfer, LOCK_OVER - timedelta(microseconds=1))
    assert raised.value.code == "locked"
    assert further(transfer, LOCK_OVER).state == AgreedState.PROPOSED


def test_a_reversed_request_locks_nothing_against_an_agreed_transfer():
    service = a_service()
    request = TransferRequestFactory(account=service.account, services=0)
    RequestedServiceFactory(
        request=request,
        service=service,
        state=RequestState.REVERSED,
        locked=(HOLD_OVER, LOCK_OVER),
    )
    assert service in agreed.services_to_hand_over(service.account, LATER["now"])
    assert accepted(service, now=LATER["now"], at=LATER["now"]).state == AgreedState.ACCEPTED
    RequestedService.objects.update(state=RequestState.EXECUTED)
    assert service not in agreed.services_to_hand_over(service.account, LATER["now"])
