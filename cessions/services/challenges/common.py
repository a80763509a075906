"""What the verbs share: the lock, the code and where it goes, the end of a challenge, the journal."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cessions.enums import OPEN_STATES, ChallengeState, FilingState
from cessions.models import Challenge, Filing, RequestedService
from cessions.services.locks import lock_filing
from cessions.services.refused import Refused
from hosting.lib import codes
from hosting.lib.names import ascii_or_none
from hosting.records.services import journal

VALUE = "eh-verify="
CLAIMANT = "claimant"


class ChallengeRefused(Refused):
    """A challenge that cannot be begun, done or judged, or not now. `code` is for programs, `str()`
    for the reader: staff, the claimant, or the registered owner."""

    WORDS = {
        "closed": _("This request takes no verification any more."),
        "kind": _("This verification cannot be begun now: choose another one."),
        "staff": _("This verification is begun by our staff."),
        "over": _("This verification is over: please begin a new one."),
        "soon": _("We looked a moment ago: please wait a minute."),
        "answer": _("Please write an answer."),
        "question": _("Please write the question."),
        "note": _("Please say why: it is kept with the case."),
        "source": _("Please say where you found it, as the address of the page."),
        "email": _("Please enter the e-mail address of the registered owner."),
        "holder": _("This address is on file as one of the holder's: it shows nothing."),
        "telephone": _("Please enter a telephone number that exists."),
        "typed": _(
            "The claimant gave this number himself: it counts only if you found it on the site. "
            "Then tick the box."
        ),
        "address": _("Please enter the whole postal address, in several lines."),
        "by_code": _("This one is passed by its code alone."),
        "unanswered": _("The claimant has not answered yet."),
    }

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(self.WORDS[self.code])


class CodeAnswer(StrEnum):
    """What came of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"
    """It expired, was tried too often, or has ended: a new one has to be begun."""


class DnsRecord(NamedTuple):
    """The TXT record that the claimant sets."""

    name: str
    value: str


class SiteFile(NamedTuple):
    """The file that the claimant puts on his site."""

    url: str
    path: str
    content: str


def code_of(challenge: Challenge) -> str:
    """The code, in two groups. Show it only to him who has to put it somewhere, or read it out."""
    return codes.code(purpose(challenge.kind), challenge.pk, challenge.nonce)


def is_code_of(challenge: Challenge, typed: str) -> bool:
    """Whether `typed` is the challenge's own code, tolerant to case and spaces."""
    return codes.matches(typed, purpose(challenge.kind), challenge.pk, challenge.nonce)


def purpose(kind: str) -> str:
    """Codes of different kinds are different ones."""
    return f"challenge_{kind}"


def dns_record(challenge: Challenge) -> DnsRecord:
    """Where and what, for a challenge of the kind `dns`."""
    return DnsRecord(challenge.target, f"{VALUE}{code_of(challenge)}")


def site_file(challenge: Challenge) -> SiteFile:
    """Where and what, for a challenge of the kind `file`."""
    path = f"/.well-known/{settings.CHALLENGE_NAME}.txt"
    return SiteFile(challenge.target, path, f"{VALUE}{code_of(challenge)}")


def name_of(service: RequestedService) -> str:
    """The service's name as the DNS knows it; empty where it is none."""
    return ascii_or_none(service.name)


def of_one_name(service: RequestedService) -> list[Challenge]:
    """All challenges of the filing's services that bear the name of `service`: they count together."""
    rows = Challenge.objects.filter(
        filing_id=service.filing_id, requested_service__name__iexact=service.name
    )
    return list(rows.order_by("pk"))


def challenge_of(filing: Filing, pk: int) -> Challenge:
    """A challenge of `filing`. Raises Challenge.DoesNotExist for another's."""
    rows = Challenge.objects.select_related("requested_service", "filing")
    return rows.get(filing=filing, pk=pk)


def is_running(challenge: Challenge, now: datetime) -> bool:
    """Whether it can be passed at `now`, as far as its own row tells."""
    return challenge.state == ChallengeState.OPEN and now < challenge.expires_at


def can_be_passed(challenge: Challenge, now: datetime) -> bool:
    """Whether it can be passed at `now`: it runs, and so does its request."""
    service = challenge.requested_service
    return is_running(challenge, now) and takes_challenges(challenge.filing, service)


def takes_challenges(filing: Filing, service: RequestedService) -> bool:
    """Whether the claimant can be verified for `service`: received, and not ended (T7)."""
    return filing.state == FilingState.CONFIRMED and service.state in OPEN_STATES


def lock(challenge: Challenge) -> Challenge:
    """The challenge as it is now, its filing locked first and then itself, to the transaction's end."""
    lock_filing(challenge.filing)
    rows = Challenge.objects.select_related("filing", "requested_service")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=challenge.pk)


def lock_running(challenge: Challenge, now: datetime) -> Challenge:
    """The same, if it can still be passed or judged. Raises ChallengeRefused."""
    row = lock(challenge)
    if not takes_challenges(row.filing, row.requested_service):
        raise ChallengeRefused("closed")
    if not is_running(row, now):
        raise ChallengeRefused("over")
    return row


def end(
    row: Challenge,
    state: ChallengeState,
    *,
    now: datetime,
    actor: str,
    by: User | None = None,
    note: str = "",
    **facts: Any,
) -> None:
    """Write the end of a locked challenge and journal it as `challenge_<state>`."""
    row.state, row.ended_at, row.judged_by, row.outcome_note = state, now, by, note
    row.save()
    tell(row, str(state), now=now, actor=actor, **facts)


def tell(row: Challenge, what: str, *, now: datetime, actor: str, **facts: Any) -> None:
    """Journal `challenge_<what>`, by ids, codes and hashes."""
    journal(
        row.filing.stream,
        f"challenge_{what}",
        at=now,
        actor=actor,
        challenge=row.pk,
        kind=str(row.kind),
        service=row.requested_service_id,
        **facts,
    )


def hash_of(text: str) -> str:
    """SHA-256 of a text that the journal may not hold."""
    return hashlib.sha256(text.encode()).hexdigest()
