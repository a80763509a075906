"""Where a challenge's code goes, or is looked for: checked and tidied as the kind wants it (V1, V2).

Fraud is thought of here: a code by e-mail goes to the registered owner's address alone, and never to one
of the holder's; a number that the claimant gave himself counts only when staff found it on the site.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.policies import email_address, telephone
from cessions import policies
from cessions.enums import ChallengeKind
from cessions.models import RequestedService
from cessions.services.challenges.common import ChallengeRefused, name_of

LONGEST = 1000
LINES_OF_AN_ADDRESS = 2


@dataclass(frozen=True)
class Target:
    """Where, where that was found, and what is noted of it for those who judge."""

    text: str
    source: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def target_for(
    service: RequestedService, kind: str, *, typed: str, source: str, on_site: bool
) -> Target:
    """The target of a challenge of `kind` on `service`. Raises ChallengeRefused with what is wrong."""
    typed, source = _tidy(typed), _tidy(source)
    if kind == ChallengeKind.DNS:
        return Target(f"_{settings.CHALLENGE_NAME}.{name_of(service)}")
    if kind == ChallengeKind.FILE:
        return Target(f"https://{name_of(service)}/.well-known/{settings.CHALLENGE_NAME}.txt")
    if kind == ChallengeKind.QUESTION:
        return Target(service.name)
    if not source:
        raise ChallengeRefused("source")
    if kind == ChallengeKind.OWNER_EMAIL:
        return _owner(service, typed, source)
    if kind == ChallengeKind.CALL:
        return _number(service, typed, source, on_site)
    if len(typed.splitlines()) < LINES_OF_AN_ADDRESS:
        raise ChallengeRefused("address")
    return Target(typed, source)


def _owner(service: RequestedService, typed: str, source: str) -> Target:
    """The registered owner's address. The claimant's own, or one inside the contested domain, is no
    fault: it is noted, for it shows less (the domain's mail, as a DNS record does)."""
    try:
        typed = email_address(typed)
    except ValidationError as error:
        raise ChallengeRefused("email") from error
    account = service.request.account if service.request else None
    if account and account.contact_methods.filter(value__iexact=typed).exists():
        raise ChallengeRefused("holder")
    facts = {
        "claimants_own": typed.lower() == service.filing.email.lower(),
        "in_contested_domain": policies.depends_on(typed, [service.name]),
    }
    return Target(typed, source, facts)


def _number(service: RequestedService, typed: str, source: str, on_site: bool) -> Target:
    """The number published on the site, in one form."""
    filing = service.filing
    try:
        number = telephone(typed, filing.country)
    except ValidationError as error:
        raise ChallengeRefused("telephone") from error
    own = number == _plain(filing.telephone, filing.country)
    if own and not on_site:
        raise ChallengeRefused("typed")
    return Target(number, source, {"claimants_own": own, "found_on_site": on_site})


def _plain(typed: str, country: str) -> str:
    try:
        return telephone(typed, country)
    except ValidationError:
        return ""


def _tidy(text: str) -> str:
    return text.strip().replace("\r\n", "\n")[:LONGEST]
