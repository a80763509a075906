"""The search for the holder, as frozen values: attempts, signs of life, extensions, lifted absences."""

from dataclasses import dataclass
from datetime import date, datetime

from cessions.snapshot.people import Person


@dataclass(frozen=True)
class OutcomeRow:
    """What a person noted of an attempt that he made."""

    at: datetime
    kind: str
    text: str
    by: Person


@dataclass(frozen=True)
class AttemptRow:
    """One try to reach the holder; of an e-mail with what the server answered."""

    id: int
    at: datetime
    local_date: date
    channel: str
    address: str
    method_id: int | None
    by: Person | None
    mail_id: int | None
    mail_state: str
    message_id: str
    accepted_at: datetime | None
    refused_at: datetime | None
    bounced_at: datetime | None
    answer: str
    outcomes: tuple[OutcomeRow, ...]


@dataclass(frozen=True)
class SignRow:
    id: int
    kind: str
    at: datetime
    former_contact: bool
    text: str
    recorded_by: Person | None
    signed_in: Person | None
    judgement: str
    judged_by: Person | None
    judged_at: datetime | None
    judgement_reason: str


@dataclass(frozen=True)
class ExtensionRow:
    id: int
    dates: int
    reason: str
    by: Person
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: Person | None


@dataclass(frozen=True)
class LiftRow:
    """An emergency contact let the request be decided despite an absence (C11)."""

    absence_id: int
    contact: str
    at: datetime
