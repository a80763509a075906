"""What machines found in a document, as values: they prepare, people decide (D5, K3)."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from hosting.lib.rows import read_row


class TextSource(StrEnum):
    """Where the words of a document came from."""

    PDF = "pdf"
    OCR = "ocr"
    NONE = "none"


class FindingCode(StrEnum):
    """What was looked for."""

    TRADE_NAME = "trade_name"
    REGISTRATION_NUMBER = "registration_number"
    FULL_NAME = "full_name"
    SERVICE_NAME = "service_name"
    INVOICE_NUMBER = "invoice_number"
    ISSUED_ON = "issued_on"
    DUE_ON = "due_on"
    DATE = "date"
    AMOUNT = "amount"
    EMBEDDED_INVOICE = "embedded_invoice"
    PAYMENT_FITS = "payment_fits"
    MACHINE_READABLE_ZONE = "machine_readable_zone"
    IDENTITY_NAME = "identity_name"
    IDENTITY_EXPIRY = "identity_expiry"
    SIGNATURE = "signature"
    HIDDEN_TEXT = "hidden_text"


class Outcome(StrEnum):
    """What came of looking; `NEAR` says how near in `Finding.nearness`."""

    FOUND = "found"
    NEAR = "near"
    MISSING = "missing"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True)
class Place:
    """Where on a page something stands, as shares of its width and height from the top left."""

    page: int
    """From 1."""
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Finding:
    """One thing looked for, and what was seen."""

    code: FindingCode
    outcome: Outcome
    wanted: str = ""
    """What the file of the case says, where something is compared."""
    seen: str = ""
    """What stands in the document; a date is ISO 8601, an amount has a point and two places."""
    nearness: int = 100
    """Percent."""
    places: tuple[Place, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    """Further facts, by code: of a signature `intact`, `trusted`, `signed_at`, say."""


@dataclass(frozen=True)
class Findings:
    """All that was found in one document."""

    source: TextSource = TextSource.NONE
    pages: int = 0
    problem: str = ""
    """Why nothing could be read: "no_ocr", "unreadable", or empty."""
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For `Reading.findings`."""
        return asdict(self)

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> "Findings":
        """What `as_json` gave; an erased reading ({}) has no findings."""
        return read_row(cls, value) if value else cls()
