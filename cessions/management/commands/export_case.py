"""Write the evidence of a case into an archive that a third party can check (X6).

manage.py export_case T2026-000001 --reason "Requested by the court, file 12/34" --output evidence.zip
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from cessions.models import Filing
from cessions.services.export_making import write_export
from hosting.lib import clock
from hosting.lib.pdf import PdfUnavailable


class Command(BaseCommand):
    help = "Write the evidence of a case into a ZIP archive that a third party can check."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="a case number, or that of one of its requests")
        parser.add_argument("--output", type=Path, help="the file to write; <number>.zip")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)
        parser.add_argument("--reason", default="command", help="for whom, and why; it is kept")

    def handle(
        self, *args: Any, number: str, output: Path | None, language: str, reason: str, **_: Any
    ) -> None:
        found = Filing.objects.filter(Q(number=number) | Q(requests__number=number)).distinct()
        filing = found.first()
        if filing is None:
            raise CommandError(f"no case {number}")
        if not reason.strip():
            raise CommandError("--reason must say for whom, and why")
        target = output or Path(f"{filing.number}.zip")
        try:
            sha256 = write_to(target, filing, reason.strip(), language)
        except (OSError, PdfUnavailable) as error:
            raise CommandError(f"the archive could not be written: {error}") from error
        self.stdout.write(f"{sha256}  {target}")


def write_to(target: Path, filing: Filing, reason: str, language: str) -> str:
    """Write the archive beside `target`, readable by its owner alone, and put it in its place at the
    end; its SHA-256."""
    with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            row = write_export(filing, file, reason=reason, language=language, now=clock.now())
            file.flush()
            os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return row.sha256
