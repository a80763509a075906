"""Requests on the account's services, and the holder's answers in the space (C10, C11)."""

import re
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import EmergencyContact
from cessions.enums import RequestState, SignKind
from cessions.models import HolderSign, TransferRequest
from cessions.services.answers_signed_in import AnswerRefused, answer_signed_in
from hosting.desk.portal.access import SEEN_AS
from hosting.lib import clock
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.cases import RECEIVED, approved_case, fresh_case, seek
from tests.factories import MembershipFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


def answers() -> QuerySet[HolderSign]:
    """What was answered; that he signed in for it is a sign of its own (C9)."""
    return HolderSign.objects.exclude(kind=SignKind.SIGN_IN)


@pytest.fixture
def request_() -> TransferRequest:
    return fresh_case()


@pytest.fixture
def at(monkeypatch):
    """The clock stands at this instant."""
    now = RECEIVED + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def signed_in(client: Client, request: TransferRequest, role: str = Role.OWNER, **fields) -> Client:
    membership = MembershipFactory(account=request.account, role=role, **fields)
    client.force_login(membership.user)
    return client


def contact_of(request: TransferRequest, **fields) -> EmergencyContact:
    return EmergencyContact.objects.create(
        account=request.account,
        full_name="Robin Petit",
        email="robin@friends.example",
        created_at=RECEIVED,
        invited_at=RECEIVED,
        **{"confirmed_at": RECEIVED, **fields},
    )


def page_of(request: TransferRequest) -> str:
    return reverse("portal_requests_page", args=[request.pk])


def answer(client: Client, request: TransferRequest, kind: str):
    url = reverse("portal_requests_answer", args=[request.pk])
    return client.post(url, {"answer": kind}, follow=True)


def test_he_reads_what_is_claimed_and_every_attempt_to_reach_him(client, request_, at):
    seek(request_, 2)
    page = signed_in(client, request_).get(page_of(request_)).content.decode()
    assert request_.services.get().name in page
    for method in request_.account.contact_methods.all():
        assert method.value in page
    assert "accepted by the mail server" in page
    assert "nobody answered" in page


def test_nothing_of_the_claimant_is_told(client, request_, at):
    filing = request_.filing
    page = signed_in(client, request_).get(page_of(request_)).content.decode()
    for secret in (filing.full_name, filing.email, filing.telephone, "1 place du Marché"):
        assert secret not in page


def test_what_can_still_be_reversed_stands_among_what_awaits_his_answer(client, request_, at):
    """X5: approved and transferred come before what is only received; what is over comes last."""
    account = request_.account
    approved, executed, over = (
        TransferRequestFactory(account=account, state=state)
        for state in (RequestState.APPROVED, RequestState.EXECUTED, RequestState.EXECUTED)
    )
    executed.services.update(locked=(RECEIVED, at + timedelta(days=1)))
    over.services.update(locked=(RECEIVED, at))
    shown = signed_in(client, request_).get(reverse("portal_requests")).context
    assert [row for row, *_more in shown["open"]] == [executed, approved, request_]
    assert [row for row, *_more in shown["over"]] == [over]


@pytest.mark.parametrize("kind", [SignKind.OBJECTION, SignKind.THEFT])
def test_one_post_ends_the_request(client, request_, at, kind):
    said = answer(signed_in(client, request_), request_, kind)
    assert "Pressed by mistake?" in said.content.decode()
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED
    sign = answers().get()
    entry = JournalEntry.objects.get(event="sign_of_life", facts__sign=sign.pk)
    assert entry.actor == f"user:{sign.user_id}"


def test_theft_alarms_the_supervisors(client, request_, at):
    supervisor = UserFactory(supervisor=True)
    answer(signed_in(client, request_), request_, SignKind.THEFT)
    assert OutgoingMail.objects.get(kind="alarm_theft").recipient == supervisor.email


def test_pressing_twice_records_one_answer(client, request_, at):
    signed_in(client, request_)
    answer(client, request_, SignKind.OBJECTION)
    answer(client, request_, SignKind.OBJECTION)
    assert answers().count() == 1


def test_an_approval_in_its_hold_is_stopped(client, at):
    decision = approved_case()
    answer(signed_in(client, decision.request), decision.request, SignKind.OBJECTION)
    decision.refresh_from_db()
    assert decision.state == "voided"


@pytest.mark.parametrize("kind", ["agreement", "message", "", "\0"])
def test_another_word_is_no_answer(client, request_, at, kind):
    assert answer(signed_in(client, request_), request_, kind).status_code == 200
    assert not answers().exists()


def test_looking_changes_nothing(client, request_, at):
    signed_in(client, request_).get(page_of(request_))
    assert client.get(reverse("portal_requests_answer", args=[request_.pk])).status_code == 405
    assert not HolderSign.objects.filter(kind__in=["objection", "theft"]).exists()


def test_a_member_reads_and_cannot_answer(client, request_, at):
    signed_in(client, request_, Role.MEMBER)
    assert "Please tell him at once" in client.get(page_of(request_)).content.decode()
    assert answer(client, request_, SignKind.OBJECTION).status_code == 404
    assert not answers().exists()


def test_an_emergency_contact_objects_but_cannot_agree(client, request_, at):
    contact = contact_of(request_)
    signed_in(client, request_, Role.EMERGENCY, emergency_contact=contact)
    page = client.get(page_of(request_)).content.decode()
    assert "I agree to a transfer" not in page
    assert request_.account.contact_methods.first().value not in page
    agree = reverse("portal_agreed_request", args=[request_.pk])
    assert client.get(agree).status_code == 404
    answer(client, request_, SignKind.OBJECTION)
    sign = answers().get()
    assert sign.emergency_contact == contact
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED


def test_an_emergency_contact_does_not_agree_for_the_holder(request_):
    contact = contact_of(request_)
    with pytest.raises(AnswerRefused):
        answer_signed_in(
            request_.pk,
            SignKind.AGREEMENT,
            user=UserFactory(),
            emergency_contact=contact,
            now=RECEIVED,
        )


@pytest.mark.parametrize("fields", [{"confirmed_at": None}, {"ended_at": RECEIVED}])
def test_who_did_not_confirm_or_ended_is_no_emergency_contact(client, request_, at, fields):
    contact = contact_of(request_, **fields)
    signed_in(client, request_, Role.EMERGENCY, emergency_contact=contact)
    answer(client, request_, SignKind.OBJECTION)
    assert not answers().exists()


def test_a_request_on_somebody_elses_services_is_not_found(client, request_, at):
    other = TransferRequestFactory()
    for role in Role:
        signed_in(client, other, role)
        for url in (page_of(request_), reverse("portal_agreed_request", args=[request_.pk])):
            assert client.get(url).status_code == 404
        assert answer(client, request_, SignKind.THEFT).status_code == 404
        assert request_.number not in client.get(reverse("portal_requests")).content.decode()
    assert not answers().exists()


def test_staff_who_look_on_cannot_answer(client, request_, at):
    client.force_login(UserFactory(support=True))
    session = client.session
    session[SEEN_AS] = request_.account.pk
    session.save()
    assert client.get(page_of(request_)).status_code == 200
    assert answer(client, request_, SignKind.OBJECTION).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_three(
    client, request_, at, django_assert_max_num_queries
):
    signed_in(client, request_)
    for _ in range(2):
        TransferRequestFactory(account=request_.account)
    with django_assert_max_num_queries(9):
        page = client.get(reverse("portal_requests")).content.decode()
    assert len(re.findall(r'href="/espace/demandes/\d+/"', page)) == 3
