"""The archive: which files, under which names, in which order (X6).

Two archives of an unchanged case differ in `export.json` alone (and in its line of the sums): nothing
else in them tells when they were made.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.utils import translation

from cessions.evidence import mails, rows
from cessions.evidence.files import CaseFile, files_of
from cessions.evidence.report import Told, write_report
from cessions.models import Filing
from cessions.snapshot import case_of_filing
from hosting.lib.archives import Archive, Content, pieces
from hosting.lib.onelook import one_look
from hosting.lib.provider import identity
from hosting.records.models import JournalHead
from hosting.records.services import open_file

HANDOUT = Path(__file__).parent / "handout"
INSTRUCTIONS = ("LIESMICH.txt", "LISEZMOI.txt", "README.txt")
SUMS = "SHA256SUMS"
CHECKER = "verify.py"


@dataclass(frozen=True)
class Bundle:
    """What was put into an archive, for the journal: the numbers of documents, and of those that are
    identity documents."""

    entries: int
    documents: tuple[int, ...]
    identity_documents: tuple[int, ...]


@dataclass(frozen=True)
class Made:
    """The facts of the making: `by` is a name, empty for a command."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """One file of the archive; its content is made when its turn comes."""

    name: str
    at: datetime
    content: Callable[[], Content]
    pack: bool = True
    run: bool = False


def write_bundle(filing: Filing, target: IO[bytes], *, language: str, made: Made) -> Bundle:
    """Write the evidence of `filing` into `target` as a ZIP, its report in `language`.

    Everything is read as it is at one instant. Raises PdfUnavailable on a machine without Pango.
    """
    with one_look(), Archive(target, filing.number or str(filing.pk)) as archive:
        told = _told(filing, language)
        for entry in entries(told, made):
            archive.add(entry.name, entry.content(), at=entry.at, pack=entry.pack, run=entry.run)
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in archive.sums.items())
        archive.add(SUMS, sums.encode(), at=told.at, pack=True)
        kept = [file for file in told.files if file.name and file.what == "document"]
        return Bundle(
            entries=len(archive.sums),
            documents=tuple(file.number for file in kept),
            identity_documents=tuple(file.number for file in kept if file.is_identity),
        )


def _told(filing: Filing, language: str) -> Told:
    return Told(
        filing=filing,
        case=case_of_filing(filing.pk),
        files=files_of(filing),
        people=rows.people_of(filing),
        at=rows.last_change(filing),
        language=language,
    )


def entries(told: Told, made: Made) -> Iterator[Entry]:
    """The files of the archive, sorted by name."""
    filing, at = told.filing, told.at
    for name in INSTRUCTIONS:
        yield _ours(name, at)
    case = rows.case_rows(told.case, filing, told.people)
    yield Entry("case.json", at, lambda: rows.json_document(case))
    yield from _kept(told, "contracts/")
    yield from _kept(told, "documents/")
    yield Entry("export.json", at, lambda: rows.json_document(facts_of(told, made)))
    listed = [file.row() for file in told.files]
    yield Entry("files.jsonl", at, lambda: rows.json_lines(listed))
    yield Entry("journal.jsonl", at, lambda: rows.json_lines(rows.journal_rows(filing)))
    yield from _kept(told, "letters/")
    mail_rows = (mails.mail_row(mail) for mail in mails.mails_of(filing))
    yield Entry("mails.jsonl", at, lambda: rows.json_lines(mail_rows))
    for mail in mails.mails_of(filing):
        if name := mails.file_of(mail):
            content = mails.eml(mail)
            yield Entry(name, mail.created_at, lambda content=content: content)  # type: ignore[misc]
    yield Entry("report.pdf", at, lambda: _report(told), pack=False)
    yield Entry("seals.jsonl", at, lambda: rows.json_lines(rows.seal_rows(filing)))
    yield _ours(CHECKER, at, run=True)


def facts_of(told: Told, made: Made) -> dict[str, Any]:
    """The archive's own facts, which alone tell when and for whom it was made."""
    head = JournalHead.objects.filter(stream=told.filing.stream).first()
    return {
        "case": told.filing.number,
        "made_at": made.at,
        "made_by": made.by,
        "reason": made.reason,
        "language": told.language,
        "provider": identity(),
        "time_zone": settings.TIME_ZONE,
        "journal": {
            "stream": told.filing.stream,
            "entries": head.sequence if head else 0,
            "head": head.hash if head else "",
            "last_change": told.at,
        },
    }


def _ours(name: str, at: datetime, run: bool = False) -> Entry:
    return Entry(name, at, (HANDOUT / name).read_bytes, run=run)


def _kept(told: Told, folder: str) -> Iterator[Entry]:
    """Files of a folder whose bytes are handed out; they are packed already."""
    found = [file for file in told.files if file.name.startswith(folder)]
    for file in sorted(found, key=lambda file: file.name):
        yield Entry(file.name, file.stored.stored_at, _opener(file), pack=False)


def _opener(file: CaseFile) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        with open_file(file.stored, altered=True) as source:
            yield from pieces(source)

    return read


def _report(told: Told) -> Iterator[bytes]:
    with TemporaryFile() as spool, translation.override(told.language):
        write_report(told, spool)
        spool.seek(0)
        yield from pieces(spool)
