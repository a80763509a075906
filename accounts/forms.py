"""What people type: the password of an invited user, the invitation itself."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hosting.lib.passkey import PasskeyField, rubbish_refused


class JoinForm(forms.Form):
    """An invited user chooses his password."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey gets a name, and whether it opens the door alone; in our words."""

    credential = PasskeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this passkey alone, without a password")
        alone.help_text = _("It then asks for your fingerprint, your face or its PIN.")

    def clean(self) -> dict[str, Any]:
        with rubbish_refused():
            return super().clean()


class PasskeyLoginForm(LoginWebAuthnForm):
    """Anybody can post here: what is no passkey's answer is refused like a wrong one."""

    credential = PasskeyField()

    def clean_credential(self) -> Authenticator:
        with rubbish_refused():
            return super().clean_credential()


class PasskeyFactorForm(AuthenticateWebAuthnForm):
    """The passkey as second factor, after the password."""

    credential = PasskeyField()

    def clean_credential(self) -> Authenticator:
        with rubbish_refused():
            return super().clean_credential()


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """The passkey once more, before something that touches the account's safety."""

    credential = PasskeyField()

    def clean_credential(self) -> Authenticator:
        with rubbish_refused():
            return super().clean_credential()


class InviteForm(forms.ModelForm):
    """A colleague is invited by e-mail; nobody types a password for another."""

    class Meta:
        model = User
        fields = ["email", "full_name", "language", "groups"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("A user with this e-mail address exists already."))
        return email
