"""A decision and an emergency contact's objection at the same instant: never both (C11, X2)."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from cessions.enums import DecisionState, RequestState, SignKind
from cessions.models import AnswerLink, Decision, HolderSign, Letter
from cessions.services.decisions import approve, recommend
from cessions.services.execution import execute
from cessions.services.guard import ActRefused
from cessions.services.signs import holder_answered
from hosting.lib.factor import Factor
from hosting.models import Service
from tests.cessions.cases import RECEIVED, RIPE, an_email, ids, ripe_case
from tests.cessions.people import a_contact
from tests.cessions.test_races import Pair, begin_again, outcome
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
def decision() -> Decision:
    """Recommended, though the holder named somebody, who was written to as all means ask for (C6)."""
    request = ripe_case()
    contact = a_contact(request.account)
    an_email(request, contact.email, RECEIVED + timedelta(hours=1))
    return recommend(
        request.pk,
        ids(request),
        why="All is in order.",
        by=UserFactory(support=True),
        now=RIPE,
        factor=Factor.PASSWORD,
    )


@pytest.fixture
def objects(decision) -> Callable[[], bool]:
    """The emergency contact objects by his own link; whether it was recorded."""
    contact = decision.request.account.emergency_contacts.get()
    link = AnswerLink.objects.create(
        request=decision.request,
        address=contact.email,
        emergency_contact=contact,
        created_at=RIPE,
    )

    def press() -> bool:
        return holder_answered(link, SignKind.OBJECTION, HOLD_OVER) is not None

    return press


def test_an_approval_and_a_trusted_objection_never_both_stand(pair, decision, objects):
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
        assert HolderSign.objects.get().emergency_contact is not None
        seen[approved] += 1
    assert set(seen) == {True, False}, "one of the two orders never happened"


def test_an_execution_and_a_trusted_objection_never_both_take_effect(pair, decision, objects):
    approve(decision.pk, by=UserFactory(supervisor=True), now=RIPE, factor=Factor.TOTP)
    seen: Counter[object] = Counter()
    for _ in range(ROUNDS):
        begin_again(decision, DecisionState.APPROVED, RequestState.APPROVED)
        executed, _objected = pair.race(lambda: execute(decision.pk, now=HOLD_OVER), objects)
        moved = Service.objects.exclude(account=decision.request.account).exists()
        end = outcome(decision)
        if moved:
            assert executed
            assert end == (DecisionState.EXECUTED, RequestState.EXECUTED)
        else:
            assert end == (DecisionState.VOIDED, RequestState.HOLDER_REACHED)
            assert not Letter.objects.exists()
        seen[end] += 1
    assert len(seen) == 2, "one of the two orders never happened"
