"""What a registry says of a domain (RDAP, RFC 9083): since when it exists, and its owner's address.

Setting RDAP_URL names the directories; without one nothing is asked. Most registries leave the owner's
address out (GDPR): that is normal, and then it is found in another way.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from publicsuffixlist import PublicSuffixList

from hosting.lib.fetch import NotFetched, fetch

ACCEPT = "application/rdap+json, application/json"
FOUND, UNKNOWN = 200, 404
DEEPEST = 6


class NotLookedUp(Exception):
    """The registry could not be asked, or was not understood; `code` says why: off (no directory is
    set), unknown (no such domain), answer (not understood), or a code of `NotFetched`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Registration:
    """What the registry tells; `owner_email` is empty where it keeps that to itself."""

    name: str
    registered_on: date | None
    owner_email: str


def registrable(name: str) -> str:
    """The part of `name` (A-labels) that somebody registered: `mail.shop.co.uk` -> `shop.co.uk`; empty
    where there is none, as for a public suffix itself."""
    return _suffixes().privatesuffix(name.strip().rstrip(".").lower()) or ""


def is_on(name: str) -> bool:
    """Whether a directory is set for `name`."""
    return bool(_directory(name))


def look_up(name: str) -> Registration:
    """What the registry says of the registrable part of `name`. Takes up to 5 seconds. Raises
    NotLookedUp."""
    domain = registrable(name)
    directory = _directory(domain)
    if not domain or not directory:
        raise NotLookedUp("off" if domain else "unknown")
    try:
        answer = fetch(f"{directory}domain/{domain}", accept=ACCEPT, elsewhere=True)
    except NotFetched as error:
        raise NotLookedUp(error.code) from error
    if answer.status == UNKNOWN:
        raise NotLookedUp("unknown")
    if answer.status != FOUND or answer.cut:
        raise NotLookedUp("answer")
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise NotLookedUp("answer") from error
    if not isinstance(said, dict):
        raise NotLookedUp("answer")
    return Registration(domain, _registered_on(said), _owner_email(said))


def owner_email(name: str) -> str:
    """The registered owner's address; empty where the registry keeps it to itself. Raises NotLookedUp."""
    return look_up(name).owner_email


def registered_on(name: str) -> date | None:
    """Since when the domain exists, if the registry says so. Raises NotLookedUp."""
    return look_up(name).registered_on


def _directory(name: str) -> str:
    urls: dict[str, str] = settings.RDAP_URL
    return urls.get(name.rpartition(".")[2]) or urls.get("*", "")


def _registered_on(said: dict[str, Any]) -> date | None:
    for event in _list(said, "events"):
        if isinstance(event, dict) and event.get("eventAction") == "registration":
            try:
                return datetime.fromisoformat(str(event.get("eventDate"))).date()
            except ValueError:
                return None
    return None


def _owner_email(said: dict[str, Any]) -> str:
    """The address of the entity that is the registrant; a note instead of an address is none."""
    for entity in _entities(said, DEEPEST):
        if "registrant" not in _list(entity, "roles"):
            continue
        card = _list(entity, "vcardArray")
        lines = card[1] if len(card) > 1 and isinstance(card[1], list) else []
        values = [line[-1] for line in lines if isinstance(line, list) and line[:1] == ["email"]]
        if found := [address for value in values if (address := _address(value))]:
            return found[0]
    return ""


def _entities(said: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    for entity in _list(said, "entities"):
        if isinstance(entity, dict):
            yield entity
            if depth:
                yield from _entities(entity, depth - 1)


def _address(value: object) -> str:
    text = str(value).strip()
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


def _list(said: dict[str, Any], name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
