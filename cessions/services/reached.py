"""What a sign of life brings about: the end, a wait, or an alarm (C9, C10, X3, X5)."""

from datetime import datetime

from accounts.enums import HolderEventKind
from accounts.models import CustomerAccount
from cessions import policies
from cessions.enums import RequestState, SignJudgement, SignKind
from cessions.facts import provider_zone
from cessions.models import HolderSign, TransferRequest
from cessions.naming import names
from cessions.notifications import alarm, answered, claimant
from cessions.policies.blockers import AGREEMENT_WAIT
from cessions.services import states
from cessions.services.agreements import stop_objected
from cessions.services.transfer_lock import handed_over, in_lock
from hosting.lib.dates import after
from hosting.records.services import journal


def still_matters(request: TransferRequest, kind: str, now: datetime) -> bool:
    """Whether a sign of `kind` about `request` has to be recorded at `now`.

    While the request is open; during the lock after a transfer (X5); and a theft that is told after
    somebody else's objection ended the request.
    """
    if request.is_open or is_locked(request, now):
        return True
    return kind == SignKind.THEFT and request.state == RequestState.HOLDER_REACHED


def is_locked(request: TransferRequest, now: datetime) -> bool:
    """Whether a service of the request was transferred, by it or by the holder's side itself, and is
    still in its lock (X5, X7)."""
    return bool(request.services.filter(in_lock(now)).exists()) or handed_over(request, now)


def holder_is_dead(account: CustomerAccount) -> bool:
    """Whether the holder's death is known. What comes by his contacts or his sign-in is then from
    somebody else: as through a former contact, it waits for staff (A12, C9)."""
    deaths = account.events.standing().filter(kind=HolderEventKind.DEATH)
    return bool(deaths.exists())


def take_effect(request: TransferRequest, sign: HolderSign, *, now: datetime, actor: str) -> None:
    """What follows from `sign` for its locked request, and for an agreed transfer that it speaks
    against (X7); a sign that waits for staff ends no request."""
    if sign.kind == SignKind.THEFT:
        alarm.theft(request, now=now)
    elif is_locked(request, now):
        alarm.sign_in_the_lock(request, now=now)
    stop_objected(request, sign.kind, sign=sign.pk, now=now, actor=actor)
    if sign.judgement != SignJudgement.CONFIRMED or not request.is_open:
        return
    if sign.kind == SignKind.AGREEMENT:
        _wait(request, sign, now=now, actor=actor)
    else:
        _end(request, sign, now=now, actor=actor)


def _end(request: TransferRequest, sign: HolderSign, *, now: datetime, actor: str) -> None:
    """Holder reached: no force majeure, no further attempt; the claimant learns only that (C9)."""
    services = states.open_services(request)
    request.waits_until = None
    request.save(update_fields=["waits_until"])
    states.move(
        request,
        services,
        RequestState.HOLDER_REACHED,
        now=now,
        actor=actor,
        event="holder_reached",
        sign=sign.pk,
    )
    claimant.holder_reached(request.filing, services=names(services), now=now)


def _wait(request: TransferRequest, sign: HolderSign, *, now: datetime, actor: str) -> None:
    """The holder agrees: 14 days for the agreed transfer (X7), then a new run begins (C10).

    An approval does not outlive a sign of life (X3). Nobody writes to him meanwhile; when the time
    is over the sweep finds the request due again.
    """
    approved = [s for s in states.open_services(request) if s.state == RequestState.APPROVED]
    if approved:
        states.move(
            request,
            approved,
            RequestState.RECEIVED,
            now=now,
            actor=actor,
            event="approval_ended_by_agreement",
            sign=sign.pk,
        )
    agreed_until = after(now, AGREEMENT_WAIT)
    start_run(request, agreed_until)
    request.waits_until = agreed_until
    request.save(update_fields=["waits_until"])
    journal(
        request.stream,
        "search_waits",
        at=now,
        actor=actor,
        request=request.number,
        until=agreed_until.isoformat(),
    )
    answered.holder_agrees(request, now=now)


def start_run(request: TransferRequest, at: datetime) -> None:
    """Begin a new run of attempts at `at`: nothing before it counts, the first is due by C2."""
    request.run_from = at
    request.waits_until = None
    request.next_attempt_at = policies.first_attempt_due(at, provider_zone())
    request.save(update_fields=["run_from", "waits_until", "next_attempt_at"])
