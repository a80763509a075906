"""The holder's account, as frozen values: how he is reached, who stands in for him, what is known of him,
and what he signed (A3, A8 to A12, P3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cessions.snapshot.people import Person


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
class SignInRow:
    """When somebody of the account signed in last (V4)."""

    name: str
    at: datetime


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
    sign_ins: tuple[SignInRow, ...]

    @property
    def name(self) -> str:
        return self.trade_name or self.full_name
