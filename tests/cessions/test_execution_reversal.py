"""Two people can put a transfer back within the lock (X5)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cessions.enums import DecisionState, LetterKind, RequestState
from cessions.models import Decision, Letter, TwoPersonAct
from cessions.services.execution import execute_due
from cessions.services.guard import ActRefused
from cessions.services.reversal import confirm_reversal, drop_reversal, propose_reversal
from hosting.lib.factor import Factor
from hosting.models import OwnershipPeriod, ServiceEvent
from hosting.records.models import OutgoingMail
from tests.cessions.cases import RIPE, approved_case
from tests.factories import CustomerAccountFactory, UserFactory

pytestmark = pytest.mark.django_db
EXECUTED = RIPE + timedelta(hours=24)
LATER = {"now": EXECUTED + timedelta(days=2), "factor": Factor.PASSWORD}


@pytest.fixture
def decision() -> Decision:
    decision = approved_case()
    execute_due(EXECUTED)
    return decision


def proposed(decision: Decision) -> TwoPersonAct:
    return propose_reversal(decision.pk, reason="Fraud.", by=UserFactory(support=True), **LATER)


def refused_with(code: str):
    return pytest.raises(ActRefused, check=lambda refused: refused.code == code)


def test_one_proposes_a_supervisor_confirms_and_everything_goes_back(decision):
    service = decision.services.get().service
    holder, assignee = decision.request.account, service.account
    confirm_reversal(proposed(decision).pk, by=UserFactory(supervisor=True), **LATER)
    service.refresh_from_db()
    decision.refresh_from_db()
    decision.request.refresh_from_db()
    assert service.account == holder
    assert (decision.state, decision.request.state) == (
        DecisionState.REVERSED,
        RequestState.REVERSED,
    )
    owners = OwnershipPeriod.objects.filter(service=service).order_by("during")
    assert [period.account for period in owners] == [holder, assignee, holder]
    events = (
        ServiceEvent.objects.exclude(kind="locked")
        .order_by("pk")
        .values_list("kind", "facts__account")
    )
    assert list(events)[3:] == [
        ("transfer_reversed", None),
        ("access_revoked", assignee.number),
        ("access_granted", holder.number),
    ]
    assert {LetterKind.REVERSED_ASSIGNEE, LetterKind.REVERSED_HOLDER} <= set(
        Letter.objects.values_list("kind", flat=True)
    )
    kinds = set(OutgoingMail.objects.values_list("kind", flat=True))
    assert {"decision_reversed", "decision_reversed_holder"} <= kinds
    assert holder.notes.count() == assignee.notes.count() == 2


def test_one_person_alone_reverses_nothing(decision):
    supervisor = UserFactory(supervisor=True)
    act = propose_reversal(decision.pk, reason="Fraud.", by=supervisor, **LATER)
    with refused_with("same_person"):
        confirm_reversal(act.pk, by=supervisor, **LATER)
    with refused_with("supervisor"):
        confirm_reversal(act.pk, by=UserFactory(support=True), **LATER)
    with pytest.raises(IntegrityError, match="two_different_people"), transaction.atomic():
        TwoPersonAct.objects.update(confirmed_by=supervisor)


def test_both_confirm_a_factor(decision):
    with refused_with("factor"):
        propose_reversal(
            decision.pk, reason="x", by=UserFactory(support=True), now=EXECUTED, factor=None
        )
    with refused_with("factor"):
        confirm_reversal(
            proposed(decision).pk, by=UserFactory(supervisor=True), now=LATER["now"], factor=None
        )


def test_after_the_lock_it_is_too_late(decision):
    act = proposed(decision)
    over = {"now": EXECUTED + timedelta(days=30), "factor": Factor.TOTP}
    with refused_with("late"):
        confirm_reversal(act.pk, by=UserFactory(supervisor=True), **over)
    with refused_with("late"):
        propose_reversal(decision.pk, reason="x", by=UserFactory(support=True), **over)


def test_a_service_that_went_on_to_somebody_else_is_not_taken_back_unseen(decision):
    act = proposed(decision)
    period = OwnershipPeriod.objects.get(during__upper_inf=True)
    period.account, period.reason = CustomerAccountFactory(), "sold"
    period.save()
    with refused_with("moved_on"):
        confirm_reversal(act.pk, by=UserFactory(supervisor=True), **LATER)


def test_a_proposal_can_be_dropped_and_made_anew_but_not_twice(decision):
    act = proposed(decision)
    with refused_with("state"):
        proposed(decision)
    drop_reversal(act.pk, by=UserFactory(support=True), now=LATER["now"])
    with refused_with("state"):
        confirm_reversal(act.pk, by=UserFactory(supervisor=True), **LATER)
    assert proposed(decision) != act


def test_what_was_not_executed_is_not_reversed():
    with refused_with("state"):
        proposed(approved_case())
