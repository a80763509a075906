"""Staff read and answer the claimant's messages on the case page, within A10."""

import pytest
from django.urls import reverse

from cessions.enums import RequestState
from cessions.models import CaseMessage, TransferRequest
from cessions.services import conversation, states
from hosting.lib import clock
from hosting.records.models import OutgoingMail
from tests.cessions.cases import RIPE, fresh_case
from tests.cessions.people import a_contract
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: RIPE)
    for module in ("cessions.admin.case_forms", "hosting.lib.admin"):
        monkeypatch.setattr(f"{module}.now", lambda: RIPE)


@pytest.fixture
def staff(client):
    user = UserFactory(support=True, full_name="Claire Weber")
    client.force_login(user, backend="accounts.backends.SessionBackend")
    return user


@pytest.fixture
def request_() -> TransferRequest:
    return fresh_case()


def url(request: TransferRequest, verb: str = "change", *more: int) -> str:
    return reverse(f"admin:cessions_transferrequest_{verb}", args=[request.pk, *more])


def shown(client, request: TransferRequest, query: str = "") -> str:
    return client.get(url(request) + query).content.decode()


def test_an_unread_message_is_seen_first_on_the_case_and_on_the_lists(client, staff, request_):
    conversation.write_to_staff(request_.filing, "My shop is down <b>.", now=RIPE)
    page = shown(client, request_)
    assert "The claimant wrote to us." in page
    assert "My shop is down &lt;b&gt;." in page
    cases = reverse("admin:cessions_transferrequest_changelist")
    assert "message to read" in client.get(cases).content.decode()
    assert request_.number in client.get(f"{cases}?view=wrote").content.decode()
    tasks = client.get(reverse("admin:cessions_contactattempt_tasks")).content.decode()
    assert "Alix Martin wrote to us" in tasks
    assert "Requests with a message of the claimant" in client.get("/admin/").content.decode()
    client.post(url(request_, "read"))
    assert "The claimant wrote to us." not in shown(client, request_)
    assert "read by Claire Weber" in shown(client, request_)


def test_a_message_is_sent_from_the_page(client, staff, request_):
    client.post(url(request_, "message"), {"text": "We have it.", "template": ""})
    assert CaseMessage.objects.get().by == staff
    assert OutgoingMail.objects.get().recipient == request_.filing.email
    assert "We have it." in shown(client, request_)


def test_a_usual_answer_fills_the_form_in_the_claimants_language(client, staff, request_):
    request_.filing.language = "de"
    request_.filing.save()
    page = shown(client, request_, "?words=missing")
    assert "Ausweis des eingetragenen Domaininhabers" in page.partition('id="message-form"')[2]
    assert 'name="template" value="missing"' in page


def test_a10_what_speaks_of_the_holder_is_offered_by_a_contract_alone(client, staff, request_):
    for code in ("holder", "search"):
        page = shown(client, request_, f"?words={code}")
        assert f'href="?words={code}#' not in page
        assert 'name="template" value=""' in page
    refused = client.post(url(request_, "message"), {"text": "It is X.", "template": "holder"})
    assert "does not fit the case any more" in refused.content.decode()
    assert not CaseMessage.objects.exists()
    a_contract(request_, request_.filing.email)
    page = shown(client, request_, "?words=holder")
    assert request_.account.trade_name in page.partition('id="message-form"')[2]


def test_a10_the_form_says_what_may_be_written(client, staff, request_):
    form = shown(client, request_).partition('id="message-may"')[2].partition("</form>")[0]
    told, not_told = form.split("Not of:")
    assert "the outcome" in told
    assert "who the holder is" in not_told


def test_c9_that_the_holder_answered_is_offered_when_he_did(client, staff):
    request = fresh_case()
    reached = {"now": RIPE, "actor": "user:1", "event": "holder_reached"}
    states.move(request, list(request.services.all()), RequestState.HOLDER_REACHED, **reached)
    assert "?words=holder_answered" in shown(client, request)
    assert "?words=dates" not in shown(client, request)


def test_another_cases_message_is_not_erased_from_here(client, request_):
    supervisor = UserFactory(supervisor=True)
    client.force_login(supervisor, backend="accounts.backends.SessionBackend")
    message = conversation.write_to_staff(request_.filing, "Hello", now=RIPE)
    other = fresh_case()
    assert client.post(url(other, "erase-message", message.pk)).status_code == 404
    client.post(url(request_, "erase-message", message.pk))
    assert "The words were erased." in shown(client, request_)


def test_nobody_but_staff_writes(client, request_):
    client.force_login(UserFactory(), backend="accounts.backends.SessionBackend")
    client.post(url(request_, "message"), {"text": "Hello"})
    assert not CaseMessage.objects.exists()
