"""How django-allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hosting.lib.clock import now
from hosting.lib.crypto import seal, unseal
from hosting.records.services import queue_mail, render_mail

CHANGES = {
    "password_changed": _("The password of your account was changed."),
    "password_reset": _("The password of your account was changed."),
    "password_set": _("A password was set for your account."),
    "totp_activated": _("An authenticator app was set up for your account."),
    "totp_deactivated": _("The authenticator app of your account was switched off."),
    "webauthn_added": _("A passkey was added to your account."),
    "webauthn_removed": _("A passkey of your account was removed."),
    "recovery_codes_generated": _("New recovery codes were made for your account."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by himself; mails go out through the outbox, in the user's language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff start in the back office, who signs in for an account in his space, others at home."""
        if request.user.is_staff:
            return reverse("admin:index")
        has_account = request.user.memberships.filter(ended_at__isnull=True).exists()
        return reverse("portal_home" if has_account else "home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link stands on our own address, whatever host the request named."""
        uid, secret = key.split("-", 1)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": secret})
        return settings.SITE_URL + path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox. Never shown to staff: such mails hold links and codes that open accounts."""
        kind = template_prefix.rpartition("/")[2]
        language = _language_of(email)
        if kind in CHANGES:
            kind, context = "sign_in_changed", {"what": CHANGES[kind]}
        mail = render_mail(kind, language, context)
        queue_mail(
            kind=kind,
            recipient=email,
            language=language,
            now=now(),
            sensitive=True,
            **mail._asdict(),
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Told to the address he signs in with, whether or not allauth keeps a row for it."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes lie encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


def _language_of(email: str) -> str:
    language = User.objects.filter(email__iexact=email).values_list("language", flat=True).first()
    return language or settings.LANGUAGE_CODE
