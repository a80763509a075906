"""An agreed transfer and something against it at the same instant: never both (X2, X7)."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.enums import Role
from cessions.enums import AgreedState, DecisionState, RequestState
from cessions.models import AgreedLetter, AgreedService, AgreedTransfer, RequestedService
from cessions.services import agreed
from cessions.services.decisions import approve
from cessions.services.execution import execute
from cessions.services.guard import ActRefused
from hosting.lib.factor import Factor
from hosting.models import OwnershipPeriod, Service
from tests.cessions.agreements import accepted
from tests.cessions.cases import RIPE, recommended_case
from tests.cessions.test_races import Pair, begin_again
from tests.factories import UserFactory

ROUNDS = 60
HOLD_OVER = RIPE + timedelta(hours=24)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


@pytest.fixture
def decision():
    return recommended_case()


@pytest.fixture
def transfer(decision) -> AgreedTransfer:
    """Accepted, due at HOLD_OVER, for the very service that was recommended for somebody else."""
    items = RequestedService.objects.all()
    items.update(state=RequestState.REFUSED)  # out of the way of the proposal
    made = accepted(items.get().service, now=RIPE, at=RIPE)
    items.update(state=RequestState.RECEIVED)
    return made


def anew(transfer: AgreedTransfer, decision, state: str, service_state: str) -> None:
    """Both as they were before the round."""
    AgreedLetter.objects.all().delete()
    AgreedService.objects.update(open=True, locked=None)
    OwnershipPeriod.objects.filter(reason=transfer.number).delete()
    begin_again(decision, state, service_state)
    AgreedTransfer.objects.update(
        state=AgreedState.ACCEPTED,
        executed_at=None,
        ended_at=None,
        to_account=None,
        end_reason="",
    )


def moved(decision) -> int:
    """How many times the service went to another account."""
    return OwnershipPeriod.objects.exclude(account=decision.request.account).count()


def test_an_agreed_execution_and_an_approval_never_both_stand(pair, decision, transfer):
    supervisor = UserFactory(supervisor=True)

    def approves() -> bool:
        try:
            approve(decision.pk, by=supervisor, now=HOLD_OVER, factor=Factor.TOTP)
        except ActRefused:
            return False
        return True

    seen: Counter[str] = Counter()
    for _ in range(ROUNDS):
        anew(transfer, decision, DecisionState.RECOMMENDED, RequestState.RECEIVED)
        approved, _done = pair.race(approves, lambda: agreed.execute(transfer.pk, now=HOLD_OVER))
        transfer.refresh_from_db()
        decision.request.refresh_from_db()
        if approved:
            assert transfer.state == AgreedState.STOPPED
            assert decision.request.state == RequestState.APPROVED
            assert moved(decision) == 0
        else:
            assert transfer.state == AgreedState.EXECUTED
            assert decision.request.state == RequestState.HOLDER_REACHED
            assert moved(decision) == 1
        seen[transfer.state] += 1
    assert len(seen) == 2, "one of the two orders never happened"


def test_an_agreed_execution_and_another_execution_never_move_a_service_twice(
    pair, decision, transfer
):
    approve(decision.pk, by=UserFactory(supervisor=True), now=RIPE, factor=Factor.TOTP)
    for _ in range(ROUNDS):
        anew(transfer, decision, DecisionState.APPROVED, RequestState.APPROVED)
        pair.race(
            lambda: execute(decision.pk, now=HOLD_OVER),
            lambda: agreed.execute(transfer.pk, now=HOLD_OVER),
        )
        transfer.refresh_from_db()
        decision.refresh_from_db()
        assert transfer.state == AgreedState.STOPPED
        assert decision.state == DecisionState.EXECUTED
        assert moved(decision) == 1


def test_an_agreed_execution_and_its_withdrawal_never_both_take_effect(pair, decision, transfer):
    RequestedService.objects.update(state=RequestState.REFUSED)

    def withdraws() -> bool:
        try:
            agreed.withdraw(transfer.pk, by=transfer.proposed_by, role=Role.OWNER, now=HOLD_OVER)
        except agreed.AgreedRefused:
            return False
        return True

    seen: Counter[str] = Counter()
    for _ in range(ROUNDS):
        anew(transfer, decision, DecisionState.REFUSED, RequestState.REFUSED)
        withdrawn, _done = pair.race(withdraws, lambda: agreed.execute(transfer.pk, now=HOLD_OVER))
        transfer.refresh_from_db()
        assert transfer.state == (AgreedState.WITHDRAWN if withdrawn else AgreedState.EXECUTED)
        assert moved(decision) == (0 if withdrawn else 1)
        assert AgreedLetter.objects.exists() is not withdrawn
        assert Service.objects.exclude(account=decision.request.account).exists() is not withdrawn
        seen[transfer.state] += 1
    assert len(seen) == 2, "one of the two orders never happened"
