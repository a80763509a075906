"""The letter to the address published on the site, with the code in it (V1, V2)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cessions.enums import ChallengeKind
from cessions.letters import challenge_letter_pdf
from cessions.models import Challenge
from cessions.services.challenges.common import ChallengeRefused, code_of, lock_running, tell
from cessions.services.guard import actor_of, require_staff
from hosting.records.models import StoredFile
from hosting.records.services import store_made

POSTED = "posted"


def print_letter(challenge: Challenge, *, by: User, now: datetime) -> StoredFile:
    """The letter's PDF, made at the first asking; that `by` opened it is journalled, for it holds the
    code. Raises ChallengeRefused, PdfUnavailable."""
    require_staff(by)
    _refuse_others(challenge)
    first = challenge.letter_id is None
    # Drawn before anything is locked: it takes a second, and the claimant's page does not wait for it.
    made = challenge_letter_pdf(challenge, code_of(challenge), now) if first else b""
    return _opened(challenge, made, by, now)


@transaction.atomic
def _opened(challenge: Challenge, made: bytes, by: User, now: datetime) -> StoredFile:
    """The letter that is kept: `made`, where there is none yet; the look is journalled."""
    row = _letter(challenge, now)
    actor = actor_of(by)
    if row.letter is None:
        name = f"{row.filing.number}-{row.pk}.pdf"
        row.letter = store_made(made, name=name, content_type="application/pdf", now=now)
        row.save(update_fields=["letter"])
        tell(row, "letter_made", now=now, actor=actor, sha256=row.letter.sha256)
    tell(row, "letter_opened", now=now, actor=actor)
    return row.letter


@transaction.atomic
def letter_posted(challenge: Challenge, *, by: User, now: datetime) -> Challenge:
    """`by` put the letter into the post; twice is as once. Raises ChallengeRefused, "closed" too where
    it was never printed."""
    require_staff(by)
    row = _letter(challenge, now)
    if row.letter is None:
        raise ChallengeRefused("kind")
    if row.posted_at is None:
        row.posted_at, row.seen = now, POSTED
        row.save(update_fields=["posted_at", "seen"])
        tell(row, "letter_posted", now=now, actor=actor_of(by))
    return row


def _letter(challenge: Challenge, now: datetime) -> Challenge:
    row = lock_running(challenge, now)
    _refuse_others(row)
    return row


def _refuse_others(challenge: Challenge) -> None:
    if challenge.kind != ChallengeKind.LETTER:
        raise ChallengeRefused("kind")
