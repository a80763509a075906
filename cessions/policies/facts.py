"""The values that a decision is judged from (K2): what services gather, what blockers read."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cessions.enums import SignJudgement, SignKind
from cessions.policies.checklist import Requirement
from cessions.policies.search import ContactFacts


@dataclass(frozen=True)
class SignOfLife:
    """Something noticed of the holder at the instant `at`, and what staff made of it."""

    kind: SignKind
    at: datetime
    judgement: SignJudgement = SignJudgement.PENDING
    former_contact: bool = False
    """It came through a former contact (A4): staff have to confirm who it was."""


@dataclass(frozen=True)
class Absence:
    """A planned absence up to and with the local date `until` (A11, C11)."""

    until: date
    lifted: bool = False
    """An emergency contact who may do so has agreed."""


@dataclass(frozen=True)
class DecisionFacts:
    """All that decides whether one service of a request may be approved, as values.

    Instants are aware. The defaults are those of a fresh request: what nobody recorded as done is
    not done.
    """

    received_at: datetime
    zone: ZoneInfo
    contact: ContactFacts
    requirements: tuple[Requirement, ...]
    """The checklist of this service; an empty one blocks, for it says that nobody computed it."""
    service_known: bool = True
    effects_accepted: bool = False
    required_challenges: int = 0
    passed_challenges: int = 0
    unscanned_documents: int = 0
    closed_documents: int = 0
    """Files that nobody will ever open, of documents that nobody has refused or replaced."""
    signs: tuple[SignOfLife, ...] = ()
    absence: Absence | None = None
    representative_unresolved: bool = False
    known_event: str = ""
    """"death", "guardianship", "liquidation" block; "accident", "illness", "other" and "" do not."""
    event_resolved: bool = False
    """The representative agreed, or a supervisor recorded the advice taken (A12)."""
    rivals: tuple[str, ...] = ()
    """Numbers of other open requests for the same service, not resolved yet (T4)."""
    locked_until: datetime | None = None
