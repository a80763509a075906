"""`manage.py seed_demo`: data that shows every screen alive (development only)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hosting.desk.demo import seed
from hosting.lib import clock


class Command(BaseCommand):
    help = "Fill an empty development database with the demo. A second run adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--people", action="store_true", help="staff, resellers and services, no cases"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("seed_demo works in development only (DEVELOPMENT=on)")
        if not settings.SCAN_BYPASS:
            raise CommandError("the demo's documents are never scanned: set SCAN_BYPASS=on")
        if seed.is_seeded():
            self.stdout.write("The demo is here already; nothing was added.")
            return
        if not seed.is_empty():
            raise CommandError("this database has users or customers of its own: no demo added")
        with transaction.atomic():  # killed half-way, it leaves nothing, and the next start seeds
            seed.seed(clock.now(), with_cases=not options["people"])
        self.stdout.write("The demo is ready.")
