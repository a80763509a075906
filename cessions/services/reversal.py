"""Within the lock two people can put an executed transfer back in one step (X5)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import CustomerAccount, User
from cessions.enums import DecisionState, LetterKind, RequestState, TwoPersonKind
from cessions.models import Decision, RequestedService, TwoPersonAct
from cessions.notifications import decision as notify
from cessions.services import letters, states, two_people
from cessions.services.guard import ActRefused, actor_of, require_staff
from cessions.services.handover import (
    Handover,
    hand_over,
    hosted,
    still_where_it_went,
    write_notes,
)
from cessions.services.mailboxes import holder_mailboxes
from hosting.lib.factor import Factor
from hosting.models import Service
from hosting.records.services import journal

GONE_BACK = gettext_noop("Transfer %(number)s was reversed: %(services)s went back to %(new)s.")
COME_BACK = gettext_noop("Transfer %(number)s was reversed: %(services)s came back from %(old)s.")


@transaction.atomic
def propose_reversal(
    decision_id: int, *, reason: str, by: User, now: datetime, factor: Factor | None
) -> TwoPersonAct:
    """The first person: this transfer was a mistake or a fraud, and why. Raises ActRefused."""
    words, confirmed = two_people.as_first(by, reason, factor)
    decision, _services = _reversible(decision_id, now)
    acts = decision.request.two_person_acts.filter(kind=TwoPersonKind.REVERSE)
    two_people.require_none_waiting(acts)
    act = TwoPersonAct.objects.create(
        request=decision.request,
        decision=decision,
        kind=TwoPersonKind.REVERSE,
        reason=words,
        proposed_by=by,
        proposed_at=now,
    )
    _journal(act, "reversal_proposed", now, by, confirmed)
    return act


@transaction.atomic
def confirm_reversal(act_id: int, *, by: User, now: datetime, factor: Factor | None) -> Decision:
    """The second person, a supervisor: everything goes back at once. Raises ActRefused.

    Ownership, access, notes on both accounts, events for the outside systems, letters and mails to
    both sides are written in one transaction.
    """
    confirmed = two_people.as_second(by, factor)
    decision_id = TwoPersonAct.objects.values_list("decision_id", flat=True).get(pk=act_id)
    decision, services = _reversible(decision_id, now)
    act = two_people.waiting(TwoPersonAct.objects.all(), act_id)
    two_people.confirm(act, by=by, now=now)
    _journal(act, "reversal_confirmed", now, by, confirmed)
    _put_back(decision, services, by, now)
    return decision


@transaction.atomic
def drop_reversal(act_id: int, *, by: User, now: datetime) -> None:
    """Take a proposal back. Raises ActRefused."""
    require_staff(by)
    states.lock(TwoPersonAct.objects.values_list("request_id", flat=True).get(pk=act_id))
    act = two_people.waiting(TwoPersonAct.objects.all(), act_id)
    two_people.drop(act, now=now)
    journal(act.request.stream, "reversal_dropped", at=now, actor=actor_of(by), act=act.pk)


def give_back(
    number: str,
    services: Sequence[Service],
    *,
    to: CustomerAccount,
    now: datetime,
    actor: str,
) -> None:
    """Move what the transfer `number` moved back to the account `to`: ownership, access, events for the
    outside systems, notes on both accounts. Raises ActRefused where it is no longer there."""
    handover = Handover(
        number=number,
        services=services,
        old=still_where_it_went(services, number),
        new=to,
        kind="transfer_reversed",
        reason=f"{number} reversed",
    )
    hand_over(handover, now=now, actor=actor)
    write_notes(handover, GONE_BACK, COME_BACK, now=now)


def _reversible(decision_id: int, now: datetime) -> tuple[Decision, list[RequestedService]]:
    """The executed decision and its services, locked, inside their lock. Raises ActRefused."""
    request_id = Decision.objects.values_list("request_id", flat=True).get(pk=decision_id)
    request = states.lock(request_id)
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    decision.request = request
    services = list(decision.services.select_related("service").order_by("pk"))
    if decision.state != DecisionState.EXECUTED:
        raise ActRefused("state")
    for service in services:
        if service.locked is None or not service.locked.lower <= now < service.locked.upper:
            raise ActRefused("late")
    still_where_it_went(hosted(services), request.number)
    return decision, services


def _put_back(
    decision: Decision, services: Sequence[RequestedService], by: User, now: datetime
) -> None:
    request = decision.request
    actor = actor_of(by)
    give_back(request.number, hosted(services), to=request.holder, now=now, actor=actor)
    decision.state = DecisionState.REVERSED
    decision.save(update_fields=["state"])
    states.move(
        request,
        services,
        RequestState.REVERSED,
        now=now,
        actor=actor,
        event="reversed",
        decision=decision.pk,
    )
    letters.queue(decision, LetterKind.REVERSED_ASSIGNEE, services, now=now)
    letters.queue(decision, LetterKind.REVERSED_HOLDER, services, now=now)
    notify.reversed_claimant(decision, services, now=now)
    notify.reversed_holder(decision, services, holder_mailboxes(request, now), now=now)


def _journal(act: TwoPersonAct, event: str, now: datetime, by: User, factor: Factor) -> None:
    journal(
        act.request.stream,
        event,
        at=now,
        actor=actor_of(by),
        act=act.pk,
        decision=act.decision_id,
        request=act.request.number,
        factor=str(factor),
    )
