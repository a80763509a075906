"""How a claimant can show his link with a service: which ways, how long, how often (V1, V2).

Pure values. Which ways a kind of service admits is the setting CESSION_CHALLENGES; the times and tries
stand here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cessions.enums import ChallengeKind, ChallengeState

MOST_OF_A_KIND = 5
"""Beginnings of one kind on one service: a code that was lost or missed can be had anew, not for ever."""
CODE_TRIES = 5
DENIED = "denied"
"""What was seen when the registered owner said that he knows nothing of it."""
MACHINE_TRIES = 30_000
"""More than `MACHINE_PAUSE` allows in the days of such a challenge: the pause is the limit."""
MACHINE_PAUSE = timedelta(minutes=1)
MACHINE_ROUND = timedelta(hours=1)
"""How often a machine looks by itself."""


@dataclass(frozen=True)
class Way:
    """What holds for one kind of challenge."""

    days: int
    tries: int
    by_machine: bool = False
    """A machine looks for the code, and the claimant may begin it himself: he has to put it there."""
    by_code: bool = False
    """The code goes elsewhere and comes back through the claimant."""
    on_a_name: bool = False
    """It needs a name of the DNS."""


WAYS: Mapping[str, Way] = {
    ChallengeKind.DNS: Way(14, MACHINE_TRIES, by_machine=True, on_a_name=True),
    ChallengeKind.FILE: Way(14, MACHINE_TRIES, by_machine=True, on_a_name=True),
    ChallengeKind.OWNER_EMAIL: Way(7, CODE_TRIES, by_code=True, on_a_name=True),
    ChallengeKind.CALL: Way(2, CODE_TRIES, by_code=True),
    ChallengeKind.LETTER: Way(30, CODE_TRIES, by_code=True),
    ChallengeKind.QUESTION: Way(21, 1),
}


class ChallengeLike(Protocol):
    """A challenge as a row or a snapshot has it."""

    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def ended_at(self) -> datetime | None: ...


def expires_at(kind: str, now: datetime) -> datetime:
    """Until when a challenge of `kind` begun at `now` can be passed."""
    return now + timedelta(days=WAYS[kind].days)


def begun_by_claimant(kind: str) -> bool:
    """Whether the claimant may begin it himself; the target of the others is found by staff (V2)."""
    return WAYS[kind].by_machine


def possible_kinds(
    allowed: Sequence[str], earlier: Iterable[ChallengeLike], *, has_name: bool
) -> list[str]:
    """The kinds that can be begun now on a service, in the order of `allowed`.

    `allowed` is what the setting gives for its kind of service, `earlier` its challenges so far,
    `has_name` whether the service bears a name of the DNS. One that runs or was passed is not begun
    again, a question aside; nor one that was begun too often already.
    """
    rows = list(earlier)
    return [
        kind
        for kind in allowed
        if (has_name or not WAYS[kind].on_a_name) and _can_begin(kind, rows)
    ]


def _can_begin(kind: str, rows: Sequence[ChallengeLike]) -> bool:
    same = [row.state for row in rows if row.kind == kind]
    if len(same) >= MOST_OF_A_KIND:
        return False
    if kind == ChallengeKind.QUESTION:
        return True
    return not {ChallengeState.OPEN, ChallengeState.PASSED} & set(same)


def can_be_checked(tried_at: datetime | None, now: datetime) -> bool:
    """Whether a machine may look again: once a minute (V3)."""
    return tried_at is None or now >= tried_at + MACHINE_PAUSE


def passed_kinds(rows: Iterable[ChallengeLike], allowed: Sequence[str], at: datetime) -> int:
    """How many different ways were passed by `at`, of those that `allowed` admits (V2).

    The same way twice is one: the same proof shown again adds nothing. `rows` are the challenges of
    the filing's services of one name: whoever controls `bakery.example` controls it for the domain
    and for its hosting, as far as the setting admits that way for either.
    """
    return len({row.kind for row in rows if row.kind in allowed and was_passed(row, at)})


def was_passed(row: ChallengeLike, at: datetime) -> bool:
    """Whether it was passed by `at`."""
    return row.state == ChallengeState.PASSED and row.ended_at is not None and row.ended_at <= at
