"""Passkeys in a real browser with a virtual authenticator, under the strict policy."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import EmergencyContact, User
from tests.browser.axe import check_page, check_shown
from tests.browser.test_axe_frame import with_password
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(page: Page) -> None:
    """A built-in authenticator that knows its owner (fingerprint) and keeps passkeys."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


@pytest.mark.usefixtures("key")
def test_a_passkey_is_added_signs_in_and_confirms_again(
    page: Page, live_server: Any, console: list[str]
) -> None:
    user = with_password(MembershipFactory().user)
    base = live_server.url
    sign_in_with_password(page, base, user)
    begin_to_add(page, base)
    check_shown(page, console)
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(user=user, type="webauthn").exists()
    check_page(page, base + "/compte/2fa/webauthn/", console)
    check_page(page, base + "/compte/2fa/reauthenticate/", console)
    check_page(page, base + "/compte/2fa/webauthn/reauthenticate/", console)
    page.locator("#mfa_webauthn_reauthenticate").click()
    page.wait_for_url("**/espace/")

    page.context.clear_cookies()
    page.goto(base + "/compte/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/espace/")


@pytest.mark.usefixtures("key")
def test_a_passkey_is_a_second_factor_beside_the_password(page: Page, live_server: Any) -> None:
    user = with_password(MembershipFactory().user)
    sign_in_with_password(page, live_server.url, user)
    begin_to_add(page, live_server.url)
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    page.context.clear_cookies()
    sign_in_with_password(page, live_server.url, user, then="**/2fa/authenticate/")
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url("**/espace/")


@pytest.mark.usefixtures("key")
def test_who_has_only_a_passkey_confirms_an_act_with_it(
    page: Page, live_server: Any, console: list[str]
) -> None:
    """A8 asks the factor anew; what was typed goes with it."""
    user = with_password(MembershipFactory().user)
    sign_in_with_password(page, live_server.url, user)
    begin_to_add(page, live_server.url)
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    user.set_unusable_password()
    user.save()
    page.context.clear_cookies()
    page.goto(live_server.url + "/compte/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/espace/")
    page.goto(live_server.url + reverse("portal_trusted_name"))
    check_shown(page, console)
    page.get_by_label("Full name").fill("Sam Durand")
    page.get_by_label("E-mail address").fill("sam@family.example")
    page.get_by_role("button", name="Confirm with my passkey").click()
    page.wait_for_url("**" + reverse("portal_trusted"))
    assert EmergencyContact.objects.get().email == "sam@family.example"


def begin_to_add(page: Page, base: str) -> None:
    """Adding a passkey asks the password again."""
    page.goto(base + "/compte/2fa/webauthn/add/")
    page.locator("#id_password").fill("correct horse battery")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/webauthn/add/")


def sign_in_with_password(page: Page, base: str, user: User, then: str = "**/espace/") -> None:
    page.goto(base + "/compte/login/")
    page.locator("#id_login").fill(user.email)
    page.locator("#id_password").fill("correct horse battery")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(then)


def test_an_unknown_passkey_is_said_in_words(
    page: Page, live_server: Any, console: list[str], key: None
) -> None:
    page.goto(live_server.url + "/compte/login/")
    page.locator("#passkey_login").click()
    page.locator("#passkey-problem").wait_for()
    check_shown(page, console)


@pytest.mark.parametrize("path", ["", "inviter/"])
def test_page_of_the_people_is_for_everybody(
    page: Page, live_server: Any, console: list[str], sign_in: Callable[[User], None], path: str
) -> None:
    owner = MembershipFactory()
    MembershipFactory(account=owner.account, role="member")
    MembershipFactory(user=owner.user)
    sign_in(with_password(owner.user))
    check_page(page, f"{live_server.url}/espace/equipe/{path}", console)
