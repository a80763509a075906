"""Objecting to an agreed transfer in the space, and what its pages say of lock and reversal (X5, X7, C11)."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import EmergencyContact
from cessions.enums import AgreedState, SignKind
from cessions.models import AgreedSign, AgreedTransfer
from cessions.services import agreed
from hosting.lib import clock, links
from hosting.lib.factor import Factor
from hosting.records.models import OutgoingMail
from tests.cessions.agreements import CLIENT, DAY_ONE, HOLD_OVER, accepted
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MEANWHILE = DAY_ONE + timedelta(hours=2)
IN_THE_LOCK = HOLD_OVER + timedelta(days=2)
LOCK_OVER = HOLD_OVER + timedelta(days=30)


@pytest.fixture(autouse=True)
def hand(monkeypatch) -> list[datetime]:
    """The instant that every page reads; tests move it."""
    at = [MEANWHILE]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    monkeypatch.setattr("hosting.desk.portal.overview.views.now", lambda: at[0])
    return at


def visitor(account, role: str = Role.OWNER, **fields: object) -> Client:
    member = MembershipFactory(account=account, role=role, **fields)
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.user)
    return client


def trusted(account) -> Client:
    contact = EmergencyContact.objects.create(
        account=account,
        full_name="Nadia Vogt",
        email="nadia@mail.example",
        created_at=DAY_ONE,
        invited_at=DAY_ONE,
        confirmed_at=DAY_ONE,
    )
    return visitor(account, Role.EMERGENCY, emergency_contact=contact)


def url(transfer: AgreedTransfer, name: str = "page") -> str:
    return reverse(f"portal_agreed_{name}", args=[transfer.pk])


def state(transfer: AgreedTransfer) -> str:
    transfer.refresh_from_db()
    return transfer.state


def executed(hand) -> AgreedTransfer:
    transfer = accepted()
    agreed.execute_due(HOLD_OVER)
    hand[0] = IN_THE_LOCK
    transfer.refresh_from_db()
    return transfer


def reversed_(transfer: AgreedTransfer) -> None:
    act = agreed.propose_reversal(
        transfer.pk,
        reason="Fraud.",
        by=UserFactory(support=True),
        now=IN_THE_LOCK,
        factor=Factor.TOTP,
    )
    agreed.confirm_reversal(
        act.pk, by=UserFactory(supervisor=True), now=IN_THE_LOCK, factor=Factor.TOTP
    )
    agreed.make_due_letters(IN_THE_LOCK)


def test_one_post_stops_it_and_looking_does_not():
    transfer = accepted()
    client = visitor(transfer.account)
    assert client.get(url(transfer, "object")).status_code == 405
    client.post(url(transfer, "object"), {"answer": "nonsense"})
    assert state(transfer) == AgreedState.ACCEPTED
    answer = client.post(url(transfer, "object"), {"answer": "theft"}, follow=True)
    assert "Nothing moves any more" in answer.content.decode()
    assert state(transfer) == AgreedState.STOPPED


def test_an_emergency_contact_sees_what_runs_without_the_recipient_and_stops_it():
    transfer = accepted()
    client = trusted(transfer.account)
    assert reverse("portal_agreed") in client.get("/espace/").content.decode()
    for address in (reverse("portal_agreed"), url(transfer)):
        shown = client.get(address).content.decode()
        assert transfer.number in shown
        assert CLIENT.full_name not in shown
    answer = client.post(url(transfer, "object"), {"answer": "objection"}, follow=True)
    assert answer.status_code == 200
    assert state(transfer) == AgreedState.STOPPED
    assert AgreedSign.objects.get().emergency_contact.full_name == "Nadia Vogt"


def test_an_emergency_contact_sees_nothing_of_what_is_over(hand):
    transfer = executed(hand)
    client = trusted(transfer.account)
    assert client.get(url(transfer)).status_code == 200
    assert client.get(url(transfer, "letter")).status_code == 404
    hand[0] = LOCK_OVER
    assert client.get(url(transfer)).status_code == 404
    assert transfer.number not in client.get(reverse("portal_agreed")).content.decode()


def test_a_member_is_shown_no_button_and_stops_nothing():
    transfer = accepted()
    client = visitor(transfer.account, Role.MEMBER)
    assert url(transfer, "object") not in client.get(url(transfer)).content.decode()
    assert client.post(url(transfer, "object"), {"answer": "theft"}).status_code == 404
    assert state(transfer) == AgreedState.ACCEPTED


@pytest.mark.parametrize("role", list(Role))
def test_a_strangers_transfer_is_not_found(role):
    transfer = accepted()
    client = visitor(CustomerAccountFactory(), role)
    for name in ("page", "letter", "letter_back"):
        assert client.get(url(transfer, name)).status_code == 404
    assert client.post(url(transfer, "object"), {"answer": "theft"}).status_code == 404
    assert state(transfer) == AgreedState.ACCEPTED


def test_in_the_lock_the_holders_page_says_what_is_possible_and_takes_the_objection(hand):
    transfer = executed(hand)
    client = visitor(transfer.account)
    shown = client.get(url(transfer)).content.decode()
    assert "two of our staff can put everything back in one step" in shown
    client.post(url(transfer, "object"), {"answer": "objection"})
    assert AgreedSign.objects.filter(kind=SignKind.OBJECTION).count() == 1
    assert "We have your objection." in client.get(url(transfer)).content.decode()
    hand[0] = LOCK_OVER
    assert url(transfer, "object") not in client.get(url(transfer)).content.decode()
    late = client.post(url(transfer, "object"), {"answer": "theft"}, follow=True)
    assert "The lock is over" in late.content.decode()


def test_after_the_reversal_both_sides_read_it_and_open_their_letters(hand):
    transfer = executed(hand)
    recipient = Client(headers={"accept-language": "en"})
    mail = OutgoingMail.objects.get(kind="agreed_executed", stream=transfer.stream)
    (link,) = set(re.findall(r"http://testserver(/cession/accord/\S+)", links.fill(mail.text)))
    assert "give them back" in recipient.get(link).content.decode()
    reversed_(transfer)
    holder = visitor(transfer.account)
    assert "services are in your account again" in holder.get(url(transfer)).content.decode()
    assert "back with their former holder" in recipient.get(link).content.decode()
    for browser, address in (
        (holder, url(transfer, "letter_back")),
        (recipient, link + "lettre/retour/"),
    ):
        letter = browser.get(address)
        assert letter["Content-Type"] == "application/pdf"
        assert b"".join(letter.streaming_content).startswith(b"%PDF")
