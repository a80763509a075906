"""The hold is over: the services move in one transaction, or the transfer is stopped (X7, X2)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from cessions.enums import AgreedLetterKind, AgreedState, RequestState
from cessions.models import AgreedService, AgreedTransfer, TransferRequest
from cessions.naming import names
from cessions.notifications import agreed as notify
from cessions.notifications import claimant
from cessions.services import states, transfer_lock
from cessions.services.agreed import letters
from cessions.services.agreements import (
    end,
    holder_addresses,
    lock_services,
    lock_transfer,
    only_representative,
    open_request_ids,
    still_speaks,
    why_not,
)
from cessions.services.assignee import NewHolder, account_for
from cessions.services.handover import Handover, hand_over, write_notes
from hosting.lib.sweeps import each
from hosting.models import Service
from hosting.records.services import journal

SYSTEM = "system"
GONE = gettext_noop("Agreed transfer %(number)s: %(services)s went to account %(new)s.")
COME = gettext_noop("Agreed transfer %(number)s: %(services)s came from account %(old)s.")
STOPPED = {
    "no_service": gettext_noop("A service is no longer in the account."),
    "terminated": gettext_noop("A service was terminated meanwhile."),
    "locked": gettext_noop("A service was transferred meanwhile and is locked."),
    "approved": gettext_noop("Something else was decided about a service meanwhile."),
    "representative": gettext_noop("Only the legal representative acts for the holder now."),
    "proposer": gettext_noop("Who proposed it no longer acts for the holder."),
}


def execute_due(now: datetime, limit: int = 100) -> int:
    """Carry out, or stop, every accepted transfer whose hold is over; returns how many were.

    One transaction each: a worker that dies leaves all or nothing, and the next sweep goes on.
    """
    due = AgreedTransfer.objects.filter(state=AgreedState.ACCEPTED, executes_at__lte=now)
    keys = list(due.order_by("executes_at").values_list("pk", flat=True)[:limit])
    return each(keys, lambda pk: execute(pk, now=now), name="agreed_executions")


@transaction.atomic
def execute(pk: UUID, *, now: datetime) -> bool:
    """Carry out one transfer; False when it is not due (any more). Doing it twice does it once.

    The open requests for its services are locked first, as every decision on them does: a service that
    was approved for somebody else, or moved, stops it (X2).
    """
    chosen = AgreedTransfer.objects.get(pk=pk).hosted
    locked = [states.lock(request_id) for request_id in open_request_ids(chosen)]
    requests = [request for request in locked if request.is_open]
    transfer = lock_transfer(pk)
    if transfer.state != AgreedState.ACCEPTED or not _is_due(transfer, now):
        return False
    services = lock_services(service.pk for service in chosen)
    code = why_not(transfer.account, services, now) or _against(transfer, requests, services)
    if code:
        _stop(transfer, code, now)
    else:
        _carry_out(transfer, services, requests, now)
    return True


def _is_due(transfer: AgreedTransfer, now: datetime) -> bool:
    return transfer.executes_at is not None and transfer.executes_at <= now


def _against(
    transfer: AgreedTransfer, requests: Sequence[TransferRequest], services: Sequence[Service]
) -> str:
    """What came between: an event that leaves the account to the representative (A12), the end of the
    proposer's own standing, or an approval. An objection has ended it before
    (`agreements.stop_objected`, `objecting`)."""
    if only_representative(transfer.account, transfer.proposed_as):
        return "representative"
    if not still_speaks(transfer.proposed_by, transfer.account):
        return "proposer"
    for request in requests:
        if request.services.filter(service__in=services, state=RequestState.APPROVED).exists():
            return "approved"
    return ""


def _stop(transfer: AgreedTransfer, code: str, now: datetime) -> None:
    """End it; the reason is kept as a message id, which each side reads in his language."""
    journal(transfer.stream, "agreed_not_possible", at=now, actor=SYSTEM, code=code)
    end(transfer, AgreedState.STOPPED, now=now, actor=SYSTEM, reason=STOPPED[code])


def _carry_out(
    transfer: AgreedTransfer,
    services: Sequence[Service],
    requests: Sequence[TransferRequest],
    now: datetime,
) -> None:
    addresses = holder_addresses(transfer.account, now)
    handover = Handover(
        number=transfer.number,
        services=services,
        old=transfer.account,
        new=account_for(_new_holder(transfer), never=[transfer.account_id], now=now),
        kind="transferred",
        reason=transfer.number,
    )
    hand_over(handover, now=now, actor=SYSTEM)
    transfer.services.update(open=False)
    rows = AgreedService.objects.filter(transfer=transfer)
    until = transfer_lock.lock(rows, services, transfer.number, now=now)
    transfer.state, transfer.executed_at = AgreedState.EXECUTED, now
    transfer.to_account, transfer.ended_at = handover.new, now
    transfer.save(update_fields=["state", "executed_at", "to_account", "ended_at"])
    facts = {"number": transfer.number, "to": handover.new.pk}
    journal(transfer.stream, "agreed_executed", at=now, actor=SYSTEM, **facts)
    for request in requests:
        _end_request(request, transfer, now)
    write_notes(handover, GONE, COME, now=now)
    letters.queue(transfer, AgreedLetterKind.EXECUTED, services, now=now, until=until.isoformat())
    notify.executed(transfer, services, until, now=now)
    notify.executed_holder(transfer, services, addresses, until, now=now)


def _new_holder(transfer: AgreedTransfer) -> NewHolder:
    """The recipient; he accepted by the link that was sent to him, so that the mailbox is his."""
    return NewHolder(
        full_name=transfer.full_name,
        organisation=transfer.organisation,
        email=transfer.email,
        telephone=transfer.telephone,
        postal_address=transfer.postal_address,
        country=transfer.country,
        language=transfer.language,
        mailbox_proved=True,
    )


def _end_request(request: TransferRequest, transfer: AgreedTransfer, now: datetime) -> None:
    """The holder was here: an open request for these services ends, whoever asked (C9).

    Its own claimant reads of the transfer itself; another one only that the holder answered.
    """
    services = states.open_services(request)
    request.waits_until = None
    request.save(update_fields=["waits_until"])
    states.move(
        request,
        services,
        RequestState.HOLDER_REACHED,
        now=now,
        actor=SYSTEM,
        event="agreed_transfer_executed",
        transfer=transfer.number,
    )
    if request.pk != transfer.request_id:
        claimant.holder_reached(request.filing, services=names(services), now=now)
