"""States are written in one place (T7)."""

from datetime import timedelta

import pytest

from cessions import policies
from cessions.enums import DecisionState, RequestState
from cessions.models import RequestedService, TransferRequest
from cessions.services import states
from cessions.services.states import StateConflict
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.cases import RIPE, approved_case, fresh_case, recommended_case, ripe_case

pytestmark = pytest.mark.django_db
BY = {"now": RIPE, "actor": "user:1", "event": "tried"}
ENDINGS = ("refused", "withdrawn", "lapsed", "holder_reached")


def locked(request: TransferRequest) -> TransferRequest:
    return states.lock(request.pk)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_request_whose_last_service_closes_is_sought_no_longer(ending):
    request = locked(fresh_case())
    states.move(request, request.services.all(), ending, **BY)
    request.refresh_from_db()
    assert (request.state, request.next_attempt_at, request.ended_at) == (ending, None, RIPE)


def test_a_request_is_open_while_one_of_its_services_is():
    request = locked(fresh_case(services=2))
    first, second = request.services.order_by("pk")
    states.move(request, [first], RequestState.REFUSED, **BY)
    assert (request.state, request.ended_at) == (RequestState.RECEIVED, None)
    assert request.next_attempt_at is not None
    states.move(request, [second], RequestState.REFUSED, **BY)
    assert request.ended_at == RIPE


def test_the_end_is_that_of_the_last_service():
    request = locked(fresh_case(services=2))
    first, second = request.services.order_by("pk")
    states.move(request, [first], RequestState.WITHDRAWN, **BY)
    later = BY | {"now": RIPE + timedelta(days=1)}
    states.move(request, [second], RequestState.WITHDRAWN, **later)
    assert request.ended_at == RIPE + timedelta(days=1)


def test_what_opens_again_loses_its_end():
    request = locked(fresh_case())
    states.move(request, request.services.all(), RequestState.HOLDER_REACHED, **BY)
    states.move(request, request.services.all(), RequestState.RECEIVED, **BY)
    request.refresh_from_db()
    assert (request.state, request.ended_at) == (RequestState.RECEIVED, None)


@pytest.mark.parametrize("old", RequestState.values)
@pytest.mark.parametrize("new", RequestState.values)
def test_only_the_ways_of_the_table_can_be_gone(old, new):
    request = fresh_case()
    RequestedService.objects.update(state=old)
    TransferRequest.objects.update(state=old)
    request = locked(request)
    if policies.may_move(old, new):
        states.move(request, request.services.all(), new, **BY)
        assert request.services.get().state == new
    else:
        with pytest.raises(StateConflict):
            states.move(request, request.services.all(), new, **BY)
        assert request.services.get().state == old
        assert not JournalEntry.objects.exists()


def test_services_of_another_request_and_none_at_all_are_refused():
    request, other = locked(fresh_case()), fresh_case()
    for services in (other.services.all(), []):
        with pytest.raises(StateConflict):
            states.move(request, services, RequestState.REFUSED, **BY)


def test_each_move_is_journalled_with_old_and_new_state():
    request = locked(fresh_case())
    item = request.services.get()
    states.move(request, [item], RequestState.LAPSED, **BY)
    entry = JournalEntry.objects.get(stream=request.stream)
    assert (entry.event, entry.actor) == ("tried", "user:1")
    assert entry.facts["services"] == [[item.pk, "received", "lapsed"]]


def test_an_approval_that_no_longer_fits_its_services_is_void():
    decision = approved_case()
    request = locked(decision.request)
    states.move(request, request.services.all(), RequestState.HOLDER_REACHED, **BY)
    decision.refresh_from_db()
    assert (decision.state, decision.void_reason) == (DecisionState.VOIDED, "tried")
    assert not OutgoingMail.objects.filter(kind="decision_voided").exists()


def test_a_recommendation_that_no_longer_fits_is_void_without_a_mail():
    decision = recommended_case(services=2)
    request = locked(decision.request)
    states.move(request, [request.services.first()], RequestState.WITHDRAWN, **BY)
    decision.refresh_from_db()
    assert decision.state == DecisionState.VOIDED
    assert not OutgoingMail.objects.filter(kind="decision_voided").exists()


def test_the_claimant_is_told_once_when_what_was_approved_is_open_again():
    request = locked(approved_case().request)
    states.move(request, request.services.all(), RequestState.RECEIVED, **BY)
    told = OutgoingMail.objects.filter(kind="decision_voided")
    assert told.get().recipient == request.filing.email


def test_a_decision_about_other_services_stays_untouched():
    request = ripe_case(services=2)
    first, second = request.services.order_by("pk")
    decision = recommended_case()
    states.move(locked(request), [first], RequestState.WITHDRAWN, **BY)
    decision.refresh_from_db()
    assert decision.state == DecisionState.RECOMMENDED
    assert second.state == RequestState.RECEIVED


def test_all_requests_of_a_filing_are_locked_in_order():
    request = fresh_case()
    second = fresh_case(filing=request.filing, number="T-2")
    assert [row.pk for row in states.lock_all(request.filing_id)] == [request.pk, second.pk]
