"""The page behind the holder's link (C10)."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cessions.enums import RequestState, SignKind
from cessions.models import AnswerLink, HolderSign, TransferRequest
from cessions.services import signs
from cessions.services.attempts import attempt_contacts
from hosting.lib import links
from tests.factories import TransferRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    return TransferRequestFactory()


@pytest.fixture
def link(request_, now):
    attempt_contacts(now)
    return AnswerLink.objects.get(request=request_)


@pytest.fixture
def address(link) -> str:
    return reverse("cession_answer", args=[links.token("cession_answer", link.pk)])


@pytest.fixture(autouse=True)
def _today(monkeypatch, now):
    monkeypatch.setattr("hosting.lib.clock.now", lambda: now + timedelta(hours=2))


def test_the_page_says_what_is_asked_for_and_nothing_of_the_claimant(client, address, request_):
    response = client.get(address)
    page = response.content.decode()
    assert response.context["page"].stage == "open"
    assert request_.services.get().display_name in page
    assert request_.filing.full_name not in page
    assert request_.filing.email not in page
    for answer in signs.ANSWERS:
        assert f'name="answer" value="{answer}"' in page


def main_of(response) -> str:
    """What the page says, without the fresh protection token of its forms."""
    main = response.content.decode().split("<main")[1].split("</main")[0]
    return re.sub(r'<input type="hidden"[^>]*>', "", main)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_a_look_or_a_prefetch_does_nothing(method, client, address):
    getattr(client, method)(address + "?answer=objection")
    assert not HolderSign.objects.exists()


@pytest.mark.parametrize(
    ("answer", "stage"),
    [("objection", "reached"), ("theft", "reached"), ("agreement", "waiting")],
)
def test_one_press_answers_and_the_page_says_what_follows(answer, stage, client, address):
    response = client.post(address, {"answer": answer}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert response.context["page"].stage == stage
    again = client.post(address, {"answer": answer}, follow=True)
    assert main_of(again) == main_of(response)
    assert HolderSign.objects.count() == 1


@pytest.mark.parametrize("answer", ["", "message", "sign_in", "rubbish", "OBJECTION"])
def test_an_unclear_answer_records_nothing_and_says_so(answer, client, address):
    response = client.post(address, {"answer": answer})
    assert response.status_code == 400
    assert b'role="alert"' in response.content
    assert not HolderSign.objects.exists()


def test_a_post_from_elsewhere_is_refused(address):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"answer": "objection"}).status_code == 403
    assert not HolderSign.objects.exists()


@pytest.mark.parametrize(
    "token",
    [
        "rubbish",
        "0" * 32,
        f"{uuid.UUID(int=1).hex}.AAAA",
        links.token("cession_answer", uuid.UUID(int=1)),
        "..",
        "%00",
        "é" * 40,
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_rubbish_tokens_lead_nowhere(token, method, client, link):
    response = getattr(client, method)(f"/cession/reponse/{token}/", {"answer": "objection"})
    assert response.status_code == 404
    assert not HolderSign.objects.exists()


def test_another_pages_or_another_recipients_signature_does_not_open_it(
    client, link, request_, now
):
    other = AnswerLink.objects.create(request=request_, address="other@x.example", created_at=now)
    for token in (
        links.token("cession_status", link.pk),
        links.token("cession_answer", link.pk, 1),
        link.pk.hex + "." + links.token("cession_answer", other.pk).split(".")[1],
    ):
        assert client.post(f"/cession/reponse/{token}/", {"answer": "theft"}).status_code == 404


def test_through_a_former_contact_the_page_says_that_staff_look(client, address, request_, now):
    request_.account.contact_methods.filter(kind="email").update(ended_at=now)
    response = client.post(address, {"answer": "objection"}, follow=True)
    assert response.context["page"].stage == "judging"


def test_once_approved_the_page_does_not_say_that_nothing_is_decided(client, address, request_):
    assert "Nothing is decided" in client.get(address).content.decode()
    TransferRequest.objects.filter(pk=request_.pk).update(state=RequestState.APPROVED)
    page = client.get(address).content.decode()
    assert "Nothing is decided" not in page
    assert "you can still stop it" in page


def test_after_the_end_there_is_nothing_to_answer(client, address, request_):
    type(request_).objects.update(state=RequestState.REFUSED)
    response = client.get(address)
    assert response.context["page"].stage == "over"
    assert "<form" not in main_of(response)


def test_inside_the_lock_the_holder_may_still_object(client, address, request_, now):
    request_.services.update(state=RequestState.EXECUTED, locked=(now, now + timedelta(days=30)))
    type(request_).objects.update(state=RequestState.EXECUTED, next_attempt_at=None)
    assert client.get(address).context["page"].stage == "locked"
    response = client.post(address, {"answer": "objection"}, follow=True)
    assert response.context["page"].stage == "alarmed"


def test_the_page_is_private(client, address):
    response = client.get(address)
    assert response["Referrer-Policy"] in {"no-referrer", "strict-origin"}
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]


def test_the_page_takes_few_queries(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(address)
    assert SignKind.OBJECTION in signs.ANSWERS
