"""Challenges whose time is over (V2)."""

from datetime import datetime

from django.db import transaction

from cessions.enums import ChallengeState
from cessions.models import Challenge
from cessions.notifications import challenges as notify
from cessions.services.challenges.common import end, lock, takes_challenges
from hosting.lib.sweeps import each
from hosting.records.services.journal import SYSTEM


def expire_due(now: datetime, limit: int = 100) -> int:
    """End every challenge that nobody passed in time; how many. For the sweep."""
    due = Challenge.objects.filter(state=ChallengeState.OPEN, expires_at__lte=now)
    rows = due.select_related("filing").order_by("expires_at")[:limit]
    return each(rows, lambda row: expire(row, now), name="challenge_expiry")


@transaction.atomic
def expire(challenge: Challenge, now: datetime) -> bool:
    """End one, and tell the claimant while his request is open. False when somebody was faster."""
    row = lock(challenge)
    if row.state != ChallengeState.OPEN or now < row.expires_at:
        return False
    end(row, ChallengeState.EXPIRED, now=now, actor=SYSTEM)
    if takes_challenges(row.filing, row.requested_service):
        notify.not_passed(row, now=now)
    return True
