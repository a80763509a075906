"""The call to the number published on the site: staff dial and read the code out, the claimant types it
on his status page (V1, V2)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cessions.enums import CallResult, ChallengeKind, ChallengeState
from cessions.models import Challenge
from cessions.notifications import challenges as notify
from cessions.services.challenges.common import (
    ChallengeRefused,
    code_of,
    end,
    lock_running,
    tell,
)
from cessions.services.guard import actor_of, require_staff

ENDING = (CallResult.NOT_TAKEN, CallResult.NOT_THE_SITE)


@transaction.atomic
def open_script(challenge: Challenge, *, by: User, now: datetime) -> str:
    """The code, for the page from which `by` reads it out; that it was opened is journalled.

    Raises ChallengeRefused for one that is over or of another kind.
    """
    require_staff(by)
    row = lock_running(challenge, now)
    if row.kind != ChallengeKind.CALL:
        raise ChallengeRefused("kind")
    tell(row, "script_opened", now=now, actor=actor_of(by))
    return code_of(row)


@transaction.atomic
def note_call(
    challenge: Challenge, result: str, *, by: User, now: datetime, note: str = ""
) -> Challenge:
    """What came of a call, one of `CallResult`. Read out, it waits for the claimant's entry; nobody
    there, it can be tried again until it expires; the others end it. Raises ChallengeRefused."""
    require_staff(by)
    row = lock_running(challenge, now)
    if row.kind != ChallengeKind.CALL or result not in CallResult.values:
        raise ChallengeRefused("kind")
    row.seen = result
    actor = actor_of(by)
    tell(row, "called", now=now, actor=actor, result=result)
    if result in ENDING:
        end(row, ChallengeState.FAILED, now=now, actor=actor, by=by, note=note.strip(), how=result)
        notify.not_passed(row, now=now)
        return row
    row.outcome_note = note.strip()
    row.save(update_fields=["seen", "outcome_note"])
    return row
