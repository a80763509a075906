"""Walk the journal's chains and seals, and name what is broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hosting.records.services.verification import Walked, verify


class Command(BaseCommand):
    help = "Walk the journal's chains and seals; exit code 1 names the first broken row of each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stream", default="", help="one stream only, as in case:<id>")

    def handle(self, *args: Any, **options: Any) -> None:
        walked = Walked()
        broken = 0
        for place in verify(walked, options["stream"]):
            broken += 1
            self.stderr.write(f"BROKEN {place}")
        count = f"{walked.entries} entries in {walked.streams} streams, {walked.seals} seals"
        if broken:
            raise CommandError(f"{broken} broken places; walked {count}")
        self.stdout.write(f"unbroken: {count}")
