"""The report of a case as PDF: everything that is recorded of it, in the reader's language (X6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cessions.evidence import report_case, report_search, report_words
from cessions.evidence.blocks import Section, pages, shown
from cessions.evidence.files import CaseFile
from cessions.models import Filing
from cessions.naming import names
from cessions.snapshot import Case
from hosting.lib.pdfbook import Line, bind
from hosting.lib.provider import identity

STYLESHEET = "css/evidence.css"


@dataclass(frozen=True)
class Told:
    """What an archive tells of: the case as it stood at its last change `at`."""

    filing: Filing
    case: Case
    files: Sequence[CaseFile]
    people: dict[str, str]
    at: datetime
    language: str


def write_report(told: Told, target: IO[bytes]) -> int:
    """Write the PDF into `target`, in the active language; its number of pages. Raises PdfUnavailable."""
    title = _("Evidence of the case %(number)s") % {"number": told.filing.number}

    def cover(lines: Sequence[Line]) -> str:
        return render_to_string("pdf/evidence/cover.html", {**words, "lines": lines})

    def feet(pages: int) -> str:
        return render_to_string("pdf/evidence/feet.html", {**words, "pages": range(pages - 1)})

    words = {
        "language": told.language,
        "title": title,
        "number": told.filing.number,
        "provider": identity(),
        "services": names(told.case.services),
        "claimant": told.case.filing.full_name,
        "holders": [row.account.name for row in told.case.requests if row.account],
        "requests": report_case.requests_in_words(told.case),
        "at": shown(told.at),
        "page_word": _("Page"),
    }
    return bind(
        pages(sections(told), told.language),
        target,
        cover=cover,
        feet=feet,
        stylesheet=STYLESHEET,
        language=told.language,
        title=title,
    )


def sections(told: Told) -> Iterator[Section]:
    """The chapters of the report."""
    case, filing, at = told.case, told.filing, told.at
    yield report_case.claimant(case)
    yield report_case.services(case)
    for request in case.requests:
        yield report_case.holder(request)
        yield report_search.clocks(case, request, at)
        yield report_search.signs(request)
        yield report_case.decisions(case, request)
    yield report_case.documents(case, told.files)
    yield report_case.challenges(filing)
    yield report_words.conversation(filing, case)
    yield report_words.remarks(case)
    yield report_case.letters(case, told.files)
    yield report_words.mails_sent(filing)
    yield report_words.journal(filing, told.people)
    yield report_words.how_to_check(filing)
