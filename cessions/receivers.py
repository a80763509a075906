"""What the transfers hear of the rest of the house: that somebody signed in (C9)."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User
from cessions.services.signing_in import note_sign_in
from hosting.lib.clock import now


@receiver(user_logged_in, dispatch_uid="cessions.signed_in")
def signed_in(user: User, **_: Any) -> None:
    """By whatever means: password, code, passkey, recovery code."""
    note_sign_in(user, now())
