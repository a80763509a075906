"""Give the application's role what it needs, and no right over evidence."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hosting.desk.grants import NotGrantable, grant_to


class Command(BaseCommand):
    help = "Grant ROLE what the application needs; run it as the tables' owner after each migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="an existing role that owns nothing and is no superuser")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tables = grant_to(options["role"])
        except NotGrantable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['role']} may work on {tables} tables; evidence stays closed")
