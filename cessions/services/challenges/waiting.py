"""Which challenges wait for a member of staff: to call, to post, to judge (V1, V2)."""

from django.db.models import Q, QuerySet

from cessions.enums import OPEN_STATES, CallResult, ChallengeKind, ChallengeState
from cessions.models import Challenge

TO_CALL = Q(kind=ChallengeKind.CALL) & ~Q(seen=CallResult.READ_OUT)
TO_POST = Q(kind=ChallengeKind.LETTER, posted_at=None)
TO_JUDGE = Q(kind=ChallengeKind.QUESTION) & ~Q(answer="")


def waits_for_staff() -> "QuerySet[Challenge]":
    """Calls to make, letters to post, answers to judge, on requests that are open."""
    return Challenge.objects.filter(
        TO_CALL | TO_POST | TO_JUDGE,
        state=ChallengeState.OPEN,
        requested_service__state__in=OPEN_STATES,
    )
