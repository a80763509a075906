"""What the transfers hear of the rest of the house: that somebody signed in (C9), that a file was
checked (D6)."""

from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User
from cessions.services.file_checks import note_check
from cessions.services.signing_in import note_sign_in
from hosting.lib import clock
from hosting.records.models import StoredFile
from hosting.records.services.checking import file_checked


@receiver(user_logged_in, dispatch_uid="cessions.signed_in")
def signed_in(user: User, **_: Any) -> None:
    """By whatever means: password, code, passkey, recovery code."""
    note_sign_in(user, clock.now())


@receiver(file_checked, dispatch_uid="cessions.file_checked")
def checked(file: StoredFile, now: datetime, **_: Any) -> None:
    """In the transaction that writes the verdict."""
    note_check(file, now=now)
