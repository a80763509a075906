"""Pure rules of the services: names, the owner who should be the end client, who does what."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hosting.enums import ServiceKind, ServiceStatus
from hosting.lib.names import NotADomainName, to_ascii

DUTIES = ("backups", "updates", "repair", "restore")
PROVIDER, CLIENT = "provider", "client"


@dataclass(frozen=True)
class Duty:
    """One line of *who does what*: `does` is one of DUTIES."""

    does: str
    by_provider: bool


def who_does_what(responsibilities: Mapping[str, object] | None) -> list[Duty]:
    """S4: who makes backups and updates, repairs and restores, from a plan's data, in this order.

    What a plan does not say, and a service without a plan, is the client's own.
    """
    said = responsibilities or {}
    return [Duty(duty, said.get(duty, CLIENT) == PROVIDER) for duty in DUTIES]


def stored_name(kind: str, typed: str) -> str:
    """The name under which a service is stored and looked for (S2).

    Domain names, and other names that look like one, in A-label form; anything else as typed, in
    lower case with single spaces. Raises NotADomainName for a domain that cannot be one.
    """
    if kind == ServiceKind.DOMAIN:
        return to_ascii(typed)
    plain = " ".join(typed.split()).lower()
    if not plain or "@" in plain or " " in plain:
        return plain
    try:
        return to_ascii(plain)
    except NotADomainName:
        return plain


def may_become(present: str, wanted: str) -> bool:
    """Whether a service may go from one status to another: what is terminated stays so (S1)."""
    return present == wanted or present != ServiceStatus.TERMINATED


@dataclass(frozen=True)
class Owner:
    """Who is registered as the owner of a domain, and who looks after it (S2)."""

    name: str = ""
    organisation: str = ""
    email: str = ""
    address: str = ""
    technical_contact: str = ""

    def is_same_person(self, other: "Owner") -> bool:
        """Whether nothing of the owner himself differs; the technical contact does not count (V4)."""
        mine = (self.name, self.organisation, self.email.lower(), self.address)
        return mine == (other.name, other.organisation, other.email.lower(), other.address)


def owner_is_reseller(owner: Owner, *, names: Iterable[str], emails: Iterable[str]) -> bool:
    """S3: whether the registered owner is the reseller himself.

    `names` are the account's trade name and full name, `emails` its addresses. Names decide,
    whatever their case, accents and order; the e-mail address only where no name is registered.
    """
    registered = {words(name) for name in (owner.name, owner.organisation)} - {()}
    if registered:
        return bool(registered & {words(name) for name in names})
    return bool(owner.email) and owner.email.lower() in {email.lower() for email in emails}


def words(name: str) -> tuple[str, ...]:
    """The words of a name in order of the alphabet, without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return tuple(sorted(letters.split()))
