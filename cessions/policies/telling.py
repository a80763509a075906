"""What an end client may be told (A10). Without contract or power of attorney: his own file, the
dates of T5, the outcome; nothing of the account behind the service, not even that there is one (T4).
"""

from collections.abc import Iterable
from enum import StrEnum

from cessions.policies.blockers import Blocker, BlockerCode


class Topic(StrEnum):
    """What there is to tell about a case."""

    OWN_FILE = "own_file"
    DATES = "dates"
    OUTCOME = "outcome"
    HOLDER_ANSWERED = "holder_answered"
    SEARCH_DETAILS = "search_details"
    HOLDER_IDENTITY = "holder_identity"
    ACCOUNT = "account"
    OTHER_CLAIMANTS = "other_claimants"


class Basis(StrEnum):
    """On what ground the claimant is told something."""

    FILE = "file"


ALLOWED = {
    Basis.FILE: frozenset({Topic.OWN_FILE, Topic.DATES, Topic.OUTCOME, Topic.HOLDER_ANSWERED}),
}

BLOCKER_TOPICS = {
    BlockerCode.TOO_EARLY: Topic.DATES,
    BlockerCode.DOCUMENT_MISSING: Topic.OWN_FILE,
    BlockerCode.DOCUMENT_TO_REVIEW: Topic.OWN_FILE,
    BlockerCode.DOCUMENT_REFUSED: Topic.OWN_FILE,
    BlockerCode.NOT_SCANNED: Topic.OWN_FILE,
    BlockerCode.CHALLENGE_MISSING: Topic.OWN_FILE,
    BlockerCode.EFFECTS_NOT_ACCEPTED: Topic.OWN_FILE,
    BlockerCode.PERIOD_RUNNING: Topic.SEARCH_DETAILS,
    BlockerCode.LETTER_MISSING: Topic.SEARCH_DETAILS,
    BlockerCode.OTHER_CHANNEL_MISSING: Topic.SEARCH_DETAILS,
    BlockerCode.DEPENDENT_CHANNELS_ONLY: Topic.SEARCH_DETAILS,
    BlockerCode.MEANS_UNTRIED: Topic.SEARCH_DETAILS,
    BlockerCode.RIVALS: Topic.OTHER_CLAIMANTS,
    BlockerCode.SERVICE_UNKNOWN: Topic.ACCOUNT,
    BlockerCode.SIGN_OF_LIFE: Topic.ACCOUNT,
    BlockerCode.SIGN_OF_LIFE_TO_JUDGE: Topic.ACCOUNT,
    BlockerCode.HOLDER_AGREES: Topic.ACCOUNT,
    BlockerCode.HOLDER_ABSENT: Topic.ACCOUNT,
    BlockerCode.REPRESENTATIVE_UNRESOLVED: Topic.ACCOUNT,
    BlockerCode.EVENT_UNRESOLVED: Topic.ACCOUNT,
    BlockerCode.LOCKED: Topic.ACCOUNT,
}


def may_tell(topic: Topic, basis: Basis = Basis.FILE) -> bool:
    """Whether a claimant may be told about `topic` on the ground of `basis` (A10)."""
    return topic in ALLOWED[basis]


def blockers_to_tell(blockers: Iterable[Blocker], basis: Basis = Basis.FILE) -> list[Blocker]:
    """Those of `blockers` that a claimant may read on his status page (A10, K2).

    How far the search for the holder is would differ between a hosted and an unknown name (T4), so
    the page says only that it is under way and since when (T5). A code without a topic is not told.
    """
    told = ((blocker, BLOCKER_TOPICS.get(blocker.code)) for blocker in blockers)
    return [blocker for blocker, topic in told if topic is not None and may_tell(topic, basis)]
