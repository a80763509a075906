"""Is this invoice good enough, in itself? For anybody, before a request is filed (D2, P5).

It looks at nothing but the file: it knows neither who asks nor who is hosted here, and answers the same
for any name (T4).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from stdnum.fr import siren, siret

from cessions.policies.findings import Finding, FindingCode, Outcome
from cessions.policies.reading.domains import domains_in
from cessions.policies.reading.folding import folded
from cessions.policies.reading.invoice import amount_findings, date_findings, number_findings
from cessions.policies.reading.page import Pages
from cessions.policies.words import Words, gettext_noop
from hosting.lib.reading.edata import EmbeddedInvoice
from hosting.lib.reading.words import DocumentText

MOST_SHOWN = 3
CALLED_INVOICE = re.compile(r"\b(?:factures?|rechnung(?:en|s\w*)?|invoices?)\b")
HOSTING = re.compile(
    r"\b(?:hebergements?|noms? de domaines?|site (?:web|internet)|serveurs?|mutualise|"
    r"web ?hosting|hosting|domains?|domainnamen?|domain names?|webspace|webserver|server|website)\b"
)
FRENCH_NUMBER = re.compile(r"(?<!\d)\d(?:[ .]?\d){8}(?:[ .]?\d{5})?(?!\d)")
VAT_NUMBER = re.compile(r"\b(?:fr[ .]?[0-9a-z]{2}(?:[ .]?\d){9}|de[ .]?\d(?:[ .]?\d){8})\b")
REGISTER_NUMBER = re.compile(
    r"\bhr ?[ab][ .:n°r]*\d{1,6}\b|\bsteuer-?n(?:umme)?r[ .:]*\d[\d/ ]{8,}"
)


class Point(StrEnum):
    """What is looked at."""

    READABLE = "readable"
    INVOICE = "invoice"
    NUMBER = "number"
    ISSUED = "issued"
    PERIOD = "period"
    AMOUNT = "amount"
    SERVICE = "service"
    COMPANY = "company"
    DATA = "data"


class Met(StrEnum):
    """Whether a point is met; a remark is neither good nor bad."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"
    REMARK = "remark"


@dataclass(frozen=True)
class CheckLine:
    """One point in words, what stands in the file for it, and what to do."""

    point: Point
    met: Met
    words: Words
    seen: tuple[str, ...] = ()
    advice: Words | None = None


@dataclass(frozen=True)
class InvoiceCheck:
    """All lines of one file."""

    lines: tuple[CheckLine, ...]

    @property
    def judged(self) -> tuple[CheckLine, ...]:
        return tuple(line for line in self.lines if line.met is not Met.REMARK)

    @property
    def good(self) -> int:
        return sum(line.met is Met.YES for line in self.judged)

    @property
    def complete(self) -> bool:
        return self.good == len(self.judged)


@dataclass(frozen=True)
class Told:
    """How a point is told."""

    good: str
    bad: str
    advice: str


TOLD = {
    Point.INVOICE: Told(
        gettext_noop("It calls itself an invoice."),
        gettext_noop("It does not call itself an invoice."),
        gettext_noop(
            "A quote, an order or a reminder is not enough. Look for the document that is called "
            "invoice, for instance in the e-mail with which you were asked to pay."
        ),
    ),
    Point.NUMBER: Told(
        gettext_noop("It has an invoice number."),
        gettext_noop("We found no invoice number."),
        gettext_noop("Make sure that the top of the first page is in the file."),
    ),
    Point.ISSUED: Told(
        gettext_noop("It has an invoice date."),
        gettext_noop("We found no invoice date."),
        gettext_noop("Make sure that the top of the first page is in the file."),
    ),
    Point.PERIOD: Told(
        gettext_noop("It says when it is due, or which period it covers."),
        gettext_noop("We found neither a due date nor the period that was paid for."),
        gettext_noop("If these stand on another page, send all pages in one file."),
    ),
    Point.AMOUNT: Told(
        gettext_noop("It names an amount."),
        gettext_noop("We found no amount of money."),
        gettext_noop("If the total stands on another page, send all pages in one file."),
    ),
    Point.SERVICE: Told(
        gettext_noop("It names a domain name or the hosting."),
        gettext_noop("We found neither a domain name nor the word hosting."),
        gettext_noop(
            "Look for the invoice that names your domain name or the hosting of your site. If there "
            "is none, send this one together with the order or the e-mails it belongs to."
        ),
    ),
    Point.COMPANY: Told(
        gettext_noop("It says which company made it, with a registration number."),
        gettext_noop("We found no registration number of a company (SIREN, SIRET, VAT number)."),
        gettext_noop(
            "It usually stands at the foot of the page. Make sure that the whole page is in the file; "
            "the full name of your reseller will do as well."
        ),
    ),
}
UNSURE = gettext_noop("We are not sure which of the dates is that of the invoice.")
NOT_READ = gettext_noop("We could not read any text in it.")
NOT_READ_ADVICE = gettext_noop(
    "Send the PDF as you received it, rather than a picture of it. For a photo: from straight above, in "
    "good light, the whole page, without shadow."
)
UNREADABLE = gettext_noop("We could not open it: it may be damaged, too large, or need a password.")
UNREADABLE_ADVICE = gettext_noop(
    "Open it on your device. If it opens, print it to a new PDF without a password, and send that."
)
NO_OCR = gettext_noop("It is a picture, and here we cannot read text in pictures.")
NO_OCR_ADVICE = gettext_noop(
    "People read your documents, so that a sharp picture will do. If you have the PDF itself, send that."
)
READ = gettext_noop("Its text can be read.")
READ_PICTURE = gettext_noop("It is a picture, and we could read its text.")
WITH_DATA = gettext_noop("It carries the invoice as data (e-invoice): the best that you can send.")
WITHOUT_DATA = gettext_noop("It carries no invoice as data (e-invoice). That is no obstacle.")


def check_invoice(text: DocumentText, embedded: EmbeddedInvoice | None) -> InvoiceCheck:
    """Each point of P5 that a file can meet by itself. A file without words is judged no further."""
    if not text.words and embedded is None:
        return InvoiceCheck((_not_read(text),))
    return InvoiceCheck(tuple(_lines(text, embedded)))


def _not_read(text: DocumentText) -> CheckLine:
    if text.problem == "no_ocr":
        return _readable(Met.REMARK, NO_OCR, NO_OCR_ADVICE)
    if text.problem == "unreadable":
        return _readable(Met.NO, UNREADABLE, UNREADABLE_ADVICE)
    return _readable(Met.NO, NOT_READ, NOT_READ_ADVICE)


def _readable(met: Met, words: str, advice: str = "") -> CheckLine:
    return CheckLine(Point.READABLE, met, Words(words), advice=Words(advice) if advice else None)


def _lines(text: DocumentText, embedded: EmbeddedInvoice | None) -> Iterator[CheckLine]:
    data = embedded or EmbeddedInvoice()
    pages, plain = Pages(text), folded(text.text)
    found = [*number_findings(pages), *date_findings(pages), *amount_findings(pages)]
    yield _readable(Met.YES, READ_PICTURE if text.source == "ocr" else READ)
    called = bool(CALLED_INVOICE.search(plain)) or embedded is not None
    yield _line(Point.INVOICE, called)
    numbers = _seen(found, FindingCode.INVOICE_NUMBER)
    yield _line(Point.NUMBER, [data.number, *numbers])
    yield _issued(found, data)
    ends = [*data.due_on, *data.period[-1:], *_seen(found, FindingCode.DUE_ON)]
    yield _line(Point.PERIOD, ends)
    yield _line(Point.AMOUNT, [data.total, *_seen(_totals_first(found), FindingCode.AMOUNT)])
    hosting = bool(HOSTING.search(folded(" ".join((text.text, *data.lines)))))
    domains = [match.seen for match in domains_in(pages) if match.kind != "email"]
    yield _line(Point.SERVICE, hosting or bool(domains), domains)
    yield _line(Point.COMPANY, [*data.seller_numbers, *company_numbers(plain)])
    yield CheckLine(Point.DATA, Met.REMARK, Words(WITH_DATA if embedded else WITHOUT_DATA))


def _issued(found: Iterable[Finding], data: EmbeddedInvoice) -> CheckLine:
    dated = [each for each in found if each.code == FindingCode.ISSUED_ON]
    seen = [data.issued_on, *(each.seen for each in dated)]
    line = _line(Point.ISSUED, seen)
    if data.issued_on or any(each.outcome == Outcome.FOUND for each in dated) or not dated:
        return line
    advice = Words(TOLD[Point.ISSUED].advice)
    return CheckLine(Point.ISSUED, Met.UNSURE, Words(UNSURE), line.seen, advice)


def _line(point: Point, met: object, seen: Iterable[str] | None = None) -> CheckLine:
    """`met`: whether it is, or the values that show it."""
    values = met if isinstance(met, list) else seen or ()
    shown = tuple(dict.fromkeys(value for value in values if value))[:MOST_SHOWN]
    told = TOLD[point]
    if shown if isinstance(met, list) else met:
        return CheckLine(point, Met.YES, Words(told.good), shown)
    return CheckLine(point, Met.NO, Words(told.bad), advice=Words(told.advice))


def _seen(found: Iterable[Finding], code: FindingCode) -> list[str]:
    return [each.seen for each in found if each.code == code]


def _totals_first(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: not each.details.get("total"))


def company_numbers(plain: str) -> list[str]:
    """The registration numbers of companies in a folded text: SIREN and SIRET by their check digits,
    VAT numbers of France and Germany, German register and tax numbers by their form."""
    french = [match[0] for match in FRENCH_NUMBER.finditer(plain) if _is_french(match[0])]
    others = [
        match[0].upper()
        for pattern in (VAT_NUMBER, REGISTER_NUMBER)
        for match in pattern.finditer(plain)
    ]
    return [*french, *others]


def _is_french(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    valid: Callable[[str], bool] = siret.is_valid if len(digits) == 14 else siren.is_valid
    return bool(valid(digits))
