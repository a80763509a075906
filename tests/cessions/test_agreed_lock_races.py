"""An agreed transfer and an objection or its reversal at the same instant: one after the other (X2, X5)."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from accounts.enums import Role
from cessions.enums import AgreedState, RequestState, SignKind
from cessions.models import (
    AgreedLetter,
    AgreedReversal,
    AgreedService,
    AgreedSign,
    AgreedTransfer,
    HolderSign,
    RequestedService,
    TransferRequest,
)
from cessions.services import agreed
from cessions.services.answers_signed_in import answer_signed_in
from cessions.services.guard import ActRefused
from hosting.lib.factor import Factor
from hosting.models import OwnershipPeriod, Service
from hosting.records.models import OutgoingMail
from tests.cessions.agreements import HOLD_OVER, a_service, accepted, notices
from tests.cessions.cases import fresh_case
from tests.cessions.test_races import Pair
from tests.factories import MembershipFactory, UserFactory

ROUNDS = 40
LOCK_OVER = HOLD_OVER + timedelta(days=30)
JUST_BEFORE = LOCK_OVER - timedelta(microseconds=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


def back_in_the_hold(transfer: AgreedTransfer) -> None:
    """Accepted and due, as before the round; nobody objected."""
    AgreedSign.objects.all().delete()
    HolderSign.objects.all().delete()
    AgreedLetter.objects.all().delete()
    AgreedService.objects.update(open=True, locked=None)
    OwnershipPeriod.objects.filter(reason=transfer.number).delete()
    OwnershipPeriod.objects.update(during=(transfer.account.created_at, None))
    Service.objects.update(account=transfer.account)
    RequestedService.objects.update(state=RequestState.RECEIVED)
    TransferRequest.objects.update(state=RequestState.RECEIVED, ended_at=None)
    AgreedTransfer.objects.update(
        state=AgreedState.ACCEPTED, executed_at=None, ended_at=None, to_account=None, end_reason=""
    )


def alarms() -> int:
    return OutgoingMail.objects.filter(kind__startswith="alarm_").count()


def never_both(pair: Pair, transfer: AgreedTransfer, objects: Callable[[], object]) -> None:
    """An objection and the execution: stopped and nothing moved, or moved and an alarm in the lock."""
    seen: Counter[str] = Counter()
    for _ in range(ROUNDS):
        back_in_the_hold(transfer)
        before = alarms()
        pair.race(objects, lambda: agreed.execute(transfer.pk, now=HOLD_OVER))
        transfer.refresh_from_db()
        moved = Service.objects.exclude(account=transfer.account).exists()
        if transfer.state == AgreedState.STOPPED:
            assert not moved
            assert not AgreedLetter.objects.exists()
            assert alarms() == before
        else:
            assert transfer.state == AgreedState.EXECUTED
            assert moved
            assert alarms() == before + 1
        seen[transfer.state] += 1
    assert len(seen) == 2, "one of the two orders never happened"


def test_an_objection_and_the_execution_never_both_take_effect(pair):
    UserFactory(supervisor=True)
    transfer = accepted(a_service())
    user = MembershipFactory(account=transfer.account).user
    never_both(
        pair,
        transfer,
        lambda: agreed.object_to(
            transfer.pk, SignKind.OBJECTION, by=user, role=Role.OWNER, now=HOLD_OVER
        ),
    )


def test_an_objection_to_the_request_he_agreed_to_and_the_execution_never_both_take_effect(pair):
    UserFactory(supervisor=True)
    request = fresh_case()
    transfer = accepted(request.services.get().service, request=request, recipient=None)
    user = MembershipFactory(account=transfer.account).user
    never_both(
        pair,
        transfer,
        lambda: answer_signed_in(request.pk, SignKind.OBJECTION, user=user, now=HOLD_OVER),
    )


@pytest.fixture
def executed() -> AgreedTransfer:
    transfer = accepted(a_service())
    agreed.execute_due(HOLD_OVER)
    transfer.refresh_from_db()
    return transfer


@pytest.fixture
def act(executed) -> AgreedReversal:
    return agreed.propose_reversal(
        executed.pk,
        reason="Fraud.",
        by=UserFactory(support=True),
        now=JUST_BEFORE,
        factor=Factor.TOTP,
    )


def back_in_the_lock(transfer: AgreedTransfer) -> None:
    """Executed and locked, the reversal proposed, as before the round."""
    OwnershipPeriod.objects.filter(during__startswith__gt=HOLD_OVER).delete()
    OwnershipPeriod.objects.filter(reason=transfer.number).update(during=(HOLD_OVER, None))
    Service.objects.update(account=transfer.to_account)
    transfer.services.update(locked=(HOLD_OVER, LOCK_OVER))
    AgreedTransfer.objects.filter(pk=transfer.pk).update(state=AgreedState.EXECUTED)
    AgreedReversal.objects.update(confirmed_by=None, confirmed_at=None)
    AgreedLetter.objects.all().delete()


def confirms(act: AgreedReversal) -> Callable[[], bool]:
    """A supervisor presses the button an instant before the lock ends; whether it was done."""
    supervisor = UserFactory(supervisor=True)

    def press() -> bool:
        try:
            agreed.confirm_reversal(act.pk, by=supervisor, now=JUST_BEFORE, factor=Factor.TOTP)
        except ActRefused:
            return False
        return True

    return press


def test_two_supervisors_at_once_reverse_once(pair, executed, act):
    first, second = confirms(act), confirms(act)
    for _ in range(ROUNDS):
        back_in_the_lock(executed)
        assert sorted(pair.race(first, second)) == [False, True]
        assert OwnershipPeriod.objects.filter(during__startswith=JUST_BEFORE).count() == 1
        assert AgreedLetter.objects.count() == 2


def test_a_reversal_and_a_further_transfer_never_both_move_the_service(pair, executed, act):
    owner = MembershipFactory(account=executed.to_account).user
    proposed = agreed.propose(
        executed.to_account,
        [Service.objects.get()],
        agreed.Recipient(full_name="Sam", email="sam@third.example", language="en"),
        by=owner,
        role=Role.OWNER,
        factor=Factor.TOTP,
        now=LOCK_OVER,
    )
    on = agreed.accept(proposed.pk, notices(LOCK_OVER), now=LOCK_OVER)
    press = confirms(act)
    seen: Counter[str] = Counter()
    for _ in range(ROUNDS):
        back_in_the_lock(executed)
        on.services.update(open=True, locked=None)
        AgreedTransfer.objects.filter(pk=on.pk).update(
            state=AgreedState.ACCEPTED, executed_at=None, to_account=None, ended_at=None
        )
        reversed_, _done = pair.race(press, lambda: agreed.execute(on.pk, now=on.executes_at))
        on.refresh_from_db()
        executed.refresh_from_db()
        account = Service.objects.get().account
        if reversed_:
            assert (executed.state, on.state) == (AgreedState.REVERSED, AgreedState.STOPPED)
            assert account == executed.account
        else:
            assert (executed.state, on.state) == (AgreedState.EXECUTED, AgreedState.EXECUTED)
            assert account == on.to_account
        seen[on.state] += 1
    assert len(seen) == 2, "one of the two orders never happened"
