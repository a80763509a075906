"""Which readers look at which kind of document: one function per group of kinds (D5).

A reader gets a `ReadingInput` and gives findings. It decides nothing, asks the database nothing, and
opens the bytes, if it must, in a child process alone (`hosting.lib.child`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from cessions.enums import DocumentKind
from cessions.policies.findings import Finding
from cessions.policies.identity import identity_findings
from cessions.policies.reading.general import general_findings
from cessions.policies.reading.hidden import hidden_findings
from cessions.policies.reading.invoice import invoice_findings
from cessions.policies.reading.payment import payment_findings
from cessions.policies.reading.wanted import Wanted
from cessions.policies.signing import signature_findings, unread_signatures
from hosting.lib import paperscan
from hosting.lib.reading import DocumentText, Unreadable, embedded_invoice, read_zone

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


def read_identity(given: ReadingInput) -> list[Finding]:
    """The zone of an identity document against the people it can be of, valid on filing (D1, D2)."""
    try:
        zone = read_zone(given.content, given.content_type, given.today)
    except Unreadable:
        zone = None
    people = PEOPLE[DocumentKind(given.kind)](given.wanted)
    return identity_findings(zone, people, given.wanted.filed_on)


def read_signed(given: ReadingInput) -> list[Finding]:
    """The electronic signatures of any PDF."""
    if given.content_type != PDF:
        return []
    try:
        found = paperscan.read_signatures(given.content, settings.SIGNATURE_ROOTS)
    except Unreadable:
        return [] if given.text.problem == "unreadable" else [unread_signatures()]
    return list(signature_findings(found))


def read_hidden(given: ReadingInput) -> list[Finding]:
    """What the file holds and does not show."""
    return list(hidden_findings(given.text))


PEOPLE: Mapping[DocumentKind, Callable[[Wanted], tuple[str, ...]]] = {
    DocumentKind.OWNER_IDENTITY: lambda wanted: wanted.owners or (wanted.claimant,),
    DocumentKind.CLAIMANT_IDENTITY: lambda wanted: (wanted.claimant,),
    DocumentKind.REPRESENTATIVE_IDENTITY: lambda wanted: (wanted.claimant, *wanted.owners),
}
"""Whom each identity document should show; a representative may be the claimant or be named as the
owner beside the organisation."""

READERS: Mapping[str, tuple[Reader, ...]] = {
    DocumentKind.INVOICE: (read_invoice,),
    DocumentKind.PAYMENT_PROOF: (read_payment,),
    DocumentKind.CONTRACT: (read_other,),
    DocumentKind.OWNER_AUTHORITY: (read_other,),
    DocumentKind.REGISTER_EXTRACT: (read_other,),
    DocumentKind.OTHER: (read_other,),
    **dict.fromkeys(PEOPLE, (read_identity,)),
}
EVERY_KIND: tuple[Reader, ...] = (read_signed, read_hidden)
"""Readers of all kinds."""


def findings_of(given: ReadingInput) -> Iterator[Finding]:
    """What all readers of the document's kind find."""
    for reader in (*READERS.get(given.kind, ()), *EVERY_KIND):
        yield from reader(given)
