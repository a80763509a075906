"""A challenge is begun, given up, or replaced by another (V2)."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from cessions.enums import ChallengeKind, ChallengeState
from cessions.models import Challenge, RequestedService
from cessions.notifications import challenges as notify
from cessions.policies import challenges as rules
from cessions.services.challenges.common import (
    CLAIMANT,
    ChallengeRefused,
    end,
    hash_of,
    lock_running,
    name_of,
    of_one_name,
    takes_challenges,
    tell,
)
from cessions.services.challenges.targets import target_for
from cessions.services.guard import actor_of, require_staff
from cessions.services.locks import lock_filing


def open_kinds(service: RequestedService, *, for_claimant: bool = False) -> list[str]:
    """The kinds that can be begun now on `service`, those that show most first; `for_claimant`, only
    those that he may begin himself. None once its request has ended."""
    if not takes_challenges(service.filing, service):
        return []
    kinds = rules.possible_kinds(
        settings.CESSION_CHALLENGES[service.kind],
        of_one_name(service),
        has_name=bool(name_of(service)),
    )
    return [kind for kind in kinds if rules.begun_by_claimant(kind) or not for_claimant]


@transaction.atomic
def begin(
    service: RequestedService,
    kind: str,
    *,
    now: datetime,
    by: User | None = None,
    target: str = "",
    source: str = "",
    question: str = "",
    on_site: bool = False,
    language: str = "",
) -> Challenge:
    """Begin a challenge of `kind` on `service`; `by` staff, or the claimant himself (V2).

    `target` is the registered owner's e-mail address, the published telephone number or postal
    address, and `source` where staff found it; `on_site`: the number stands on the site itself.
    `question` is for its kind, `language` for the mail to the registered owner (the claimant's where
    none is given). Whoever has to act is told by mail. Raises ChallengeRefused.
    """
    filing = lock_filing(service.filing)
    service = filing.services.select_related("request__account", "filing").get(pk=service.pk)
    if not takes_challenges(filing, service):
        raise ChallengeRefused("closed")
    if by is None and not (kind in rules.WAYS and rules.begun_by_claimant(kind)):
        raise ChallengeRefused("staff")
    if by is not None:
        require_staff(by)
    if kind not in open_kinds(service):
        raise ChallengeRefused("kind")
    if kind == ChallengeKind.QUESTION and not question.strip():
        raise ChallengeRefused("question")
    found = target_for(service, kind, typed=target, source=source, on_site=on_site)
    row = Challenge.objects.create(
        filing=filing,
        requested_service=service,
        kind=kind,
        target=found.text,
        source=found.source,
        question=question.strip() if kind == ChallengeKind.QUESTION else "",
        nonce=secrets.token_hex(16),
        asked_by=by,
        asked_at=now,
        expires_at=rules.expires_at(kind, now),
        tries_allowed=rules.WAYS[kind].tries,
    )
    actor = actor_of(by) if by else CLAIMANT
    facts = {"target_sha256": hash_of(found.text), **found.facts}
    tell(row, "begun", now=now, actor=actor, expires_at=row.expires_at.isoformat(), **facts)
    if kind == ChallengeKind.OWNER_EMAIL:
        row.mail = notify.ask_owner(row, language or filing.language, now=now)
        row.save(update_fields=["mail"])
    if by is not None:
        notify.begun(row, now=now)
    return row


@transaction.atomic
def drop(challenge: Challenge, *, note: str, by: User, now: datetime) -> Challenge:
    """Give up one that cannot be done, with a reason (V2). Raises ChallengeRefused."""
    require_staff(by)
    if not note.strip():
        raise ChallengeRefused("note")
    row = lock_running(challenge, now)
    end(row, ChallengeState.DROPPED, now=now, actor=actor_of(by), by=by, note=note.strip())
    return row


@transaction.atomic
def replace(
    challenge: Challenge,
    kind: str,
    *,
    note: str,
    by: User,
    now: datetime,
    target: str = "",
    source: str = "",
    question: str = "",
    on_site: bool = False,
    language: str = "",
) -> Challenge:
    """Replace one that cannot be done (the site is off line, say) by another; the new one (V2).

    The words are those of `drop` and `begin`. Raises ChallengeRefused, and then nothing has changed.
    """
    old = drop(challenge, note=note, by=by, now=now)
    new = begin(
        old.requested_service,
        kind,
        now=now,
        by=by,
        target=target,
        source=source,
        question=question,
        on_site=on_site,
        language=language,
    )
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    return new
