"""Who may see the space, and of which account."""

import pytest
from django.test import Client
from django.urls import reverse

from hosting.desk.portal.access import SEEN_AS
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
HOME = "/espace/"


def test_nobody_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get(HOME)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_the_owner_sees_his_own_account(client: Client) -> None:
    owner = MembershipFactory()
    MembershipFactory(account__trade_name="Somebody else")
    client.force_login(owner.user)
    page = client.get(HOME).content.decode()
    assert owner.account.number in page
    assert "Somebody else" not in page


def test_somebody_without_an_account_finds_nothing(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get(HOME).status_code == 404


def test_a_membership_that_ended_opens_nothing(client: Client) -> None:
    former = MembershipFactory()
    former.ended_at = former.created_at
    former.save()
    client.force_login(former.user)
    assert client.get(HOME).status_code == 404


def test_staff_who_look_on_change_nothing(client: Client) -> None:
    account = CustomerAccountFactory()
    client.force_login(UserFactory(support=True))
    session = client.session
    session[SEEN_AS] = account.pk
    session.save()
    assert account.number in client.get(HOME).content.decode()
    assert client.post(HOME).status_code == 403


def test_somebody_who_is_no_staff_cannot_look_on(client: Client) -> None:
    account = CustomerAccountFactory()
    client.force_login(UserFactory())
    session = client.session
    session[SEEN_AS] = account.pk
    session.save()
    assert client.get(HOME).status_code == 404
