"""What somebody saved in one window is not overwritten unseen from another (P1, L2, A1)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from cessions.services.assignees import Person, add_assignee
from hosting.lib.clock import now
from tests.factories import CustomerAccountFactory, MembershipFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def owner() -> Membership:
    member = MembershipFactory(account=CustomerAccountFactory(reachable=True))
    member.user.set_password(PASSWORD)
    member.user.save()
    return member


@pytest.fixture
def signed_in(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def mark(client: Client, address: str, text: str = "") -> str:
    """The mark that the form at `address` carries, or the one in `text`."""
    found = re.search(
        r'name="seen" value="([0-9a-f]{64})"', text or client.get(address).content.decode()
    )
    assert found is not None
    return found[1]


def test_a_change_of_an_assignee_from_an_older_window_is_said_then_kept(signed_in, owner):
    service = ServiceFactory(account=owner.account)
    listed = add_assignee(owner.account, Person("Ali", ("ali@x.example",)), [service], now=now())
    address = reverse("portal_assignees_change", args=[listed.pk])
    typed = {"full_name": "Ali", "emails": "ali@x.example", "language": "en"}
    typed |= {"services": [service.pk], "seen": mark(signed_in, address)}
    assert signed_in.post(address, typed | {"organisation": "Bakery"}).status_code == 302
    answer = signed_in.post(address, typed | {"telephone": "+33388123456"})
    page = answer.content.decode()
    assert "changed meanwhile" in page
    listed.refresh_from_db()
    assert (listed.organisation, listed.telephone) == ("Bakery", "")
    again = typed | {"telephone": "+33388123456", "seen": mark(signed_in, address, page)}
    assert signed_in.post(address, again).status_code == 302
    listed.refresh_from_db()
    assert listed.telephone == "+33388123456"


def test_an_address_from_an_older_window_uses_up_no_code(signed_in, owner):
    address = reverse("portal_data_address")
    seen = mark(signed_in, address)
    first = {"street": "1 rue A", "postal_code": "67000", "city": "Strasbourg", "language": "en"}
    more = {"factor": PASSWORD, "seen": seen}
    assert signed_in.post(address, first | more).status_code == 302
    page = signed_in.post(address, first | {"street": "2 rue B"} | more).content.decode()
    assert "changed meanwhile" in page
    owner.account.refresh_from_db()
    assert owner.account.street == "1 rue A"


def test_two_of_staff_overwrite_no_identity_of_each_other(client, owner):
    client.force_login(UserFactory(support=True))
    address = reverse("admin:accounts_customeraccount_identity", args=[owner.account_id])
    names = ("kind", "full_name", "trade_name", "registration_kind", "registration_number")
    names += ("street", "postal_code", "city", "country", "language")
    typed = {name: getattr(owner.account, name) for name in names}
    typed["seen"] = mark(client, address)
    assert client.post(address, typed | {"city": "Colmar"}).status_code == 302
    page = client.post(address, typed | {"full_name": "New Name"}).content.decode()
    assert "changed meanwhile" in page
    owner.account.refresh_from_db()
    assert (owner.account.city, owner.account.full_name != "New Name") == ("Colmar", True)
