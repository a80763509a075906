"""Recommendation, approval, refusal and its contest (X1): named people, a factor with each act, and
the blockers judged anew under the request's lock (K2, X2)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from cessions import policies
from cessions.enums import DecisionKind, DecisionState, LetterKind, RequestState
from cessions.facts import provider_zone
from cessions.models import Decision, RequestedService, TransferRequest
from cessions.notifications import decision as notify
from cessions.services import letters, retention, states
from cessions.services.guard import (
    ActRefused,
    actor_of,
    blockers_now,
    chosen_services,
    require_factor,
    require_reason,
    require_staff,
    require_supervisor,
)
from cessions.services.mailboxes import holder_mailboxes
from hosting.lib.factor import Factor
from hosting.records.services import journal


@transaction.atomic
def recommend(
    request_id: int,
    service_ids: Iterable[int],
    *,
    why: str,
    by: User,
    now: datetime,
    factor: Factor | None,
) -> Decision:
    """A named person recommends to approve the transfer of these services (X1).

    Nothing may stand in the way (K2). Raises ActRefused, with the blockers where there are some.
    """
    require_staff(by)
    confirmed = require_factor(factor)
    reason = require_reason(why)
    request = states.lock(request_id)
    services = chosen_services(request, service_ids)
    _require_state(services, RequestState.RECEIVED)
    if request.decisions.filter(state=DecisionState.RECOMMENDED).exists():
        raise ActRefused("state")
    _require_no_blockers(request, services, now)
    decision = Decision.objects.create(
        request=request,
        kind=DecisionKind.APPROVAL,
        state=DecisionState.RECOMMENDED,
        recommended_by=by,
        recommended_at=now,
        recommendation=reason,
    )
    decision.services.set(services)
    _journal(decision, "recommended", now, by, confirmed, services=[s.pk for s in services])
    return decision


@transaction.atomic
def send_back(decision_id: int, *, reason: str, by: User, now: datetime) -> None:
    """The person who recommended, or a supervisor, takes a recommendation back. Raises ActRefused."""
    require_staff(by)
    decision = _locked(decision_id)
    if decision.state != DecisionState.RECOMMENDED:
        raise ActRefused("state")
    if decision.recommended_by_id != by.pk:
        require_supervisor(by)
    states.void_decision(decision, require_reason(reason), now=now, actor=actor_of(by))


@transaction.atomic
def approve(decision_id: int, *, by: User, now: datetime, factor: Factor | None) -> Decision:
    """A supervisor, another person than the one who recommended, approves (X1).

    All of K2 is judged again under the lock, so that a sign of life and an approval never both
    stand (X2). The hold begins: present and former contacts are told (X3). Raises ActRefused.
    """
    require_supervisor(by)
    confirmed = require_factor(factor)
    decision = _locked(decision_id)
    request = decision.request
    services = list(decision.services.order_by("pk"))
    if decision.state != DecisionState.RECOMMENDED:
        raise ActRefused("state")
    if decision.recommended_by_id == by.pk:
        raise ActRefused("same_person")
    _require_state(services, RequestState.RECEIVED)
    _require_no_blockers(request, services, now)
    decision.state, decision.decided_by, decision.decided_at = DecisionState.APPROVED, by, now
    decision.executes_at = policies.executes_at(now, settings.CESSION_HOLD_HOURS)
    decision.save(update_fields=["state", "decided_by", "decided_at", "executes_at"])
    _move_to_approved(decision, services, by, now, confirmed)
    notify.approved(decision, services, now=now)
    notify.hold(decision, services, holder_mailboxes(request, now), now=now)
    return decision


@transaction.atomic
def refuse(
    request_id: int,
    service_ids: Iterable[int],
    *,
    reason: str,
    by: User,
    now: datetime,
    factor: Factor | None,
) -> Decision:
    """A supervisor refuses these services, with a reason that the claimant reads (X1).

    At once where a request is manifestly unfounded, also where nothing here bears the name (T4): the
    attempts stop. An approval in its hold that covers one of the services is void. Raises ActRefused.
    """
    require_supervisor(by)
    confirmed = require_factor(factor)
    words = require_reason(reason)
    request = states.lock(request_id)
    services = chosen_services(request, service_ids)
    _require_state(services, RequestState.RECEIVED, RequestState.APPROVED)
    decision = Decision.objects.create(
        request=request,
        kind=DecisionKind.REFUSAL,
        state=DecisionState.REFUSED,
        decided_by=by,
        decided_at=now,
        reason=words,
    )
    decision.services.set(services)
    states.move(
        request,
        services,
        RequestState.REFUSED,
        now=now,
        actor=actor_of(by),
        event="refused",
        decision=decision.pk,
        factor=str(confirmed),
    )
    notify.refused(decision, services, now=now)
    until = policies.contestable_until(now).isoformat()
    letters.queue(
        decision, LetterKind.REFUSED, services, now=now, reason=words, contest_until=until
    )
    return decision


def may_be_contested(decision: Decision, now: datetime) -> bool:
    """Whether the claimant may contest this decision at `now`: a refusal, once, within 30 days (X1)."""
    return decision.state == DecisionState.REFUSED and policies.may_be_contested(
        decision.decided_at, decision.contested_at, now
    )


@transaction.atomic
def contest(decision_id: int, *, text: str, now: datetime) -> Decision:
    """The claimant contests a refusal, once, within 30 days; supervisors are told (X1).

    Raises ActRefused when it is too late, was done before, or says nothing.
    """
    decision = _locked(decision_id)
    words = require_reason(text)
    if not may_be_contested(decision, now):
        raise ActRefused("late")
    decision.contested_at, decision.contest_text = now, words
    decision.save(update_fields=["contested_at", "contest_text"])
    retention.plan(decision.request.filing_id)
    journal(
        decision.request.stream,
        "refusal_contested",
        at=now,
        actor="claimant",
        decision=decision.pk,
        request=decision.request.number,
    )
    notify.contested(decision, now=now)
    return decision


@transaction.atomic
def decide_contest(
    decision_id: int,
    *,
    refusal_stands: bool,
    reason: str,
    by: User,
    now: datetime,
    factor: Factor | None,
) -> Decision:
    """Another supervisor decides a contest (X1).

    Where the refusal does not stand, the services are received again with the same reception and a
    new run of the search, for nobody sought the holder meanwhile. Raises ActRefused.
    """
    require_supervisor(by)
    confirmed = require_factor(factor)
    words = require_reason(reason)
    decision = _locked(decision_id)
    if decision.contested_at is None or decision.contest_decided_at is not None:
        raise ActRefused("state")
    if decision.decided_by_id == by.pk:
        raise ActRefused("same_person")
    decision.contest_decided_by, decision.contest_decided_at = by, now
    decision.contest_upheld, decision.contest_reason = not refusal_stands, words
    decision.save(
        update_fields=[
            "contest_decided_by",
            "contest_decided_at",
            "contest_upheld",
            "contest_reason",
        ]
    )
    _journal(decision, "contest_decided", now, by, confirmed, stands=refusal_stands)
    if refusal_stands:
        retention.plan(decision.request.filing_id)
    else:
        _receive_again(decision, by, now)
    notify.contest_decided(decision, now=now)
    return decision


def back_to_received(decision: Decision, *, now: datetime, actor: str, event: str) -> None:
    """The services of a decision that was voided are received again (X3)."""
    services = decision.services.filter(state=RequestState.APPROVED)
    states.move(
        decision.request,
        services,
        RequestState.RECEIVED,
        now=now,
        actor=actor,
        event=event,
        decision=decision.pk,
    )


def _locked(decision_id: int) -> Decision:
    """The decision with its request, both locked, the request first (X2)."""
    request_id = Decision.objects.values_list("request_id", flat=True).get(pk=decision_id)
    request = states.lock(request_id)
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    decision.request = request
    return decision


def _require_state(services: Iterable[RequestedService], *wanted: RequestState) -> None:
    if any(service.state not in wanted for service in services):
        raise ActRefused("state")


def _require_no_blockers(
    request: TransferRequest, services: list[RequestedService], now: datetime
) -> None:
    blockers = blockers_now(request, services, now)
    if blockers:
        raise ActRefused("blocked", blockers)


def _move_to_approved(
    decision: Decision,
    services: list[RequestedService],
    by: User,
    now: datetime,
    confirmed: Factor,
) -> None:
    try:
        with transaction.atomic():
            states.move(
                decision.request,
                services,
                RequestState.APPROVED,
                now=now,
                actor=actor_of(by),
                event="approved",
                decision=decision.pk,
                factor=str(confirmed),
            )
    except IntegrityError as error:
        raise ActRefused("approved_elsewhere") from error


def _receive_again(decision: Decision, by: User, now: datetime) -> None:
    request = decision.request
    states.move(
        request,
        decision.services.filter(state=RequestState.REFUSED),
        RequestState.RECEIVED,
        now=now,
        actor=actor_of(by),
        event="received_again",
        decision=decision.pk,
    )
    request.run_from = now
    if request.account_id is not None:
        request.next_attempt_at = policies.first_attempt_due(now, provider_zone())
    request.save(update_fields=["run_from", "next_attempt_at"])


def _journal(
    decision: Decision, event: str, now: datetime, by: User, factor: Factor, **facts: object
) -> None:
    journal(
        decision.request.stream,
        event,
        at=now,
        actor=actor_of(by),
        decision=decision.pk,
        request=decision.request.number,
        factor=str(factor),
        **facts,
    )
