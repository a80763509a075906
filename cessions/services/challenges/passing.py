"""A challenge is passed, tried or judged: by its code, by the registered owner's click, by staff (V2)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cessions.enums import ChallengeKind, ChallengeState
from cessions.models import Challenge
from cessions.notifications import challenges as notify
from cessions.policies import challenges as rules
from cessions.services.challenges.common import (
    CLAIMANT,
    ChallengeRefused,
    CodeAnswer,
    can_be_passed,
    end,
    is_code_of,
    lock,
    lock_running,
    tell,
)
from cessions.services.guard import actor_of, require_staff

OWNER = "registered_owner"
LONGEST_ANSWER = 5000


@transaction.atomic
def enter_code(
    challenge: Challenge, typed: str, *, now: datetime, actor: str = CLAIMANT
) -> CodeAnswer:
    """The code that came back through the claimant: from the letter, the call, the owner's mailbox.

    A wrong one is counted; the last wrong one ends the challenge. `actor` is another where staff type
    it for him ("user:<id>").
    """
    row = lock(challenge)
    running = can_be_passed(row, now)
    if not (running and rules.WAYS[row.kind].by_code):
        return CodeAnswer.OVER
    row.tries, row.tried_at = row.tries + 1, now
    if is_code_of(row, typed):
        end(row, ChallengeState.PASSED, now=now, actor=actor, how="code", tries=row.tries)
        return CodeAnswer.RIGHT
    if row.tries < row.tries_allowed:
        row.save(update_fields=["tries", "tried_at"])
        tell(row, "wrong_code", now=now, actor=actor, tries=row.tries)
        return CodeAnswer.WRONG
    end(row, ChallengeState.FAILED, now=now, actor=actor, how="tries", tries=row.tries)
    notify.not_passed(row, now=now)
    return CodeAnswer.OVER


@transaction.atomic
def confirm_click(challenge: Challenge, *, now: datetime) -> bool:
    """The registered owner says, by the button of his own page, that he knows of the request (V2).

    False when it is over already; twice is as once.
    """
    row = _owners(challenge, now)
    if row is None:
        return False
    end(row, ChallengeState.PASSED, now=now, actor=OWNER, how="click")
    return True


@transaction.atomic
def deny_click(challenge: Challenge, *, now: datetime) -> bool:
    """The registered owner says that he knows nothing of it: failed, and a warning sign (V4).

    The claimant is not told by whom. False when it is over already.
    """
    row = _owners(challenge, now)
    if row is None:
        return False
    row.seen = rules.DENIED
    end(row, ChallengeState.FAILED, now=now, actor=OWNER, how=rules.DENIED)
    return True


@transaction.atomic
def answer_question(
    challenge: Challenge, text: str, *, now: datetime, actor: str = CLAIMANT
) -> Challenge:
    """The claimant's answer to a question on the service; staff judge it. It can be written anew until
    they have. Raises ChallengeRefused."""
    if not text.strip():
        raise ChallengeRefused("answer")
    row = lock_running(challenge, now)
    if row.kind != ChallengeKind.QUESTION:
        raise ChallengeRefused("by_code")
    row.answer, row.tried_at, row.tries = text.strip()[:LONGEST_ANSWER], now, 1
    row.save(update_fields=["answer", "tried_at", "tries"])
    tell(row, "answered", now=now, actor=actor)
    return row


@transaction.atomic
def judge(challenge: Challenge, *, passed: bool, note: str, by: User, now: datetime) -> Challenge:
    """What `by` makes of a challenge, with a remark: a question, once it is answered, is passed or not;
    one with a code can be failed only, for a code alone passes it. Raises ChallengeRefused."""
    require_staff(by)
    if not note.strip():
        raise ChallengeRefused("note")
    row = lock_running(challenge, now)
    if passed and row.kind != ChallengeKind.QUESTION:
        raise ChallengeRefused("by_code")
    if passed and not row.answer:
        raise ChallengeRefused("unanswered")
    state = ChallengeState.PASSED if passed else ChallengeState.FAILED
    end(row, state, now=now, actor=actor_of(by), by=by, note=note.strip(), how="judged")
    if not passed:
        notify.not_passed(row, now=now)
    return row


def _owners(challenge: Challenge, now: datetime) -> Challenge | None:
    """The locked challenge that the registered owner can still answer."""
    row = lock(challenge)
    running = can_be_passed(row, now)
    return row if running and row.kind == ChallengeKind.OWNER_EMAIL else None
