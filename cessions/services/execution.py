"""An approval takes effect: the services move in one transaction, or the approval is void (X3, X4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from cessions import policies
from cessions.enums import DecisionState, LetterKind, RequestState
from cessions.models import Decision, RequestedService
from cessions.notifications import decision as notify
from cessions.services import letters, states, transfer_lock
from cessions.services.assignee import assignee_account
from cessions.services.decisions import back_to_received
from cessions.services.guard import blockers_now
from cessions.services.handover import Handover, hand_over, hosted, write_notes
from cessions.services.mailboxes import holder_mailboxes
from hosting.lib.sweeps import each

SYSTEM = "system"
GONE = gettext_noop("Transfer %(number)s: %(services)s went to account %(new)s.")
COME = gettext_noop("Transfer %(number)s: %(services)s came from account %(old)s.")


def due_decisions(now: datetime, limit: int = 100) -> list[int]:
    """Ids of the approvals whose hold is over at `now`, the oldest first; served by a partial index."""
    due = Decision.objects.filter(state=DecisionState.APPROVED, executes_at__lte=now)
    return list(due.order_by("executes_at").values_list("pk", flat=True)[:limit])


def execute_due(now: datetime, limit: int = 100) -> int:
    """Carry out, or void, every approval that is due; returns how many were.

    One transaction each: a worker that dies leaves all or nothing, and the next sweep goes on. One
    that fails is logged with its trace and does not keep the others waiting.
    """
    due = due_decisions(now, limit)
    return each(due, lambda decision_id: execute(decision_id, now=now), name="executions")


@transaction.atomic
def execute(decision_id: int, *, now: datetime) -> bool:
    """Carry out one approval under its request's lock; False when it is not due (any more).

    All of K2 is judged again: a blocker voids the approval, the services are received again, and the
    attempts go on (X3). Doing it twice does it once.
    """
    request_id = Decision.objects.values_list("request_id", flat=True).get(pk=decision_id)
    request = states.lock(request_id)  # with its filing: one assignee's account each
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    decision.request = request
    if decision.state != DecisionState.APPROVED or not _is_due(decision, now):
        return False
    services = list(decision.services.select_related("service").order_by("pk"))
    blockers = blockers_now(request, services, now)
    if blockers:
        _void(decision, services, blockers, now)
    else:
        _carry_out(decision, services, now)
    return True


def _is_due(decision: Decision, now: datetime) -> bool:
    return decision.executes_at is not None and decision.executes_at <= now


def _void(
    decision: Decision,
    services: Sequence[RequestedService],
    blockers: Sequence[policies.Blocker],
    now: datetime,
) -> None:
    reason = ",".join(dict.fromkeys(str(blocker.code) for blocker in blockers))
    states.void_decision(decision, reason, now=now, actor=SYSTEM)
    back_to_received(decision, now=now, actor=SYSTEM, event="approval_voided")
    notify.voided(decision, services, now=now)


def _carry_out(decision: Decision, services: Sequence[RequestedService], now: datetime) -> None:
    request = decision.request
    mailboxes = holder_mailboxes(request, now)
    handover = Handover(
        number=request.number,
        services=hosted(services),
        old=request.holder,
        new=assignee_account(request.filing, now=now),
        kind="transferred",
        reason=request.number,
    )
    hand_over(handover, now=now, actor=SYSTEM)
    rows = RequestedService.objects.filter(pk__in=[service.pk for service in services])
    until = transfer_lock.lock(rows, handover.services, request.number, now=now)
    decision.state, decision.executed_at = DecisionState.EXECUTED, now
    decision.save(update_fields=["state", "executed_at"])
    states.move(
        request,
        services,
        RequestState.EXECUTED,
        now=now,
        actor=SYSTEM,
        event="executed",
        decision=decision.pk,
        assignee=handover.new.pk,
    )
    write_notes(handover, GONE, COME, now=now)
    words = {"account": handover.new.number, "until": until.isoformat()}
    letters.queue(decision, LetterKind.EXECUTED_ASSIGNEE, services, now=now, **words)
    letters.queue(decision, LetterKind.EXECUTED_HOLDER, services, now=now, until=until.isoformat())
    notify.executed(decision, services, handover.new.number, now=now)
    notify.executed_holder(decision, services, mailboxes, until, now=now)
