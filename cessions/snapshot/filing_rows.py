"""What the claimant filed, as frozen values: his filing, documents, consents, and what staff asked him."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cessions.snapshot.people import Person


@dataclass(frozen=True)
class FilingRow:
    id: UUID
    number: str | None
    state: str
    origin: str
    language: str
    full_name: str
    organisation: str
    email: str
    telephone: str
    postal_address: str
    country: str
    is_registered_owner: bool | None
    silent_since: date | None
    already_tried: str
    event: str
    event_details: str
    created_at: datetime
    submitted_at: datetime | None
    expires_at: datetime | None
    arrived_at: datetime | None
    entered_by: Person | None
    confirmed_at: datetime | None
    confirmed_how: str
    confirmed_by: Person | None
    link_generation: int


@dataclass(frozen=True)
class AskedRow:
    """A request of the same claimant, by his e-mail address: this one, too (V4)."""

    number: str
    state: str
    received_at: datetime
    ended_at: datetime | None
    account: str
    holder: str


@dataclass(frozen=True)
class FoundRow:
    """What a machine looked for in a document, and what came of it (D5)."""

    code: str
    outcome: str


@dataclass(frozen=True)
class ReadRow:
    """What a machine read in a document, in short; its words and places stay where they are."""

    source: str
    problem: str
    findings: tuple[FoundRow, ...]


@dataclass(frozen=True)
class DocumentRow:
    id: int
    requested_service_id: int | None
    kind: str
    state: str
    added_at: datetime
    reviewed_by: Person | None
    reviewed_at: datetime | None
    refusal: str
    reason: str
    issued_on: date | None
    valid_until: date | None
    has_statement: bool
    equivalent_for: str
    replaced_at: datetime | None
    file_id: UUID
    file_name: str
    content_type: str
    size: int
    scan_state: str
    problem: str
    found: str
    destroyed_at: datetime | None
    next_read_at: datetime | None
    read: ReadRow | None


@dataclass(frozen=True)
class ConsentRow:
    notice: str
    version: int
    at: datetime


@dataclass(frozen=True)
class QuestionRow:
    id: int
    asked_by: Person
    asked_at: datetime
    text: str
    reminders_sent: int
    next_step_at: datetime | None
    lapses_at: datetime
    answer: str
    answered_at: datetime | None
    closed_at: datetime | None
