"""What may be done on a case next: the acts of X1 and X5, and staff's daily work. A button that cannot
be used says why; the services judge again whatever a button says."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_supervisor
from cessions.enums import DecisionState, RequestState, TwoPersonKind
from cessions.policies.blockers import GRAVE_EVENTS
from cessions.reasoning import Reasoning
from cessions.snapshot import DecisionRow, RequestRow
from cessions.standing import known_event


@dataclass(frozen=True)
class Button:
    """Something to do next: a link to the verb's page, or the words why it cannot be done yet."""

    label: str
    url: str
    why_not: str = ""
    main: bool = False


def verb_url(pk: int, slug: str, part: int | None = None) -> str:
    """The address of a verb's page (see `hosting.lib.admin`)."""
    arguments = [pk] if part is None else [pk, part]
    return reverse(f"admin:cessions_transferrequest_{slug}", args=arguments)


def decision_buttons(why: Reasoning, user: User) -> Iterator[Button]:
    """The acts of X1 and X5 that this state of the case calls for; one that cannot be done says why."""
    request = why.request
    for decision in request.decisions:
        yield from _about_decision(decision, why, user)
    waiting = any(d.state == DecisionState.RECOMMENDED for d in request.decisions)
    received = [v for v in why.open_services if v.service.state == RequestState.RECEIVED]
    if received and not waiting:
        blocked = _("Something still stands in the way: see the list.")
        why_not = "" if any(not view.blockers for view in received) else blocked
        url = verb_url(request.id, "recommend")
        yield Button(_("Recommend the transfer"), url, why_not, main=not why_not)
    if why.open_services:
        yield Button(
            _("Refuse the request"),
            verb_url(request.id, "refuse-request"),
            "" if is_supervisor(user) else _("Only a supervisor can do this."),
        )


def _about_decision(decision: DecisionRow, why: Reasoning, user: User) -> Iterator[Button]:
    pk = why.request.id
    if decision.state == DecisionState.RECOMMENDED:
        url = verb_url(pk, "approve", decision.id)
        why_not = _why_not_approve(decision, why, user)
        yield Button(_("Approve the transfer"), url, why_not, main=not why_not)
        yield Button(_("Take the recommendation back"), verb_url(pk, "send-back", decision.id))
    if decision.contested_at and decision.contest_decided_at is None:
        by = decision.decided_by
        yield Button(
            _("Decide on the contest"),
            verb_url(pk, "contest", decision.id),
            why_not_second(by.id if by else 0, user),
            main=True,
        )
    if decision.state == DecisionState.EXECUTED:
        yield from _about_reversal(decision, why, user)


def _about_reversal(decision: DecisionRow, why: Reasoning, user: User) -> Iterator[Button]:
    pk = why.request.id
    covered = [v.service for v in why.services if v.service.id in decision.service_ids]
    locked = all(s.locked_until and why.at < s.locked_until for s in covered)
    waiting = [
        act
        for act in why.request.acts
        if act.kind == TwoPersonKind.REVERSE and not act.confirmed_at and not act.dropped_at
    ]
    for act in waiting:
        url = verb_url(pk, "reverse-confirm", act.id)
        why_not = why_not_second(act.proposed_by.id, user)
        yield Button(_("Confirm the reversal"), url, why_not, main=not why_not)
        yield Button(_("Drop the proposal to reverse"), verb_url(pk, "reverse-drop", act.id))
    if not waiting:
        late = _("The lock is over: a transfer is reversed within it only.")
        yield Button(
            _("Reverse the transfer"),
            verb_url(pk, "reverse", decision.id),
            "" if locked else late,
        )


def why_not_second(first: int, user: User) -> str:
    """Why `user` cannot be the second person after `first`, by their keys; empty where he can."""
    if not is_supervisor(user):
        return _("Only a supervisor can do this.")
    return _("A second person has to do this.") if user.pk == first else ""


def _why_not_approve(decision: DecisionRow, why: Reasoning, user: User) -> str:
    by = decision.recommended_by
    covered = [view for view in why.services if view.service.id in decision.service_ids]
    if any(view.blockers for view in covered):
        return _("Something still stands in the way: see the list.")
    return why_not_second(by.id if by else 0, user)


def work_buttons(why: Reasoning, user: User) -> Iterator[Button]:
    """What else staff do on a case."""
    request = why.request
    yield Button(_("Assign the case"), verb_url(request.id, "assign"))
    if request.account is None and why.open_services:
        yield Button(_("Ask the claimant"), verb_url(request.id, "ask"))
        return
    yield Button(_("Record a sign of life"), verb_url(request.id, "sign"))
    if why.open_services:
        yield Button(_("Ask the claimant"), verb_url(request.id, "ask"))
        yield Button(_("Seek the holder longer"), verb_url(request.id, "extend"))
        yield Button(_("Write a registered letter"), verb_url(request.id, "letter"))
        event = known_event(why.case.filing, request.account, why.at)
        if event in GRAVE_EVENTS and request.advice_at is None:
            why_not = "" if is_supervisor(user) else _("Only a supervisor can do this.")
            yield Button(_("Record the advice taken"), verb_url(request.id, "advice"), why_not)
    if request.state == RequestState.HOLDER_REACHED:
        yield from _undo_buttons(request, user)


def _undo_buttons(request: RequestRow, user: User) -> Iterator[Button]:
    waiting = [
        act
        for act in request.acts
        if act.kind == TwoPersonKind.UNDO_REACHED and not act.confirmed_at and not act.dropped_at
    ]
    for act in waiting:
        same = _("A second person has to do this.") if act.proposed_by.id == user.pk else ""
        url = verb_url(request.id, "undo-confirm", act.id)
        yield Button(_("Confirm that it was a mistake"), url, same)
        yield Button(_("Drop the proposal"), verb_url(request.id, "undo-drop", act.id))
    if not waiting:
        yield Button(_('Undo a mistaken "holder reached"'), verb_url(request.id, "undo"))


def export_button(request_id: int, user: User) -> Button:
    """Hand the evidence out (X6)."""
    why_not = "" if is_supervisor(user) else _("Only a supervisor can do this.")
    return Button(_("Hand the evidence out"), verb_url(request_id, "export"), why_not)
