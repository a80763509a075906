"""The agreed transfer in the space, from the form to the letters (X7)."""

import re
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from cessions.enums import AgreedState, RequestState, SignKind
from cessions.models import AgreedTransfer, Assignee, HolderSign
from cessions.services import agreed
from cessions.tasks import sweep_agreed
from hosting.desk.portal.agreed.steps import steps_of
from hosting.lib import clock, links
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.agreements import DAY_ONE, a_service, accepted, proposed
from tests.cessions.cases import fresh_case
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def answers() -> QuerySet[HolderSign]:
    """What was answered; that he signed in for it is a sign of its own (C9)."""
    return HolderSign.objects.exclude(kind=SignKind.SIGN_IN)


NEW = "/espace/remise/nouvelle/"
TYPED = {
    "full_name": "Alix Martin",
    "email": "alix@bakery.example",
    "country": "FR",
    "language": "en",
    "sure": "on",
    "factor": "a long secret",
}


class Clock:
    """An hour hand that tests move."""

    def __init__(self) -> None:
        self.at = DAY_ONE

    def now(self):
        return self.at


@pytest.fixture
def hand(monkeypatch) -> Clock:
    hand = Clock()
    monkeypatch.setattr(clock, "now", hand.now)
    return hand


def test_how_it_ended_keeps_the_capitals_of_the_language():
    with translation.override("de"):
        (*_before, last) = steps_of(AgreedTransfer(state=AgreedState.STOPPED))
    assert last.label == "Vor dem Wirksamwerden gestoppt"


def signed_in(client: Client, account, role: str = Role.OWNER) -> Client:
    user = UserFactory()
    user.set_password("a long secret")
    user.save()
    MembershipFactory(account=account, user=user, role=role)
    client.force_login(user)
    return client


def link_of(transfer: AgreedTransfer) -> str:
    mail = OutgoingMail.objects.get(kind="agreed_proposed", stream=transfer.stream)
    (found,) = set(re.findall(r"http://testserver(/cession/accord/\S+)", links.fill(mail.text)))
    return found


def accept(client: Client, link: str):
    page = client.get(link).content.decode()
    shown = re.search(r'name="notices" value="([^"]*)"', page)[1]
    return client.post(link, {"do": "accept", "agree": "on", "notices": shown}, follow=True)


def test_the_whole_way_from_the_form_to_the_letters(client, hand):
    service = a_service()
    holder = signed_in(client, service.account)
    answer = holder.post(NEW, TYPED | {"services": [service.pk]}, follow=True)
    transfer = AgreedTransfer.objects.get()
    assert transfer.number in answer.content.decode()
    visitor, link = Client(headers={"accept-language": "en"}), link_of(transfer)
    hand.at += timedelta(hours=1)
    assert "They will be yours after" in accept(visitor, link).content.decode()
    hand.at += timedelta(hours=24)
    sweep_agreed()
    service.refresh_from_db()
    transfer.refresh_from_db()
    assert service.account == transfer.to_account
    assert transfer.to_account.number in visitor.get(link).content.decode()
    for browser, url in (
        (visitor, link + "lettre/"),
        (holder, reverse("portal_agreed_letter", args=[transfer.pk])),
    ):
        letter = browser.get(url)
        assert letter["Content-Type"] == "application/pdf"
        assert b"".join(letter.streaming_content).startswith(b"%PDF")
    page = holder.get(reverse("portal_agreed_page", args=[transfer.pk])).content.decode()
    assert "The services are handed over" in page


def test_a_person_of_the_list_is_taken_as_he_stands_there(client, hand):
    service = a_service()
    listed = Assignee.objects.create(
        account=service.account,
        full_name="Dominique Lang",
        emails=["dominique@client.example"],
        language="de",
        created_at=DAY_ONE,
    )
    data = TYPED | {"services": [service.pk], "assignee": listed.pk, "full_name": "", "email": ""}
    signed_in(client, service.account).post(NEW, data)
    transfer = AgreedTransfer.objects.get()
    assert (transfer.full_name, transfer.language) == ("Dominique Lang", "de")


def test_agreeing_to_a_request_hands_over_to_its_claimant(client, hand):
    request = fresh_case()
    url = reverse("portal_agreed_request", args=[request.pk])
    signed_in(client, request.account)
    assert request.filing.full_name in client.get(url).content.decode()
    assert not answers().exists()
    service = request.services.get().service
    client.post(url, {"services": [service.pk], "sure": "on", "factor": "a long secret"})
    transfer = AgreedTransfer.objects.get()
    assert (transfer.email, transfer.request) == (request.filing.email, request)
    assert answers().get().kind == SignKind.AGREEMENT
    assert client.get(url)["Location"] == reverse("portal_agreed_page", args=[transfer.pk])
    accept(Client(headers={"accept-language": "en"}), link_of(transfer))
    hand.at += timedelta(days=1)
    sweep_agreed()
    request.refresh_from_db()
    assert request.state == RequestState.HOLDER_REACHED


def test_a_wrong_password_proposes_nothing_and_is_journalled(client, hand):
    service = a_service()
    data = TYPED | {"services": [service.pk], "factor": "wrong"}
    assert signed_in(client, service.account).post(NEW, data).status_code == 422
    assert not AgreedTransfer.objects.exists()
    assert JournalEntry.objects.filter(event="factor_refused").exists()


def test_sending_the_form_twice_proposes_once(client, hand):
    service = a_service()
    signed_in(client, service.account)
    data = TYPED | {"services": [service.pk]}
    client.post(NEW, data)
    assert client.post(NEW, data).status_code == 422
    assert AgreedTransfer.objects.count() == 1


@pytest.mark.parametrize("missing", ["full_name", "email", "services", "sure"])
def test_what_is_missing_is_asked_for(client, hand, missing):
    service = a_service()
    data = TYPED | {"services": [service.pk]}
    data.pop(missing)
    assert signed_in(client, service.account).post(NEW, data).status_code == 422


def test_a_service_of_another_account_is_no_choice(client, hand):
    signed_in(client, a_service().account)
    data = TYPED | {"services": [a_service().pk]}
    assert client.post(NEW, data).status_code == 422
    assert not AgreedTransfer.objects.exists()


def test_the_holder_withdraws_by_one_post(client, hand):
    transfer = accepted()
    url = reverse("portal_agreed_withdraw", args=[transfer.pk])
    signed_in(client, transfer.account)
    assert client.get(url).status_code == 405
    for _ in range(2):
        client.post(url)
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.WITHDRAWN
    assert OutgoingMail.objects.filter(kind="agreed_ended").count() == 1


def test_a_member_reads_but_neither_proposes_nor_withdraws(client, hand):
    transfer = accepted()
    signed_in(client, transfer.account, Role.MEMBER)
    assert client.get(reverse("portal_agreed_page", args=[transfer.pk])).status_code == 200
    assert client.get(NEW).status_code == 404
    assert client.post(reverse("portal_agreed_withdraw", args=[transfer.pk])).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_a_strangers_transfer_is_not_found(client, hand, role):
    transfer = accepted()
    agreed.execute_due(transfer.executes_at)
    agreed.make_due_letters(transfer.executes_at)
    signed_in(client, CustomerAccountFactory(), role)
    for name in ("portal_agreed_page", "portal_agreed_letter"):
        assert client.get(reverse(name, args=[transfer.pk])).status_code == 404
    assert client.post(reverse("portal_agreed_withdraw", args=[transfer.pk])).status_code == 404


# -- The recipient's page ------------------------------------------------------------------------


def test_looking_accepts_nothing(client, hand):
    transfer = proposed()
    assert client.get(link_of(transfer)).status_code == 200
    assert client.head(link_of(transfer)).status_code == 200
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.PROPOSED


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "nonsense"},
        {"do": "accept"},
        {"do": "accept", "agree": "on", "notices": "filing-terms:99"},
    ],
)
def test_without_the_tick_and_the_present_text_nothing_is_accepted(client, hand, data):
    transfer = proposed()
    assert client.post(link_of(transfer), data).status_code == 422
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.PROPOSED


def test_he_declines(client, hand):
    transfer = proposed()
    client.post(link_of(transfer), {"do": "decline"})
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.DECLINED


def test_a_proposal_that_is_late_asks_for_nothing(client, hand):
    transfer = proposed()
    hand.at += timedelta(days=14)
    page = client.get(link_of(transfer)).content.decode()
    assert "not accepted in time" in page
    assert "Accept the services" not in page


def test_rubbish_and_another_pages_token_are_not_found(client, hand):
    transfer = proposed()
    foreign = links.token("cession_status", transfer.pk)
    renewed = links.token("cession_agreed", transfer.pk, 1)
    for token in ("x", "0" * 32, f"{'0' * 32}.abc", foreign, renewed):
        assert client.get(f"/cession/accord/{token}/").status_code == 404
        assert client.get(f"/cession/accord/{token}/lettre/").status_code == 404


# -- Staff ---------------------------------------------------------------------------------------


def test_staff_read_it_and_a_supervisor_stops_it(client, hand):
    transfer = accepted()
    page = reverse("admin:cessions_agreedtransfer_change", args=[transfer.pk])
    stop = reverse("admin:cessions_agreedtransfer_stop", args=[transfer.pk])
    client.force_login(UserFactory(support=True))
    assert transfer.full_name in client.get(page).content.decode()
    assert (
        transfer.number
        in client.get(reverse("admin:cessions_agreedtransfer_changelist")).content.decode()
    )
    assert client.post(stop, {"reason": "Odd."}).status_code == 403
    client.force_login(UserFactory(supervisor=True))
    assert client.get(stop).status_code == 200
    client.post(stop, {"reason": "The caller was not the holder."})
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.STOPPED
    assert "The caller was not the holder." in client.get(page).content.decode()
