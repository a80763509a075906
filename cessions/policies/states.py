"""The states of a request, of its items and of an agreed transfer, and which may follow which, as data
(T7, X7).

States are compared as strings, so members of the enums' TextChoices can be handed in as they are.
"""

from collections.abc import Iterable, Mapping

from cessions.enums import OPEN_STATES

FILING_TRANSITIONS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"unconfirmed", "expired"}),
    "unconfirmed": frozenset({"confirmed", "expired"}),
    "confirmed": frozenset(),
    "expired": frozenset(),
}

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "received": frozenset({"approved", "refused", "withdrawn", "lapsed", "holder_reached"}),
    "approved": frozenset({"executed", "received", "refused", "withdrawn", "holder_reached"}),
    "executed": frozenset({"reversed"}),
    "holder_reached": frozenset({"received"}),
    "refused": frozenset({"received"}),  # a contest that was won (X1)
    "withdrawn": frozenset(),
    "lapsed": frozenset(),
    "reversed": frozenset(),
}

AGREED_TRANSITIONS: Mapping[str, frozenset[str]] = {
    "proposed": frozenset({"accepted", "declined", "withdrawn", "expired", "stopped"}),
    "accepted": frozenset({"executed", "declined", "withdrawn", "stopped"}),
    "executed": frozenset({"reversed"}),
    "withdrawn": frozenset(),
    "declined": frozenset(),
    "expired": frozenset(),
    "stopped": frozenset(),
    "reversed": frozenset(),
}

_SUMMARY_ORDER = (
    "received",
    "approved",
    "executed",
    "reversed",
    "refused",
    "holder_reached",
    "withdrawn",
    "lapsed",
)


def may_move(old: str, new: str) -> bool:
    """Whether an item, or a filing, in state `old` may take the state `new` (T7). Unknown states: no."""
    allowed = TRANSITIONS.get(old) or FILING_TRANSITIONS.get(old) or frozenset()
    return new in allowed


def agreed_may_move(old: str, new: str) -> bool:
    """Whether an agreed transfer in state `old` may take the state `new` (X7, X5)."""
    return new in AGREED_TRANSITIONS.get(old, frozenset())


def is_open(state: str) -> bool:
    """Whether an item in `state` is still open (T7): received or approved."""
    return state in OPEN_STATES


def summary_state(item_states: Iterable[str]) -> str:
    """One word for a request whose services may differ (T7).

    Received while any is, else approved while any is, else the state that all share, else executed,
    reversed, refused or the rest, in this order. Raises ValueError without items or for a state
    that does not exist.
    """
    states = set(item_states)
    if not states:
        raise ValueError("a request without items has no state")
    unknown = states - set(_SUMMARY_ORDER)
    if unknown:
        raise ValueError(f"not a state of an item: {', '.join(sorted(unknown))}")
    return min(states, key=_SUMMARY_ORDER.index)
