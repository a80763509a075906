"""The part of a case's page that shows how the claimant is verified, and what may be done (V1, V2)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from accounts.policies import shown_contact
from cessions import facts
from cessions.admin.case_buttons import Button, verb_url
from cessions.admin.verification_verbs import SLUGS
from cessions.admin.verification_words import seen_words
from cessions.enums import CallResult, ChallengeKind, ChallengeState
from cessions.policies import is_open
from cessions.policies.challenges import WAYS, possible_kinds
from cessions.reasoning import Reasoning
from cessions.snapshot import ChallengeRow, ServiceRow
from hosting.enums import ServiceKind
from hosting.lib.names import ascii_or_none
from hosting.records.enums import MailState

KINDS_OF_TARGET: Mapping[str, str] = {
    ChallengeKind.CALL: ContactKind.PHONE,
    ChallengeKind.OWNER_EMAIL: ContactKind.EMAIL,
}
TONES = {
    ChallengeState.OPEN: "info",
    ChallengeState.PASSED: "good",
    ChallengeState.FAILED: "bad",
    ChallengeState.EXPIRED: "warn",
}


def verification(why: Reasoning) -> list[dict[str, Any]]:
    """Per service: what was begun and how it stands, and what can be begun; the open ones first."""
    case, request = why.case, why.request
    return [_of_service(service, why) for service in case.services_of(request)]


def _of_service(service: ServiceRow, why: Reasoning) -> dict[str, Any]:
    rows = why.case.challenges_for(service)
    passed = facts.passed_challenges(why.case, service, why.at)
    required = settings.CESSION_REQUIRED_CHALLENGES
    running = is_open(service.state)
    kinds = _possible(service, rows) if running else []
    return {
        "service": service,
        "kind": ServiceKind(service.kind).label,
        "passed": passed,
        "required": required,
        "enough": passed >= required,
        "rows": [_shown(row, service, why, running) for row in reversed(rows)],
        "next": _next(kinds, rows) if running and passed < required else "",
        "begin": [
            Button(
                str(ChallengeKind(kind).label),
                verb_url(why.request.id, SLUGS[ChallengeKind(kind)], service.id),
            )
            for kind in kinds
        ],
    }


def _possible(service: ServiceRow, rows: tuple[ChallengeRow, ...]) -> list[str]:
    has_name = bool(ascii_or_none(service.name))
    return possible_kinds(settings.CESSION_CHALLENGES[service.kind], rows, has_name=has_name)


def _next(kinds: list[str], rows: tuple[ChallengeRow, ...]) -> str:
    """Which one could be done next, in words."""
    if any(row.state == ChallengeState.OPEN for row in rows):
        return _("One is under way. Where it cannot be done, replace it by another.")
    if not kinds:
        return _("No way is left: ask a supervisor whether the request has to be refused.")
    names = [str(ChallengeKind(kind).label) for kind in kinds]
    if len(names) == 1:
        return _("What is left: %(first)s.") % {"first": names[0]}
    words = {"first": names[0], "others": ", ".join(names[1:])}
    return _("The one that shows most: %(first)s. If that cannot be done: %(others)s.") % words


def _shown(row: ChallengeRow, service: ServiceRow, why: Reasoning, running: bool) -> dict[str, Any]:
    """A challenge with its words and its buttons; one begun on another service of the name says so."""
    state = ChallengeState(row.state)
    own = row.requested_service_id == service.id
    live = running and own and state == ChallengeState.OPEN and why.at < row.expires_at
    return {
        "row": row,
        "kind": ChallengeKind(row.kind).label,
        "state": state.label,
        "tone": TONES.get(state, ""),
        "shared": not own,
        "open": state == ChallengeState.OPEN,
        "by_code": WAYS[row.kind].by_code,
        "target": shown_contact(KINDS_OF_TARGET.get(row.kind, ""), row.target),
        "seen": seen_words(row.seen),
        "mail": MailState(row.mail_state).label if row.mail_state else "",
        "buttons": list(_buttons(row, why.request.id)) if live else [],
    }


def _buttons(row: ChallengeRow, pk: int) -> Iterator[Button]:
    way = WAYS[row.kind]
    if row.kind == ChallengeKind.CALL:
        waits = row.seen != CallResult.READ_OUT
        yield Button(
            _("Open the script of the call"), verb_url(pk, "verification-call", row.id), main=waits
        )
    if row.kind == ChallengeKind.LETTER:
        waits = row.posted_at is None
        yield Button(
            _("Open the letter (PDF)"), verb_url(pk, "verification-letter", row.id), main=waits
        )
        if waits and row.letter_id:
            yield Button(_("It is in the post"), verb_url(pk, "verification-posted", row.id))
    if row.kind == ChallengeKind.QUESTION:
        why_not = "" if row.answer else _("The claimant has not answered yet.")
        url = verb_url(pk, "verification-judge", row.id)
        yield Button(_("Judge the answer"), url, why_not, main=not why_not)
    if way.by_machine:
        yield Button(_("Look for the code now"), verb_url(pk, "verification-check", row.id))
    if way.by_code:
        yield Button(_("Type in the claimant's code"), verb_url(pk, "verification-code", row.id))
    yield Button(_("Replace it by another"), verb_url(pk, "verification-replace", row.id))
    yield Button(_("End it: not passed"), verb_url(pk, "verification-end", row.id))
