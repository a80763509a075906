"""A decision and the holder's objection at the same instant: never both (X2). On real connections."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from cessions.enums import DecisionState, RequestState, SignKind
from cessions.models import AnswerLink, Decision, HolderSign, Letter, RequestedService
from cessions.services.decisions import approve
from cessions.services.execution import execute
from cessions.services.guard import ActRefused
from cessions.services.signs import holder_answered
from hosting.lib.factor import Factor
from hosting.models import OwnershipPeriod, Service
from tests.cessions.cases import RIPE, recommended_case
from tests.factories import UserFactory

ROUNDS = 200
HOLD_OVER = RIPE + timedelta(hours=24)
pytestmark = pytest.mark.django_db(transaction=True)


class Pair:
    """Two threads with a connection each, let loose at the same instant."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=2)
        self.barrier = Barrier(2)
        self.rounds = 0

    def race(self, first: Callable[[], object], second: Callable[[], object]) -> list[object]:
        """What both returned; a few idle statements before one of them shift who comes first.

        The first two rounds take turns, so that both orders are seen on any machine.
        """
        self.rounds += 1
        if self.rounds == 1:
            return [self._alone(first), self._alone(second)]
        if self.rounds == 2:
            return [self._alone(second), self._alone(first)][::-1]
        return self._meet(first, second)

    def _alone(self, job: Callable[[], object]) -> object:
        return self.pool.submit(job).result(timeout=60)

    def _meet(self, first: Callable[[], object], second: Callable[[], object]) -> list[object]:
        idle = random.choice([(0, 0), (random.randrange(12), 0), (0, random.randrange(12))])
        jobs = [
            self.pool.submit(self._run, job, statements)
            for job, statements in zip((first, second), idle, strict=True)
        ]
        return [job.result(timeout=60) for job in jobs]

    def _run(self, job: Callable[[], object], statements: int) -> object:
        self.barrier.wait(timeout=60)
        with connection.cursor() as cursor:
            for _ in range(statements):
                cursor.execute("SELECT 1")
        return job()

    def close(self) -> None:
        self._meet(close_own_connection, close_own_connection)
        self.pool.shutdown()


def close_own_connection() -> None:
    """`connection` is looked up in the thread that runs this."""
    connection.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


@pytest.fixture
def decision() -> Decision:
    return recommended_case()


@pytest.fixture
def objects(decision) -> Callable[[], bool]:
    """The holder objects by his own link; whether it was recorded."""
    address = decision.request.account.contact_methods.get(kind="email").value
    link = AnswerLink.objects.create(request=decision.request, address=address, created_at=RIPE)

    def press() -> bool:
        return holder_answered(link, SignKind.OBJECTION, HOLD_OVER) is not None

    return press


def begin_again(decision: Decision, state: str, service_state: str) -> None:
    """The case as it was before the round."""
    HolderSign.objects.all().delete()
    Letter.objects.all().delete()
    OwnershipPeriod.objects.filter(reason=decision.request.number).delete()
    OwnershipPeriod.objects.update(during=(decision.request.account.created_at, None))
    Service.objects.update(account=decision.request.account)
    RequestedService.objects.update(state=service_state, locked=None)
    decision.request.state, decision.request.ended_at = service_state, None
    decision.request.save(update_fields=["state", "ended_at"])
    fresh = {"state": state, "voided_at": None, "executed_at": None, "void_reason": ""}
    if state == DecisionState.RECOMMENDED:
        fresh |= {"decided_by": None, "decided_at": None, "executes_at": None}
    Decision.objects.filter(pk=decision.pk).update(**fresh)


def outcome(decision: Decision) -> tuple[str, str]:
    decision.refresh_from_db()
    decision.request.refresh_from_db()
    return decision.state, decision.request.state


def test_approval_and_objection_never_both_stand_in_200_rounds(pair, decision, objects):
    supervisor = UserFactory(supervisor=True)

    def approves() -> bool:
        try:
            approve(decision.pk, by=supervisor, now=HOLD_OVER, factor=Factor.TOTP)
        except ActRefused:
            return False
        return True

    seen: Counter[object] = Counter()
    for _ in range(ROUNDS):
        begin_again(decision, DecisionState.RECOMMENDED, RequestState.RECEIVED)
        approved, objected = pair.race(approves, objects)
        assert objected
        assert outcome(decision) == (DecisionState.VOIDED, RequestState.HOLDER_REACHED)
        seen[approved] += 1
    assert set(seen) == {True, False}, "one of the two orders never happened"


def test_execution_and_objection_never_both_take_effect_in_200_rounds(pair, decision, objects):
    approve(decision.pk, by=UserFactory(supervisor=True), now=RIPE, factor=Factor.TOTP)

    def executes() -> bool:
        return execute(decision.pk, now=HOLD_OVER)

    seen: Counter[object] = Counter()
    for _ in range(ROUNDS):
        begin_again(decision, DecisionState.APPROVED, RequestState.APPROVED)
        pair.race(executes, objects)
        end = outcome(decision)
        moved = Service.objects.exclude(account=decision.request.account).exists()
        if end == (DecisionState.EXECUTED, RequestState.EXECUTED):
            assert moved
        else:
            assert end == (DecisionState.VOIDED, RequestState.HOLDER_REACHED)
            assert not moved
            assert not Letter.objects.exists()
        seen[end] += 1
    assert len(seen) == 2, "one of the two orders never happened"
