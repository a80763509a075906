"""Pure rules of quotes for paid work (I1, N6, B4)."""

from datetime import date

from hosting.lib.dates import months_before
from interventions.enums import QuoteState, Tax

TERMS = "quote-terms"
MONTHS_TO_PAY = 2
MOST_LINES = 20

State = QuoteState

WAYS: dict[str, frozenset[str]] = {
    State.UNCONFIRMED: frozenset({State.DRAFT, State.EXPIRED}),
    State.DRAFT: frozenset({State.SENT, State.WITHDRAWN}),
    State.SENT: frozenset({State.ACCEPTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN}),
}
"""From which state a quote may move where; a state without a line is a last one."""


def may_move(present: str, wanted: str) -> bool:
    """Whether a quote may go from one state to the other."""
    return wanted in WAYS.get(present, frozenset())


def may_answer(state: str, valid_until: date | None, today: date) -> bool:
    """Whether the client can accept or decline: a sent quote holds to the end of its last day (local)."""
    return state == State.SENT and valid_until is not None and today <= valid_until


def pay_by(ordered_on: date) -> date:
    """B4: the last day to pay, two months after the quote was signed."""
    return months_before(ordered_on, -MONTHS_TO_PAY)


def blocks_quote(interventions: int) -> bool:
    """I1: a ticket on which a courtesy intervention was ever opened gets no quote; another ticket may."""
    return interventions > 0


def sending_blockers(
    *, lines: int, address: str, vat_number: str, taxes: frozenset[str]
) -> list[str]:
    """What a quote lacks before it can be sent, as codes; an empty list lets it go."""
    found = []
    if not lines:
        found.append("lines")
    if not address.strip():
        found.append("address")
    if Tax.REVERSE in taxes and not vat_number:
        found.append("vat_number")
    if Tax.REVERSE in taxes and len(taxes) > 1:
        found.append("mixed_tax")
    return found
