"""The services asked for, as frozen values: owners, rivals, locks."""

from dataclasses import dataclass
from datetime import date, datetime

from hosting.lib.names import to_unicode


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
