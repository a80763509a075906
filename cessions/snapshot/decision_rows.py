"""What staff said and decided, as frozen values: comments, decisions, acts of two people, letters."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cessions.snapshot.people import Person


@dataclass(frozen=True)
class CommentRow:
    author: Person
    at: datetime
    text: str


@dataclass(frozen=True)
class DecisionRow:
    id: int
    kind: str
    state: str
    service_ids: tuple[int, ...]
    recommended_by: Person | None
    recommended_at: datetime | None
    recommendation: str
    decided_by: Person | None
    decided_at: datetime | None
    reason: str
    executes_at: datetime | None
    executed_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    contested_at: datetime | None
    contest_text: str
    contest_decided_by: Person | None
    contest_decided_at: datetime | None
    contest_upheld: bool | None
    contest_reason: str


@dataclass(frozen=True)
class ActRow:
    """An act of two people (T7, X5)."""

    id: int
    kind: str
    decision_id: int | None
    reason: str
    proposed_by: Person
    proposed_at: datetime
    confirmed_by: Person | None
    confirmed_at: datetime | None
    dropped_at: datetime | None


@dataclass(frozen=True)
class LetterRow:
    id: int
    kind: str
    language: str
    queued_at: datetime
    tries: int
    file_id: UUID | None
    made_at: datetime | None
    posted_at: datetime | None
