"""`fetch_mail`: what the sweep does each minute, for whoever wants to see whether IMAP_URL is right."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.management.base import CommandError as Refused

from hosting.lib import clock
from interventions.services import mailbox


class Command(BaseCommand):
    help = "Fetch what is new in the mailbox of IMAP_URL; a worker reads it. Trouble is logged."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IMAP_URL:
            raise Refused("IMAP_URL is empty: there is no mailbox to fetch from")
        self.stdout.write(f"{mailbox.fetch(clock.now)} mails taken in")
