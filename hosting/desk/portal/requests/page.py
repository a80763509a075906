"""What the holder sees of a request on his services: what is claimed and how he was sought (C10).

Nothing of the claimant beyond what the search mails say: not his name, documents or addresses. Whoever
agrees reads the name before he hands anything over (X7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from cessions.enums import OPEN_STATES, DecisionState, RequestState
from cessions.facts import provider_zone
from cessions.models import RequestedService, TransferRequest
from cessions.naming import names
from cessions.policies import earliest_decision_at
from cessions.reasoning import channel_label, result_of
from cessions.snapshot import AttemptRow, Case, DecisionRow, RequestRow, case_of_request


@dataclass(frozen=True)
class ShownAttempt:
    """One try to reach the holder: his own address, and what came of it."""

    at: datetime
    channel: str
    address: str
    result: str


@dataclass(frozen=True)
class RequestPage:
    """One request, as somebody of the account reads it at `now`. `stage` is one word for what can be
    done: "open", "waiting" (for the agreed transfer), "locked" (transferred, reversible) or "over"."""

    number: str
    services: list[str]
    state: str
    stage: str
    received_at: datetime
    silent_since: date | None
    earliest_at: datetime
    waits_until: datetime | None
    executes_at: datetime | None
    locked_until: datetime | None
    attempts: list[ShownAttempt]


def request_page(request: TransferRequest, now: datetime) -> RequestPage:
    """The page of a request of the visitor's own account, read by one statement."""
    case = case_of_request(request.pk)
    row = case.request(request.pk)
    approval = _approval(row.decisions)
    locked_until = _locked_until(case, row, now)
    return RequestPage(
        number=row.number,
        services=names(case.services_of(row)),
        state=str(RequestState(row.state).label),
        stage=_stage(row, locked_until, now),
        received_at=row.received_at,
        silent_since=case.filing.silent_since,
        earliest_at=earliest_decision_at(row.received_at, provider_zone()),
        waits_until=row.waits_until,
        executes_at=approval.executes_at if approval else None,
        locked_until=locked_until,
        attempts=[_shown(attempt, now) for attempt in reversed(row.attempts)],
    )


def listed(
    requests: Iterable[TransferRequest], now: datetime
) -> list[tuple[TransferRequest, list[str], bool]]:
    """Each request with the names of its services, in one query for all, and whether his answer
    still changes something: it is open, or what was transferred can be reversed (X5)."""
    rows = list(requests)
    found: dict[int | None, list[RequestedService]] = {}
    for item in RequestedService.objects.filter(request__in=rows).order_by("pk"):
        found.setdefault(item.request_id, []).append(item)
    return [(row, names(found.get(row.pk, [])), _awaits(row, found, now)) for row in rows]


def _awaits(
    row: TransferRequest, found: dict[int | None, list[RequestedService]], now: datetime
) -> bool:
    return row.is_open or any(
        item.locked is not None and now in item.locked for item in found.get(row.pk, [])
    )


def _approval(decisions: Iterable[DecisionRow]) -> DecisionRow | None:
    approved = (d for d in decisions if d.state == DecisionState.APPROVED)
    return next(approved, None)


def _locked_until(case: Case, row: RequestRow, now: datetime) -> datetime | None:
    """Up to when what was transferred by this request can still be reversed (X5)."""
    ends = [
        service.locked_until
        for service in case.services_of(row)
        if service.state == RequestState.EXECUTED and service.locked_until
    ]
    return max((end for end in ends if now < end), default=None)


def _stage(row: RequestRow, locked_until: datetime | None, now: datetime) -> str:
    if row.state in OPEN_STATES:
        waits = row.waits_until is not None and now < row.waits_until
        return "waiting" if waits else "open"
    return "locked" if locked_until else "over"


def _shown(attempt: AttemptRow, now: datetime) -> ShownAttempt:
    return ShownAttempt(
        at=attempt.at,
        channel=channel_label(attempt.channel),
        address=attempt.address,
        result=result_of(attempt, now),
    )
