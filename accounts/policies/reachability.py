"""Whether the holder of an account can be reached, as staff see it at a glance (A2, A11). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class Reachability(Enum):
    """From worst to best; the first that holds is shown."""

    UNREACHABLE = "unreachable"
    BOUNCING = "bouncing"
    AWAY = "away"
    NO_ANSWER = "no_answer"
    REACHABLE = "reachable"


@dataclass(frozen=True)
class ReachFacts:
    """What is known of the ways to a holder.

    `missing` are the ways of A2 that he lacks; `bounces` says for each of his present e-mail
    addresses whether the last mail to it came back; `away_until` ends an announced absence that runs;
    `confirmed_at` and `unanswered_at` are the last check-ins that were answered and that were not.
    """

    missing: Sequence[str] = ()
    bounces: Sequence[bool] = ()
    away_until: date | None = None
    confirmed_at: datetime | None = None
    unanswered_at: datetime | None = None


def reachability(facts: ReachFacts) -> Reachability:
    """The state to show: without a way of A2 nothing else counts; then mail that comes back from
    every address; then an announced absence, which explains a silence; then an unanswered check-in,
    unless a later one was answered."""
    if facts.missing:
        return Reachability.UNREACHABLE
    if facts.bounces and all(facts.bounces):
        return Reachability.BOUNCING
    if facts.away_until is not None:
        return Reachability.AWAY
    if _left_unanswered(facts):
        return Reachability.NO_ANSWER
    return Reachability.REACHABLE


def _left_unanswered(facts: ReachFacts) -> bool:
    if facts.unanswered_at is None:
        return False
    return facts.confirmed_at is None or facts.confirmed_at < facts.unanswered_at
