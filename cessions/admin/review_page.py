"""What the page shows on which a document is judged: the rule, what the file of the case says, what
machines found, and the way through the documents of the case (D4, D5)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from cessions import facts, policies
from cessions.enums import DocumentKind, DocumentState
from cessions.models import Document
from cessions.naming import names
from cessions.policies import finding_words
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.policies.findings import Finding, FindingCode, Findings, Place
from cessions.snapshot import AccountRow, Case, DocumentRow, RequestRow, ServiceRow

TO_FILL = {
    FindingCode.IDENTITY_EXPIRY: "valid_until",
    FindingCode.ISSUED_ON: "issued_on",
}


@dataclass(frozen=True)
class Box:
    """A mark on a page, in shares of its width and height, written so that every language reads it."""

    x: str
    y: str
    width: str
    height: str
    number: int
    tone: str


@dataclass(frozen=True)
class ShownFinding:
    """A finding in words, with the pages on which its marks stand."""

    number: int
    said: finding_words.Said
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Suggestion:
    """A date that was read, offered beside the field that asks for it; never filled in by itself."""

    field: str
    day: date


# -- What machines found -------------------------------------------------------------------------


def findings_of(document: Document) -> Findings | None:
    """What was found in `document`; None where no machine looked at it, or the findings are gone."""
    reading = getattr(document, "reading", None)
    if reading is None or reading.erased_at is not None:
        return None
    return Findings.of_json(reading.findings)


def reading_words(document: Document, findings: Findings | None) -> str:
    """Where the findings come from, or why there are none."""
    if findings is not None:
        return str(finding_words.about_text(findings))
    if document.next_read_at is not None:
        return _("A machine is about to read this document. Load the page again in a moment.")
    if getattr(document, "reading", None) is not None:
        return _("What was found in this document has been erased.")
    return _("No machine has read this document: it is judged by eye alone.")


def shown_findings(findings: Sequence[Finding]) -> list[ShownFinding]:
    """The findings in words, numbered as their marks are."""
    return [
        ShownFinding(
            number,
            finding_words.say(finding, written),
            tuple(sorted({place.page for place in finding.places})),
        )
        for number, finding in enumerate(findings, start=1)
    ]


def written(code: FindingCode, text: str) -> str:
    """A value as the reader writes it: dates and amounts in his language."""
    if code in finding_words.DATES:
        day = day_of(text)
        return date_format(day, "DATE_FORMAT") if day else text
    if code == FindingCode.AMOUNT:
        return number_format(Decimal(text), 2, force_grouping=True) if is_amount(text) else text
    return text


def is_amount(text: str) -> bool:
    """Whether `text` is digits with a point and two places."""
    whole, _point, cents = text.partition(".")
    return (whole + cents).isascii() and (whole + cents).isdigit()


def day_of(text: str) -> date | None:
    """The date that `text` says in ISO 8601; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def marks(findings: Sequence[Finding]) -> dict[int, list[Box]]:
    """The marks of the findings by page."""
    found: dict[int, list[Box]] = {}
    for number, finding in enumerate(findings, start=1):
        for place in finding.places:
            tone = finding_words.TONES[finding.outcome]
            found.setdefault(place.page, []).append(box(place, number, tone))
    return found


def box(place: Place, number: int, tone: str) -> Box:
    """One mark, a little larger than the words and never beyond the page."""
    left, top = max(0.0, place.left - 0.004), max(0.0, place.top - 0.003)
    right, bottom = min(1.0, place.right + 0.004), min(1.0, place.bottom + 0.003)
    sides = (left, top, max(0.0, right - left), max(0.0, bottom - top))
    x, y, width, height = (f"{side:.4f}" for side in sides)
    return Box(x, y, width, height, number, tone)


def suggestions(kind: str, findings: Sequence[Finding]) -> dict[str, Suggestion]:
    """Dates that were read for the fields of this kind of document, the first of each."""
    asked = set()
    if kind in IDENTITY_KINDS:
        asked.add("valid_until")
    if kind == DocumentKind.REGISTER_EXTRACT:
        asked.add("issued_on")
    found: dict[str, Suggestion] = {}
    for finding in findings:
        field, day = TO_FILL.get(finding.code, ""), day_of(finding.seen)
        if field in asked and day and finding.outcome in finding_words.SEEN:
            found.setdefault(field, Suggestion(field, day))
    return found


# -- The rule, and what the file says --------------------------------------------------------------


def rules(case: Case, document: Document, at: datetime) -> list[dict[str, Any]]:
    """The lines of the checklists that the document is for, each once with its services (D1 to D4)."""
    found: dict[tuple[str, str, bool], dict[str, Any]] = {}
    for service in services_of(case, document):
        for line in facts.checklist(case, service, at):
            if line.kind == document.kind or document.pk in line.document_ids:
                key = (line.kind, str(line.help), line.required)
                found.setdefault(key, {"line": line, "services": []})["services"].append(service)
    return [{**rule, "names": names(rule["services"])} for rule in found.values()]


def services_of(case: Case, document: Document) -> list[ServiceRow]:
    """The services that the document speaks for."""
    about = document.requested_service_id
    return [service for service in case.services if about in (None, service.id)]


def wanted(case: Case, document: Document) -> Iterator[tuple[str, str]]:
    """What the file of the case says, to be compared with the document: labels and words."""
    filing = case.filing
    yield _("Claimant"), ", ".join(filter(None, [filing.full_name, filing.organisation]))
    services = services_of(case, document)
    yield _("Services"), ", ".join(names(services))
    owners = {(service.owner_name, service.owner_organisation) for service in services}
    for owner, organisation in sorted(owners):
        if owner or organisation:
            yield _("Registered owner"), ", ".join(filter(None, [owner, organisation]))
    for account in accounts(case, services):
        yield from of_account(account)


def accounts(case: Case, services: Iterable[ServiceRow]) -> list[AccountRow]:
    """The accounts that the services are asked of."""
    concerned = {service.request_id for service in services}
    rows = [row.account for row in case.requests if row.id in concerned]
    return [account for account in rows if account is not None]


def of_account(account: AccountRow) -> Iterator[tuple[str, str]]:
    """The three names of A1, and former ones that older invoices may bear (A4, D4)."""
    yield _("Trade name"), account.trade_name
    yield _("Registration number"), account.registration_number
    yield _("Holder"), account.full_name
    if account.former_names:
        yield _("Former names"), ", ".join(account.former_names)


# -- The way through the documents -------------------------------------------------------------------


def way(case: Case, document: Document) -> dict[str, Any]:
    """Where the document stands among those of the case, and what comes before and after it."""
    rows = [row for row in case.documents if row.state != DocumentState.REPLACED]
    place = next((i for i, row in enumerate(rows) if row.id == document.pk), None)
    return {
        "place": None if place is None else place + 1,
        "count": len(rows),
        "waiting": sum(row.state == DocumentState.TO_REVIEW for row in rows),
        "before": rows[place - 1].id if place else None,
        "after": rows[place + 1].id if place is not None and place + 1 < len(rows) else None,
    }


def next_to_review(rows: Iterable[DocumentRow], after: int) -> int | None:
    """The document to judge after the one with the id `after`, in turn; None when all are judged."""
    waiting = [row.id for row in rows if row.state == DocumentState.TO_REVIEW and row.id != after]
    return next((pk for pk in waiting if pk > after), next(iter(waiting), None))


def request_of(case: Case, document: Document) -> RequestRow:
    """The request to which the reviewer goes back: that of the document's service, else an open one."""
    concerned = {service.request_id for service in services_of(case, document)}
    mine = [row for row in case.requests if row.id in concerned] or list(case.requests)
    return next((row for row in mine if policies.is_open(row.state)), mine[0])


def case_url(request: RequestRow) -> str:
    """The case's page, at its documents."""
    page = reverse("admin:cessions_transferrequest_change", args=[request.id])
    return f"{page}#documents"
