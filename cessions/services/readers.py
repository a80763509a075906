"""Which readers look at which kind of document: one function per group of kinds (D5).

A reader gets a `ReadingInput` and gives findings. It decides nothing, asks the database nothing, and
opens the bytes, if it must, in a child process alone (`hosting.lib.child`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cessions.enums import DocumentKind
from cessions.policies.findings import Finding
from cessions.policies.reading.general import general_findings
from cessions.policies.reading.invoice import invoice_findings
from cessions.policies.reading.payment import payment_findings
from cessions.policies.reading.wanted import Wanted
from hosting.lib.reading import DocumentText, Unreadable, embedded_invoice

PDF = "application/pdf"


@dataclass(frozen=True)
class ReadingInput:
    """A document as its readers get it."""

    kind: str
    content: bytes
    content_type: str
    text: DocumentText
    wanted: Wanted
    today: date
    """The provider's local date."""


Reader = Callable[[ReadingInput], Iterable[Finding]]


def read_invoice(given: ReadingInput) -> list[Finding]:
    embedded = None
    if given.content_type == PDF:
        try:
            embedded = embedded_invoice(given.content)
        except Unreadable:  # the text alone, then
            embedded = None
    return invoice_findings(given.text, embedded, given.wanted)


def read_payment(given: ReadingInput) -> list[Finding]:
    return payment_findings(given.text, given.wanted)


def read_other(given: ReadingInput) -> list[Finding]:
    return general_findings(given.text, given.wanted)


READERS: Mapping[str, tuple[Reader, ...]] = {
    DocumentKind.INVOICE: (read_invoice,),
    DocumentKind.PAYMENT_PROOF: (read_payment,),
    DocumentKind.CONTRACT: (read_other,),
    DocumentKind.OWNER_AUTHORITY: (read_other,),
    DocumentKind.REGISTER_EXTRACT: (read_other,),
    DocumentKind.OTHER: (read_other,),
}
EVERY_KIND: tuple[Reader, ...] = ()
"""Readers of all kinds."""


def findings_of(given: ReadingInput) -> Iterator[Finding]:
    """What all readers of the document's kind find."""
    for reader in (*READERS.get(given.kind, ()), *EVERY_KIND):
        yield from reader(given)
