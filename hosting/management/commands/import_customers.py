"""`manage.py import_customers FILE.csv`: existing customers and services (docs/import.md)."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from tqdm import tqdm

from hosting.imports import FileRefused, Problem, Result, compare, read, write
from hosting.imports.comparing import Missing
from hosting.imports.rows import Contents
from hosting.imports.writing import Import
from hosting.lib.clock import now

SHOWN = 100


class Command(BaseCommand):
    """Checks the file and says what it would add; `--apply` adds it, all or nothing."""

    help = "Import existing customers and services from a CSV file. Without --apply: a dry run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8, columns as in docs/import.md")
        parser.add_argument("--apply", action="store_true", help="write; otherwise only check")
        parser.add_argument(
            "--all-errors", action="store_true", help=f"show all errors, not the first {SHOWN}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        contents = self._read(file)
        missing = compare(contents)
        problems = sorted(
            contents.problems + missing.problems, key=lambda problem: (problem.line, problem.column)
        )
        if problems:
            self._show(problems, SHOWN if not options["all_errors"] else len(problems))
            raise CommandError(
                _("%(count)d errors; nothing was written.") % {"count": len(problems)}
            )
        if options["apply"]:
            self._say(_("Written: {}."), self._write(missing, file), contents, missing)
        else:
            would = Result(len(missing.new), len(missing.contacts), len(missing.services))
            self._say(_("Would be written: {}."), would, contents, missing)
            self.stdout.write(_("This was a dry run; --apply writes."))

    def _read(self, file: Path) -> Contents:
        try:
            with (
                file.open(encoding="utf-8-sig", newline="") as lines,
                tqdm(desc=_("reading"), unit=" rows", disable=None) as bar,
            ):
                return read(lines, seen=bar.update)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except FileRefused as error:
            raise CommandError(str(error)) from error

    def _write(self, missing: Missing, file: Path) -> Result:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        about = Import(now(), ZoneInfo(settings.TIME_ZONE), "system", digest)
        total = len(missing.new) + len(missing.contacts) + len(missing.services)
        try:
            with tqdm(total=total, desc=_("writing"), unit=" rows", disable=None) as bar:
                return write(missing, about, seen=bar.update)
        except DatabaseError as error:
            words = _("The database refused it, and nothing was written: %(error)s")
            raise CommandError(words % {"error": error}) from error

    def _show(self, problems: list[Problem], count: int) -> None:
        for problem in problems[:count]:
            place = _("line %(line)d") % {"line": problem.line}
            column = f", {problem.column}" if problem.column else ""
            self.stderr.write(f"{place}{column}: {problem.words}")
        if len(problems) > count:
            self.stderr.write(_("… and %(count)d more") % {"count": len(problems) - count})

    def _say(self, words: str, result: Result, contents: Contents, missing: Missing) -> None:
        counts = _("%(accounts)d accounts, %(contacts)d contacts, %(services)d services") % {
            "accounts": result.accounts,
            "contacts": result.contacts,
            "services": result.services,
        }
        self.stdout.write(words.format(counts))
        rows = _("%(rows)d rows read; %(here)d accounts were here already.")
        self.stdout.write(rows % {"rows": contents.rows, "here": len(missing.here)})
