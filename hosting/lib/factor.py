"""Confirming a factor anew: before a decision, the person at the keyboard proves who he is (X1).

Signing in is not enough, nor is having confirmed a minute ago: each act asks again. Who has an
authenticator app gives its code; who has none gives his password; who signs in with a passkey alone uses
that; who has nothing is refused, and reads what to set up.
"""

from enum import StrEnum
from typing import Any

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hosting.lib import passkey

Person = AbstractBaseUser | AnonymousUser
ASKED_AGAIN = _("Asked again each time, because this act counts.")


class Factor(StrEnum):
    """What a person can prove himself with."""

    TOTP = "totp"
    PASSWORD = "password"  # noqa: S105 (a kind, no secret)
    PASSKEY = "passkey"


class FactorRefused(Exception):
    """Not confirmed; `code` is "none" (has no factor), "wrong", or "too_many". The caller journals it."""

    WORDS = {
        "none": _(
            "This act needs a password, an authenticator app or a passkey, and you have none yet. Please"
            " set one up first: “Security”, at the top of the page."
        ),
        "wrong": _("The password or code did not match. Nothing was done; please try again."),
        "too_many": _("Too many tries. Please wait a few minutes."),
    }

    def __init__(self, code: str) -> None:
        super().__init__(str(self.WORDS[code]))
        self.code = code


def factor_of(user: Person) -> Factor | None:
    """What this user is asked for; None when he has nothing to prove himself with."""
    if not user.is_authenticated:
        return None
    if _authenticator(user) is not None:
        return Factor.TOTP
    if user.password and user.has_usable_password():
        return Factor.PASSWORD
    return Factor.PASSKEY if _has_passkey(user) else None


def confirm_factor(request: HttpRequest, secret: Any) -> Factor:
    """Check the password, code or passkey's answer that the signed-in user gave with this very request.

    Returns the kind that was confirmed, for the journal. Raises FactorRefused otherwise. Tries are
    limited per user (allauth's "reauthenticate" rate); a code works once.
    """
    factor = factor_of(request.user)
    if factor is None:
        raise FactorRefused("none")
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        raise FactorRefused("too_many")
    if not _right(request.user, factor, secret):
        raise FactorRefused("wrong")
    return factor


def _right(user: Person, factor: Factor, secret: Any) -> bool:
    if factor is Factor.PASSKEY:
        return passkey.confirms(user, secret)
    if factor is Factor.PASSWORD:
        return user.check_password(secret)
    authenticator = _authenticator(user)
    return authenticator is not None and bool(
        authenticator.wrap().validate_code(secret.replace(" ", ""))
    )


def _authenticator(user: Person) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()


def _has_passkey(user: Person) -> bool:
    found = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return bool(found.exists())


class FactorForm(forms.Form):
    """A form whose last field asks the factor: derive from it, and give it the request.

    After `is_valid()`: `confirmed` is the Factor, or `refused` the FactorRefused to journal. The
    factor is only tried when all other fields are right, so that a typing error uses up no code.
    """

    factor = forms.CharField(max_length=200, strip=False)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.confirmed: Factor | None = None
        self.refused: FactorRefused | None = None
        self.fields["factor"] = _field(request.user)
        self.order_fields([name for name in self.fields if name != "factor"])

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.confirmed = confirm_factor(self.request, self.cleaned_data.pop("factor"))
        except FactorRefused as refused:
            self.refused = refused
            self.add_error("factor", str(refused))


def _field(user: Person) -> forms.Field:
    factor = factor_of(user)
    if factor is Factor.PASSKEY:
        return passkey.PasskeyField(
            label=_("Your passkey"),
            widget=passkey.PasskeyWidget(user),
            help_text=ASKED_AGAIN,
            error_messages={"required": _("Please confirm with your passkey.")},
        )
    if factor is Factor.TOTP:
        code = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        widget: forms.Widget = forms.TextInput(attrs=code)
        return forms.CharField(
            label=_("Code of your authenticator app"), max_length=20, widget=widget
        )
    widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
    return forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=widget,
        help_text=FactorRefused.WORDS["none"] if factor is None else ASKED_AGAIN,
    )
