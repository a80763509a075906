"""A factor is confirmed anew for each act that counts (X1)."""

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from hosting.lib.factor import Factor, FactorForm, FactorRefused, confirm_factor, factor_of
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXP"


def request_of(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().post("/")
    request.user = user
    return request


def with_password() -> User:
    user = UserFactory(supervisor=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def code_now() -> str:
    return format_hotp_value(hotp_value(SECRET, list(yield_hotp_counters_from_time())[1]))


def refusal(user: User | AnonymousUser, secret: str) -> str:
    with pytest.raises(FactorRefused) as refused:
        confirm_factor(request_of(user), secret)
    return refused.value.code


def test_a_password_confirms() -> None:
    assert confirm_factor(request_of(with_password()), PASSWORD) is Factor.PASSWORD


def test_a_wrong_password_does_not() -> None:
    assert refusal(with_password(), "something else") == "wrong"


def test_somebody_with_neither_password_nor_authenticator_is_refused() -> None:
    user = UserFactory(supervisor=True)
    assert (factor_of(user), refusal(user, "")) == (None, "none")
    user.set_unusable_password()
    assert (factor_of(user), refusal(user, "")) == (None, "none")


def test_somebody_with_neither_reads_beforehand_what_to_set_up() -> None:
    form = ActForm(request=request_of(UserFactory()))
    assert "“Security”" in str(form.fields["factor"].help_text)


@pytest.fixture
def passkey_only(monkeypatch: pytest.MonkeyPatch) -> User:
    user = UserFactory()
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    return user


@pytest.mark.parametrize("answer", ['{"id": "AA"}', "x", "[" * 9000, '{"response": []}', "{}"])
def test_what_is_no_answer_of_a_passkey_confirms_nothing(passkey_only: User, answer: str) -> None:
    request = request_of(passkey_only)
    request.session = SessionStore()
    with request_context(request):
        assert factor_of(passkey_only) is Factor.PASSKEY
        assert "Confirm with my passkey" in ActForm(request=request).as_p()
        form = ActForm({"reason": "because", "factor": answer}, request=request)
        assert not form.is_valid()
        assert form.confirmed is None


def test_a_visitor_is_refused() -> None:
    assert refusal(AnonymousUser(), PASSWORD) == "none"


def test_with_an_authenticator_its_code_confirms_and_the_password_does_not() -> None:
    user = with_password()
    TOTP.activate(user, SECRET)
    assert refusal(user, PASSWORD) == "wrong"
    assert confirm_factor(request_of(user), code_now()) is Factor.TOTP


def test_a_code_confirms_once() -> None:
    user = with_password()
    TOTP.activate(user, SECRET)
    code = code_now()
    confirm_factor(request_of(user), code)
    assert refusal(user, code) == "wrong"


def test_tries_are_limited_also_when_the_right_one_comes_last() -> None:
    user = with_password()
    assert [refusal(user, "wrong") for _ in range(10)] == ["wrong"] * 10
    assert refusal(user, PASSWORD) == "too_many"


class ActForm(FactorForm):
    reason = forms.CharField()


def test_a_form_that_is_right_confirms_with_the_same_request() -> None:
    user = with_password()
    form = ActForm({"reason": "because", "factor": PASSWORD}, request=request_of(user))
    assert form.is_valid()
    assert form.confirmed is Factor.PASSWORD
    assert form.cleaned_data == {"reason": "because"}
    assert list(form.fields) == ["reason", "factor"]


def test_a_form_tells_why_the_factor_was_refused() -> None:
    form = ActForm({"reason": "because", "factor": "no"}, request=request_of(with_password()))
    assert not form.is_valid()
    assert form.refused is not None
    assert form.refused.code == "wrong"


def test_a_form_with_another_error_uses_up_no_code() -> None:
    user = with_password()
    TOTP.activate(user, SECRET)
    code = code_now()
    assert not ActForm({"reason": "", "factor": code}, request=request_of(user)).is_valid()
    assert ActForm({"reason": "x", "factor": code}, request=request_of(user)).is_valid()
