"""A case as frozen values. Instants are in UTC; states are the enums' values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cessions.snapshot.account_rows import AccountRow
from cessions.snapshot.decision_rows import ActRow, CommentRow, DecisionRow, LetterRow
from cessions.snapshot.filing_rows import (
    AskedRow,
    ChallengeRow,
    ConsentRow,
    DocumentRow,
    FilingRow,
    MessageRow,
    QuestionRow,
)
from cessions.snapshot.people import Person
from cessions.snapshot.search_rows import AttemptRow, ExtensionRow, LiftRow, SignRow
from cessions.snapshot.service_rows import ServiceRow


@dataclass(frozen=True)
class RequestRow:
    """One request, as far as it is its own; services and documents stand in the case."""

    id: int
    number: str
    state: str
    received_at: datetime
    first_attempt_due_at: datetime | None
    next_attempt_at: datetime | None
    run_from: datetime | None
    waits_until: datetime | None
    ended_at: datetime | None
    advice: str
    advice_by: Person | None
    advice_at: datetime | None
    assigned_to: Person | None
    account: AccountRow | None
    attempts: tuple[AttemptRow, ...]
    signs: tuple[SignRow, ...]
    extensions: tuple[ExtensionRow, ...]
    lifts: tuple[LiftRow, ...]
    comments: tuple[CommentRow, ...]
    decisions: tuple[DecisionRow, ...]
    acts: tuple[ActRow, ...]
    letters: tuple[LetterRow, ...]


@dataclass(frozen=True)
class Case:
    """All that is recorded of a filing. A filing that nobody received yet has no requests."""

    filing: FilingRow
    requests: tuple[RequestRow, ...]
    services: tuple[ServiceRow, ...]
    documents: tuple[DocumentRow, ...]
    consents: tuple[ConsentRow, ...]
    challenges: tuple[ChallengeRow, ...]
    questions: tuple[QuestionRow, ...]
    messages: tuple[MessageRow, ...]
    asked: tuple[AskedRow, ...]
    """What this claimant asks for, or asked, of whom: the newest first."""
    journal: tuple[dict[str, Any], ...]
    """The last facts of the case's journal, newest first, where they were asked for."""

    def request(self, request_id: int) -> RequestRow:
        """One of the requests. Raises KeyError."""
        for row in self.requests:
            if row.id == request_id:
                return row
        raise KeyError(request_id)

    def services_of(self, request: RequestRow) -> tuple[ServiceRow, ...]:
        """The services of one of the requests."""
        return tuple(row for row in self.services if row.request_id == request.id)

    def documents_for(self, service: ServiceRow) -> tuple[DocumentRow, ...]:
        """The documents that speak for `service`: its own, and those for all of the filing."""
        return tuple(
            row for row in self.documents if row.requested_service_id in (None, service.id)
        )

    def challenges_for(self, service: ServiceRow) -> tuple[ChallengeRow, ...]:
        """The challenges that speak for `service`: those of the filing's services of its name (V2)."""
        same = {row.id for row in self.services if row.name.lower() == service.name.lower()}
        return tuple(row for row in self.challenges if row.requested_service_id in same)
