"""Signing in: by password, by code, with a second factor; nobody learns who has an account."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hosting.records.models import OutgoingMail
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def user() -> User:
    user = UserFactory(support=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_now() -> str:
    counter = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(SECRET, counter))


def test_staff_sign_in_and_start_in_the_back_office(client: Client, user: User) -> None:
    assert log_in(client, user.email).headers["Location"] == reverse("admin:index")


def test_others_start_at_home(client: Client, user: User) -> None:
    User.objects.update(is_staff=False)
    assert log_in(client, user.email).headers["Location"] == reverse("home")


def test_nobody_is_led_to_another_site(client: Client, user: User) -> None:
    response = log_in(client, user.email, next="https://evil.example/")
    assert response.headers["Location"] == reverse("admin:index")


def test_nobody_signs_up_by_himself(client: Client) -> None:
    client.post(reverse("account_signup"), {"email": "a@client.example", "password1": PASSWORD})
    assert not User.objects.exists()


def test_known_and_unknown_addresses_are_answered_alike(client: Client, user: User) -> None:
    for page, field in (
        ("account_reset_password", "email"),
        ("account_request_login_code", "email"),
    ):
        known = client.post(reverse(page), {field: user.email}, follow=True)
        unknown = Client(headers={"accept-language": "en"}).post(
            reverse(page), {field: "nobody@client.example"}, follow=True
        )
        assert known.redirect_chain == unknown.redirect_chain
        assert without_secrets(known, user.email) == without_secrets(
            unknown, "nobody@client.example"
        )


def without_secrets(response, email: str) -> str:
    page = response.content.decode().replace(email, "ADDRESS")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_strangers_get_no_mail(client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "nobody@client.example"})
    client.post(reverse("account_request_login_code"), {"email": "nobody@client.example"})
    assert not OutgoingMail.objects.exists()


def test_a_code_by_email_signs_in(client: Client, user: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": user.email})
    mail = OutgoingMail.objects.get(kind="login_code")
    found = re.search(r"\n\n(\S{4,})\n\n", mail.text)
    assert found is not None
    client.post(reverse("account_confirm_login_code"), {"code": found[1]})
    assert signed_in(client)


def test_a_new_password_is_chosen_by_a_link_from_the_outbox(client: Client, user: User) -> None:
    client.post(reverse("account_reset_password"), {"email": user.email})
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.sensitive, mail.language) == ("password_reset_key", True, "en")
    found = re.search(r"http://testserver(/\S+)", mail.text)
    assert found is not None
    form = client.get(found[1], follow=True)
    new = {"password1": "a much better password", "password2": "a much better password"}
    client.post(form.redirect_chain[-1][0], new)
    user.refresh_from_db()
    assert user.check_password("a much better password")
    assert OutgoingMail.objects.filter(kind="sign_in_changed").exists()


def test_the_reset_link_stands_on_our_own_address(client: Client, user: User, settings) -> None:
    settings.SITE_URL = "https://panel.easyhoster.example"
    client.post(reverse("account_reset_password"), {"email": user.email})
    assert "https://panel.easyhoster.example/compte/" in OutgoingMail.objects.get().text


def test_too_many_wrong_passwords_lock_the_door_for_a_while(client: Client, user: User) -> None:
    for _ in range(5):
        log_in(client, user.email, "wrong password")
    log_in(client, user.email)
    assert not signed_in(client)


def test_too_many_requests_get_a_page_that_says_so(client: Client) -> None:
    answers = {
        client.post(reverse("account_reset_password"), {"email": "x@client.example"}).status_code
        for _ in range(7)
    }
    assert 429 in answers


def test_a_second_factor_is_asked_for_also_on_the_way_to_the_admin(
    client: Client, user: User
) -> None:
    TOTP.activate(user, SECRET)
    assert client.get("/admin/login/").headers["Location"].startswith(reverse("account_login"))
    assert log_in(client, user.email).headers["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert signed_in(client)


def test_the_admin_takes_no_password_itself(client: Client, user: User) -> None:
    client.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert not signed_in(client)


def test_somebody_who_is_not_staff_is_refused_by_the_admin(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/admin/", follow=True).status_code == 403


def test_secrets_of_authenticators_lie_encrypted(user: User) -> None:
    TOTP.activate(user, SECRET)
    assert SECRET not in str(Authenticator.objects.get().data)


def test_an_authenticator_is_set_up_and_told_by_mail(
    client: Client, user: User, django_capture_on_commit_callbacks
) -> None:
    log_in(client, user.email)
    asked_again = client.get(reverse("mfa_activate_totp"))
    assert asked_again.headers["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked_again.headers["Location"], {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert client.get(reverse("mfa_index")).status_code == 200
    assert OutgoingMail.objects.filter(kind="sign_in_changed", recipient=user.email).exists()


def test_own_address_is_not_changed_by_oneself(client: Client, user: User) -> None:
    log_in(client, user.email)
    assert client.post("/compte/email/", {"email": "x@y.example"}).status_code == 404


def test_who_signs_in_for_an_account_starts_in_his_space(client: Client) -> None:
    member = MembershipFactory().user
    member.set_password(PASSWORD)
    member.save()
    assert log_in(client, member.email).headers["Location"] == reverse("portal_home")


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    client: Client, user: User
) -> None:
    known = log_in(client, user.email, "wrong password")
    unknown = log_in(
        Client(headers={"accept-language": "en"}), "nobody@client.example", "wrong password"
    )
    assert known.status_code == unknown.status_code == 200
    assert without_secrets(known, user.email) == without_secrets(unknown, "nobody@client.example")


def test_a_recovery_code_opens_the_door_once(client: Client, user: User) -> None:
    TOTP.activate(user, SECRET)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for opens in (True, False):
        visitor = Client()
        log_in(visitor, user.email)
        visitor.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(visitor) is opens


def test_codes_by_email_cannot_be_guessed_for_long(client: Client, user: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": user.email})
    found = re.search(r"\n\n(\S{4,})\n\n", OutgoingMail.objects.get(kind="login_code").text)
    assert found is not None
    for _ in range(5):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONGX"})
    client.post(reverse("account_confirm_login_code"), {"code": found[1]})
    assert not signed_in(client)


def test_rubbish_in_the_place_of_a_passkey_signs_nobody_in(client: Client) -> None:
    for rubbish in ("", "x", "{}", '{"id": 1}', "[]", "null"):
        client.post(reverse("mfa_login_webauthn"), {"credential": rubbish})
        assert not signed_in(client)


def test_the_passkey_page_asks_the_same_of_everybody(client: Client) -> None:
    answer = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert not answer.json()["request_options"]["publicKey"].get("allowCredentials")
