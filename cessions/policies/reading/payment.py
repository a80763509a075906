"""A proof of payment: whether it fits an invoice of the same filing, by number or amount (D2, D5)."""

from collections.abc import Iterator
from itertools import chain

from cessions.policies.findings import Finding, FindingCode, Outcome
from cessions.policies.reading.folding import compact
from cessions.policies.reading.invoice import (
    amount_findings,
    date_findings,
    name_findings,
    service_findings,
)
from cessions.policies.reading.numbers import find_whole
from cessions.policies.reading.page import Pages
from cessions.policies.reading.values import amounts
from cessions.policies.reading.wanted import KnownInvoice, Wanted
from hosting.lib.reading.words import DocumentText

ENOUGH = 4  # letters and digits of a number that can stand for an invoice by itself


def payment_findings(text: DocumentText, wanted: Wanted) -> list[Finding]:
    """All that a reviewer of a proof of payment asks for. Nothing where nothing could be read."""
    if not text.words:
        return []
    pages = Pages(text)
    return [
        *fit_findings(pages, wanted),
        *name_findings(pages, None, wanted, None),
        *service_findings(pages, None, wanted),
        *date_findings(pages),
        *amount_findings(pages),
    ]


def fit_findings(pages: Pages, wanted: Wanted) -> Iterator[Finding]:
    """Which invoices of the filing are meant; one missing finding where none is."""
    fits = [fit for invoice in wanted.invoices if (fit := _fit(pages, invoice))]
    yield from fits
    if wanted.invoices and not fits:
        yield Finding(FindingCode.PAYMENT_FITS, Outcome.MISSING, nearness=0)


def _fit(pages: Pages, invoice: KnownInvoice) -> Finding | None:
    """By its number, by its total, or both: `details["by"]`. A short number needs the amount too."""
    totals = {amount.lstrip("-") for amount in invoice.totals}
    paid = [item for item in amounts(pages) if f"{abs(item.value):.2f}" in totals]
    numbered = [
        (number, words) for number in invoice.numbers if (words := find_whole(pages, number))
    ]
    if not paid and all(len(compact(number)) < ENOUGH for number, _ in numbered):
        return None
    places = pages.places(chain(*(words for _, words in numbered), *(item.words for item in paid)))
    by = ["number"] * bool(numbered) + ["amount"] * bool(paid)
    seen = numbered[0][0] if numbered else f"{abs(paid[0].value):.2f}"
    return Finding(
        FindingCode.PAYMENT_FITS,
        Outcome.FOUND,
        wanted=invoice.numbers[0] if invoice.numbers else "",
        seen=seen,
        places=places,
        details={"document": invoice.document, "by": by},
    )
