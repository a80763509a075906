"""The only place that writes the states of requests and of their services (T7).

A verb locks first (`lock`), judges, writes its own rows, and moves the services last.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from cessions import policies
from cessions.enums import DecisionState, RequestState
from cessions.models import Decision, Filing, RequestedService, TransferRequest
from cessions.notifications import decision as notify
from cessions.services import retention
from hosting.enums import HoldCause
from hosting.records.services import journal, withdraw_mails
from hosting.services import end_holds_of, place_holds

FITTING = {
    DecisionState.RECOMMENDED: RequestState.RECEIVED,
    DecisionState.APPROVED: RequestState.APPROVED,
}
"""The state that the services of an undone decision must all be in; otherwise it is void (X3)."""


class StateConflict(Exception):
    """A service is not in a state from which it may move where the verb wants it (T7).

    Nothing was written. Mostly somebody else was quicker: show the case anew.
    """


def lock(request_id: int) -> TransferRequest:
    """The request, its row locked to the end of the transaction.

    Every verb that decides on a request or tells something of its holder takes this lock first, so
    that they come one after the other (X2). The filing's row comes before it, as for the claimant's
    verbs (`locks.lock_filing`): its end is written with the states (D7), and two that begin from
    different sides must not wait for each other. Raises TransferRequest.DoesNotExist.
    """
    _lock_filing_of(requests=request_id)
    return TransferRequest.objects.select_for_update(of=("self",)).get(pk=request_id)


def lock_all(filing_id: UUID) -> list[TransferRequest]:
    """All requests of a filing, locked in the order of their ids, so that two callers never deadlock."""
    _lock_filing_of(pk=filing_id)
    rows = TransferRequest.objects.select_for_update(of=("self",)).filter(filing_id=filing_id)
    return list(rows.order_by("pk"))


def _lock_filing_of(**which: Any) -> None:
    rows = Filing.objects.select_for_update(of=("self",), no_key=True).filter(**which)
    rows.order_by().values_list("pk", flat=True).first()


def move(
    request: TransferRequest,
    services: Iterable[RequestedService],
    to: str,
    *,
    now: datetime,
    actor: str,
    event: str,
    **facts: Any,
) -> list[RequestedService]:
    """Move `services` of the locked `request` to the state `to`, sum up the request, and journal it.

    `event` and `facts` go into the case's journal (ids and codes only); `now` is an aware instant;
    `actor` is "system", "claimant", "holder" or "user:<id>". A request whose last service closes is
    sought no longer and gets its end; one that opens again loses it (the caller who starts a new run
    sets `next_attempt_at`). A recommendation or approval that no longer fits its services is void,
    and the claimant is told where what was approved is open again (X3).
    Continuity holds end with their services, and are placed again on those that open again (H2).
    When identity documents and file of the case go follows from its end, or is open again (D7, L1).
    Returns the services in their new state. Raises StateConflict.
    """
    wanted = {service.pk for service in services}
    mine = {service.pk: service for service in request.services.select_for_update().order_by("pk")}
    chosen = [mine[pk] for pk in sorted(wanted) if pk in mine]
    if not wanted or len(chosen) != len(wanted):
        raise StateConflict(f"{request}: services that are not its own")
    before = {service.pk: service.state for service in chosen}
    for service in chosen:
        if not policies.may_move(service.state, to):
            raise StateConflict(f"{request}: {service.state} -> {to} is no way (T7)")
    RequestedService.objects.filter(pk__in=wanted).update(state=to)
    for service in chosen:
        service.state = to
    _sum_up(request, [service.state for service in mine.values()], now, actor)
    retention.plan(request.filing_id)
    journal(
        request.stream,
        event,
        at=now,
        actor=actor,
        request=request.number,
        services=[[pk, old, str(to)] for pk, old in before.items()],
        **facts,
    )
    _hold_what_is_open(request, chosen, before, now, actor)
    _void_what_no_longer_fits(request, mine, now, actor, event)
    return chosen


def open_services(request: TransferRequest) -> list[RequestedService]:
    """The services of `request` that are still received or approved."""
    return [s for s in request.services.order_by("pk") if policies.is_open(s.state)]


def _hold_what_is_open(
    request: TransferRequest,
    services: list[RequestedService],
    before: dict[int, str],
    now: datetime,
    actor: str,
) -> None:
    """All of `services` have one new state: what was open and closes loses this request's hold."""
    opens = [s for s in services if s.service_id and policies.is_open(s.state)]
    ids = [s.service_id for s in opens if s.service_id and not policies.is_open(before[s.pk])]
    if ids:
        place_holds(ids, cause=HoldCause.REQUEST, source=request.number, now=now, actor=actor)
    closed = [s.service_id for s in services if s.service_id and not policies.is_open(s.state)]
    if closed:
        end_holds_of(
            request.number, reason=str(services[0].state), now=now, actor=actor, ids=closed
        )


def _sum_up(request: TransferRequest, states: list[str], now: datetime, actor: str) -> None:
    """The request's own columns follow from the states of its services.

    With its end the holder is left alone: mails to him that are still to be tried are withdrawn (C9).
    """
    request.state = policies.summary_state(states)
    if request.is_open:
        request.ended_at = None
    else:
        request.next_attempt_at = None
        request.ended_at = request.ended_at or now
        mails = request.attempts.filter(mail__next_try_at__isnull=False)
        withdraw_mails(mails.values_list("mail_id", flat=True), now=now, actor=actor)
    request.save(update_fields=["state", "next_attempt_at", "ended_at"])


def _void_what_no_longer_fits(
    request: TransferRequest,
    services: dict[int, RequestedService],
    now: datetime,
    actor: str,
    event: str,
) -> None:
    undone = request.decisions.filter(state__in=FITTING).prefetch_related("services")
    for decision in undone:
        items = [services[item.pk] for item in decision.services.all()]
        if {item.state for item in items} == {FITTING[DecisionState(decision.state)]}:
            continue
        back = [item for item in items if item.state == RequestState.RECEIVED]
        was_approved = decision.state == DecisionState.APPROVED
        void_decision(decision, event, now=now, actor=actor)
        if was_approved and back:
            notify.voided(decision, back, now=now)


def void_decision(decision: Decision, reason: str, *, now: datetime, actor: str) -> None:
    """Write that a recommendation or an approval holds no longer, and why (X3)."""
    decision.state = DecisionState.VOIDED
    decision.voided_at = now
    decision.void_reason = reason
    decision.save(update_fields=["state", "voided_at", "void_reason"])
    journal(
        decision.request.stream,
        "decision_voided",
        at=now,
        actor=actor,
        decision=decision.pk,
        reason=reason,
    )
