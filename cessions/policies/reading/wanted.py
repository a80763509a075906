"""What the file of a case says, to be looked for in its documents: values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cessions.policies.findings import FindingCode

NAME_CODES = {
    "trade_name": FindingCode.TRADE_NAME,
    "registration_number": FindingCode.REGISTRATION_NUMBER,
    "full_name": FindingCode.FULL_NAME,
}


@dataclass(frozen=True)
class Identity:
    """One of the three names of an account (A1), now or before (A4)."""

    account: str
    """The account's number: a filing may concern several."""
    field: str
    """An IdentityField."""
    value: str
    kind: str = ""
    """Of a registration number: its RegistrationKind, where it is known."""
    country: str = ""
    until: date | None = None
    """The day on which it was replaced; None for the present one."""


@dataclass(frozen=True)
class KnownInvoice:
    """An invoice of the same filing, as it was read."""

    document: int
    numbers: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    """Amounts with a point and two places."""


@dataclass(frozen=True)
class Wanted:
    """All that is looked for in the documents of one filing."""

    identities: tuple[Identity, ...] = ()
    services: tuple[str, ...] = ()
    """A-label form."""
    invoices: tuple[KnownInvoice, ...] = ()
    claimant: str = ""
    owners: tuple[str, ...] = ()
    """The registered owners of the domains asked for, where they are here."""
    organisations: tuple[str, ...] = ()
    filed_on: date | None = None


def valid_at(identities: Iterable[Identity], on: date) -> tuple[Identity, ...]:
    """Of each account and field the name that held on that day: a former one until the day it was
    replaced, otherwise the present one (D4)."""
    held: dict[tuple[str, str], Identity] = {}
    for identity in sorted(identities, key=lambda i: i.until or date.max):
        if identity.until is None or on < identity.until:
            held.setdefault((identity.account, identity.field), identity)
    return tuple(held.values())
