"""H2 through the life of a request: held from reception to the end of each service."""

from datetime import timedelta

import pytest

from cessions.enums import RequestState
from cessions.services import holding, reception, states
from cessions.services.execution import execute
from hosting.models import ContinuityHold, ServiceEvent
from hosting.services import lift_hold
from tests.cessions.cases import RECEIVED, RIPE, approved_case, fresh_case
from tests.factories import DraftFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


def running() -> list[str]:
    return [hold.service.name for hold in ContinuityHold.objects.filter(ended_at=None)]


def move(request, to, services=None):
    rows = services or list(request.services.all())
    states.move(request, rows, to, now=RIPE, actor="system", event="tested")


def test_reception_holds_the_services_that_are_here(now):
    ServiceFactory(name="here.fr")
    draft = DraftFactory(unconfirmed=True, names=["here.fr", "elsewhere.fr"])
    filing = reception.confirm(draft, now=now)
    assert holding.hold_new_requests(now) == 1
    assert holding.hold_new_requests(now) == 0
    hold = ContinuityHold.objects.get()
    request = filing.requests.exclude(account=None).get()
    assert (hold.service.name, hold.source) == ("here.fr", request.number)


def test_a_hold_that_staff_lifted_is_not_placed_again():
    fresh_case()
    holding.hold_new_requests(RECEIVED)
    hold = ContinuityHold.objects.get()
    lift_hold(hold, reason="Unfounded.", by=UserFactory(support=True), now=RECEIVED)
    assert holding.hold_new_requests(RECEIVED) == 0


@pytest.mark.parametrize(
    "end",
    [
        RequestState.REFUSED,
        RequestState.WITHDRAWN,
        RequestState.LAPSED,
        RequestState.HOLDER_REACHED,
    ],
)
def test_the_hold_ends_with_the_request(end):
    request = fresh_case()
    holding.hold_new_requests(RECEIVED)
    move(request, end)
    assert running() == []
    assert ContinuityHold.objects.get().end_reason == end
    event = ServiceEvent.objects.get(kind="hold_ended")
    assert event.facts["reason"] == end


def test_a_request_that_ended_before_the_sweep_is_not_held():
    request = fresh_case()
    move(request, RequestState.WITHDRAWN)
    assert holding.hold_new_requests(RECEIVED) == 0


def test_only_the_service_that_closes_loses_its_hold():
    request = fresh_case(services=2)
    holding.hold_new_requests(RECEIVED)
    first, second = request.services.order_by("pk")
    move(request, RequestState.REFUSED, [first])
    assert running() == [second.service.name]


@pytest.mark.parametrize("end", [RequestState.REFUSED, RequestState.HOLDER_REACHED])
def test_a_contest_that_was_won_or_a_record_that_was_undone_holds_again(end):
    request = fresh_case()
    holding.hold_new_requests(RECEIVED)
    move(request, end)
    move(request, RequestState.RECEIVED)
    assert len(running()) == 1
    assert ContinuityHold.objects.count() == 2
    assert holding.hold_new_requests(RIPE) == 0


def test_the_hold_of_a_rival_claimant_stays():
    request = fresh_case()
    holding.hold_new_requests(RECEIVED)
    service = request.services.get().service
    rival = fresh_case(account=request.account, services=0)
    rival.services.create(filing=rival.filing, service=service, kind="domain", name=service.name)
    holding.hold_new_requests(RECEIVED)
    move(request, RequestState.WITHDRAWN)
    assert [hold.source for hold in ContinuityHold.objects.filter(ended_at=None)] == [rival.number]


def test_execution_ends_the_hold_and_tells_all_of_it_in_order():
    decision = approved_case()
    holding.hold_new_requests(RIPE)
    execute(decision.pk, now=RIPE + timedelta(hours=25))
    assert list(ServiceEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "hold_placed",
        "transferred",
        "access_revoked",
        "access_granted",
        "locked",
        "hold_ended",
    ]
    assert running() == []
