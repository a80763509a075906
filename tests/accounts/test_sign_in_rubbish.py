"""Rubbish posted to the pages of signing in is refused in words; it never breaks a page."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hosting.records.models import OutgoingMail
from tests.accounts.test_sign_in import PASSWORD, SECRET, log_in, signed_in
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

CREDENTIALS = {
    "nothing": "",
    "a letter": "x",
    "a NUL byte": "\0",
    "a NUL byte inside": '{"id": "\\u0000", "response": {}}',
    "half a character": '{"id": "\\ud800", "rawId": "\\ud800", "response": {}}',
    "an empty object": "{}",
    "a list": "[]",
    "nothing at all": "null",
    "a number": "1",
    "a very long number": "1" * 5000,
    "no number": "NaN",
    "a tower of lists": "[" * 100_000,
    "a tower of objects": '{"a":' * 5000 + "1" + "}" * 5000,
    "one megabyte": '{"id": "' + "a" * 1_000_000 + '"}',
    "a wrong id": '{"id": 1}',
    "a text for an answer": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": "x"}',
    "a list for an answer": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": []}',
    "an empty answer": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    "another kind": '{"id": "AA", "rawId": "AA", "type": 7, "response": {}}',
}


def answered(handle: object, data: str = "AAAA") -> str:
    """Something in the shape of an authenticator's answer to a question that was never asked."""
    parts = {"clientDataJSON": data, "authenticatorData": data, "signature": data}
    parts |= {"attestationObject": data, "userHandle": handle}
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": parts})


CREDENTIALS |= {
    "a huge user": answered("eno6eno6eno6eno6eno6eno6eno6"),
    "a user who is no text": answered([1]),
    "no user": answered(None),
    "a user in another alphabet": answered("é"),
    "data that is no data": answered("MQ", "eyJ9"),
    "client data without a challenge": answered("MQ", "e30"),
}
CODES = ["", " ", "\0", "é", "١٢٣٤٥٦", "x" * 1_000_000, "-1", "1e9", "\ud7ff" * 6, "123456\r\n"]


@pytest.fixture
def member() -> User:
    """Somebody with a password."""
    user = MembershipFactory().user
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def passkey(monkeypatch: pytest.MonkeyPatch, member: User) -> None:
    """A passkey of his, whose key only a real authenticator could use."""
    Authenticator.objects.create(
        user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])


def sign_in_and_confirm(client: Client, user: User) -> None:
    """With the password, and the password again: new factors ask for it."""
    log_in(client, user.email)
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def with_app(user: User) -> None:
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS.keys())
@pytest.mark.parametrize("asked", [False, True])
def test_at_the_door(client: Client, credential: str, asked: bool) -> None:
    if asked:
        client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential}, follow=True)
    assert answer.status_code == 200
    assert not signed_in(client)


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_as_second_factor(client: Client, member: User, credential: str) -> None:
    with_app(member)
    log_in(client, member.email)
    client.get(reverse("mfa_authenticate"))
    answer = client.post(reverse("mfa_authenticate"), {"credential": credential})
    assert answer.status_code == 200
    assert not signed_in(client)


@pytest.mark.parametrize("code", CODES, ids=range(len(CODES)))
@pytest.mark.parametrize("name", ["mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp"])
def test_codes(client: Client, member: User, name: str, code: str) -> None:
    if name != "mfa_activate_totp":
        with_app(member)
        log_in(client, member.email)
    if name == "mfa_reauthenticate":
        client.force_login(member)
    if name == "mfa_activate_totp":
        sign_in_and_confirm(client, member)
    client.get(reverse(name))
    assert client.post(reverse(name), {"code": code}).status_code == 200


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_when_a_passkey_is_added(client: Client, member: User, credential: str) -> None:
    sign_in_and_confirm(client, member)
    client.get(reverse("mfa_add_webauthn"))
    posted = {"credential": credential, "name": "x", "passwordless": "on"}
    answer = client.post(reverse("mfa_add_webauthn"), posted)
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS.keys())
def test_when_a_passkey_confirms_again(
    client: Client, member: User, credential: str, passkey: None
) -> None:
    client.force_login(member)
    assert client.get(reverse("mfa_reauthenticate_webauthn")).status_code == 200
    posted = {"credential": credential}
    answer = client.post(reverse("mfa_reauthenticate_webauthn"), posted, follow=True)
    assert answer.status_code == 200
    assert "account_authentication_methods" not in client.session


@pytest.mark.parametrize("typed", CODES, ids=range(len(CODES)))
def test_passwords_addresses_and_codes_by_mail(client: Client, member: User, typed: str) -> None:
    assert log_in(client, typed, typed).status_code == 200
    asked = client.post(reverse("account_request_login_code"), {"email": typed}, follow=True)
    assert asked.status_code == 200
    assert client.post(reverse("account_reset_password"), {"email": typed}).status_code == 200
    client.post(reverse("account_request_login_code"), {"email": member.email})
    assert OutgoingMail.objects.filter(kind="login_code").exists()
    confirmed = client.post(reverse("account_confirm_login_code"), {"code": typed}, follow=True)
    assert confirmed.status_code == 200
    assert not signed_in(client)
    client.force_login(member)
    again = client.post(reverse("account_reauthenticate"), {"password": typed})
    assert again.status_code == 200
