"""The rows of a case as frozen values. Instants are in UTC; states are the enums' values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hosting.lib.names import to_unicode


@dataclass(frozen=True)
class Person:
    """A user of ours, by id and by the name that pages show."""

    id: int
    name: str


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
class RivalRow:
    """Another request for the same service (T4)."""

    number: str
    state: str
    received_at: datetime
    ended_at: datetime | None
    locked_from: datetime | None
    locked_until: datetime | None


@dataclass(frozen=True)
class LockRow:
    """The lock of a service after an agreed transfer (X5, X7)."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class OwnerRow:
    """An account that owned the service, from when to when (S5)."""

    account_id: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class ServiceRow:
    """One service as it was asked for, and what is known of it where it is hosted here."""

    id: int
    request_id: int | None
    kind: str
    name: str
    state: str
    service_id: int | None
    owners: tuple[OwnerRow, ...]
    status: str
    due_on: date | None
    paid_until: date | None
    plan: str
    owner_name: str
    owner_organisation: str
    owner_email: str
    owner_changed_at: datetime | None
    registrar_locked_until: date | None
    registry_procedure: str
    locked_from: datetime | None
    locked_until: datetime | None
    rivals: tuple[RivalRow, ...]
    agreed_locks: tuple[LockRow, ...]

    @property
    def display_name(self) -> str:
        return to_unicode(self.name)


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
    destroyed_at: datetime | None


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


@dataclass(frozen=True)
class MethodRow:
    """A way to reach the holder, present or former (A2 to A4)."""

    id: int
    kind: str
    value: str
    label: str
    order: int
    verified_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class TrustedRow:
    """An emergency contact whom the holder named, and when he confirmed himself (A8)."""

    id: UUID
    order: int
    full_name: str
    relation: str
    email: str
    telephone: str
    language: str
    powers: tuple[str, ...]
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class AbsenceRow:
    """An absence that the holder announced, and took back perhaps (A11)."""

    id: int
    from_on: date
    until_on: date
    told_at: datetime
    cancelled_at: datetime | None


@dataclass(frozen=True)
class EventRow:
    """What happened to the holder, as far as staff recorded it (A12)."""

    id: int
    kind: str
    happened_on: date | None
    source: str
    recorded_by: Person
    recorded_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class RepresentativeRow:
    """Somebody who says that he stands for the holder, and what staff made of it (A12)."""

    id: int
    kind: str
    full_name: str
    email: str
    telephone: str
    recorded_at: datetime
    judgement: str
    judged_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class ContractRow:
    """A transfer contract that staff accepted once, with the assignee it names (P3)."""

    id: int
    reference: str
    service_ids: tuple[int, ...]
    assignee: str
    emails: tuple[str, ...]
    signed_on: date
    uploaded_at: datetime | None
    accepted_at: datetime
    ended_at: datetime | None
    identity_accepted: bool


@dataclass(frozen=True)
class PowerRow:
    """A power of attorney that staff accepted once (A9)."""

    id: int
    reference: str
    scopes: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    accepted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class EmergencyRow:
    """An emergency that a supervisor opened on the account (H3)."""

    id: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class AccountRow:
    id: int
    number: str
    kind: str
    trade_name: str
    registration_number: str
    full_name: str
    country: str
    language: str
    former_names: tuple[str, ...]
    methods: tuple[MethodRow, ...]
    trusted: tuple[TrustedRow, ...]
    absences: tuple[AbsenceRow, ...]
    events: tuple[EventRow, ...]
    representatives: tuple[RepresentativeRow, ...]
    contracts: tuple[ContractRow, ...]
    powers: tuple[PowerRow, ...]
    emergencies: tuple[EmergencyRow, ...]

    @property
    def name(self) -> str:
        return self.trade_name or self.full_name


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
    questions: tuple[QuestionRow, ...]
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
