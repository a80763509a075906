"""After storage came back from a backup: delete again what had been destroyed."""

from typing import Any

from django.core.management.base import BaseCommand

from hosting.lib import clock
from hosting.records.services import destroying


class Command(BaseCommand):
    help = "Delete the bytes of all destroyed files once more: for after a restore of the storage."

    def handle(self, *args: Any, **options: Any) -> None:
        count = destroying.delete_again(clock.now())
        self.stdout.write(f"{count} destroyed files: their bytes are deleted again within minutes")
