"""What a claimant says, as values: what form and staff's entry hand to the verbs (T1, T2)."""

from dataclasses import dataclass
from datetime import date

from cessions.enums import EventKind
from hosting.enums import ServiceKind
from hosting.lib.names import NotADomainName, to_ascii

NAME_LENGTH = 253


@dataclass(frozen=True)
class NamedService:
    """One service as the claimant names it; `name` is what `clean_name` gave."""

    kind: str
    name: str


@dataclass(frozen=True)
class Claim:
    """Who asks, for which services, and what he knows (T1). Texts are free of NUL characters."""

    language: str
    services: tuple[NamedService, ...] = ()
    full_name: str = ""
    organisation: str = ""
    email: str = ""
    telephone: str = ""
    postal_address: str = ""
    country: str = "FR"
    is_registered_owner: bool | None = None
    silent_since: date | None = None
    already_tried: str = ""
    event: str = EventKind.UNKNOWN
    event_details: str = ""


FIELDS = (
    "language",
    "full_name",
    "organisation",
    "email",
    "telephone",
    "postal_address",
    "country",
    "is_registered_owner",
    "silent_since",
    "already_tried",
    "event",
    "event_details",
)


def clean_name(kind: str, typed: str) -> str:
    """The stored form of a service's name: any address or name, U- or A-label (S2, T1).

    A domain must be one (raises NotADomainName); another service may have any name.
    """
    text = " ".join(typed.split())
    try:
        return to_ascii(text.partition("#")[0])
    except NotADomainName:
        if kind == ServiceKind.DOMAIN or not text:
            raise
        return text[:NAME_LENGTH]
