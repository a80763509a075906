"""Wrap every kept secret with the present key of ENVELOPE_KEYS; then the former keys can go (I3)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from hosting.lib.envelope import CannotOpen
from interventions.services.backing_up import wrap_backup_keys_anew
from interventions.services.credentials import wrap_credentials_anew


class Command(BaseCommand):
    """Nothing is decrypted but the keys of the single secrets. Can be repeated at any time."""

    help = "Wrap site credentials and keys of backups with the first of ENVELOPE_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            with transaction.atomic():
                credentials, backups = wrap_credentials_anew(), wrap_backup_keys_anew()
        except CannotOpen as error:
            raise CommandError(
                f"A secret does not open with the keys in ENVELOPE_KEYS ({error}): put the former key"
                " back, behind the present one. Nothing was changed."
            ) from error
        self.stdout.write(f"wrapped anew: {credentials} credentials, {backups} backups")
