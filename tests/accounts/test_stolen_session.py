"""A stolen session alone makes no factor: each new one needs an older one, or the mailbox (X1, X7)."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hosting.lib.factor import factor_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NEW = "a thief chose this one"


@pytest.fixture
def user() -> User:
    """Somebody who signs in by the code from his mailbox: he has neither password nor app."""
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def stolen(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_it_sets_no_first_password(stolen: Client, user: User) -> None:
    answer = stolen.post("/compte/password/set/", {"password1": NEW, "password2": NEW})
    assert answer.headers["Location"] == reverse("account_reset_password")
    user.refresh_from_db()
    assert factor_of(user) is None


@pytest.mark.parametrize("way", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_it_adds_no_app_and_no_passkey(stolen: Client, user: User, way: str) -> None:
    for answer in (stolen.get(reverse(way)), stolen.post(reverse(way), {"code": "000000"})):
        assert answer.headers["Location"] == reverse("account_reset_password")
    assert "mfa.totp.secret" not in stolen.session
    assert not Authenticator.objects.filter(user=user).exists()


def test_the_way_to_a_first_password_leads_through_the_mailbox(
    english: None, stolen: Client
) -> None:
    page = stolen.get(reverse("mfa_activate_totp"), follow=True)
    assert page.request["PATH_INFO"] == reverse("account_reset_password")
    assert "choose a password first" in page.content.decode()
