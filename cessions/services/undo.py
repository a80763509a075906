"""Two people undo a mistaken record that the holder was reached (T7)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cessions.enums import RequestState, SignJudgement, TwoPersonKind
from cessions.models import HolderSign, TransferRequest, TwoPersonAct
from cessions.notifications import answered
from cessions.services import reached, states
from cessions.services.guard import require_factor, require_staff
from cessions.services.refused import Refused
from hosting.lib.factor import Factor
from hosting.records.services import journal


class UndoRefused(Refused):
    """The record cannot be undone; the message says why, in the reader's language."""


@transaction.atomic
def propose_undo(
    request_id: int, *, reason: str, by: User, now: datetime, factor: Factor | None
) -> TwoPersonAct:
    """A first person says that the record is a mistake. Raises UndoRefused, ActRefused."""
    require_staff(by)
    confirmed = require_factor(factor)
    if not reason.strip():
        raise UndoRefused(_("Please say why the record is a mistake."))
    request = states.lock(request_id)
    _require_reached(request)
    if _open_acts(request).exists():
        raise UndoRefused(_("Somebody proposed this already. A second person can confirm it."))
    act = TwoPersonAct.objects.create(
        request=request,
        kind=TwoPersonKind.UNDO_REACHED,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
    )
    _journal(request, "undo_proposed", act, by, now, factor=str(confirmed))
    return act


@transaction.atomic
def confirm_undo(act_id: int, *, by: User, now: datetime, factor: Factor | None) -> TransferRequest:
    """A second person agrees: the request is received again, and the search begins anew (T7).

    The signs on which the mistake rested are dismissed in the confirming person's name. The dates
    without an attempt stay a gap. Raises UndoRefused for the same person, or when it is over, and
    ActRefused without a factor or for somebody who is not of the staff.
    """
    require_staff(by)
    confirmed = require_factor(factor)
    found = TwoPersonAct.objects.filter(pk=act_id, kind=TwoPersonKind.UNDO_REACHED)
    request = states.lock(found.values_list("request_id", flat=True).get())
    act = found.select_for_update(of=("self",)).get()
    if act.confirmed_at or act.dropped_at:
        raise UndoRefused(_("This proposal is over."))
    if act.proposed_by_id == by.pk:
        raise UndoRefused(_("A second person must confirm."))
    _require_reached(request)
    act.confirmed_by, act.confirmed_at = by, now
    act.save(update_fields=["confirmed_by", "confirmed_at"])
    _dismiss_signs(request, act, by, now)
    services = request.services.filter(state=RequestState.HOLDER_REACHED)
    states.move(
        request,
        list(services),
        RequestState.RECEIVED,
        now=now,
        actor=f"user:{by.pk}",
        event="holder_reached_undone",
        act=act.pk,
        factor=str(confirmed),
    )
    reached.start_run(request, now)
    answered.search_goes_on(request, now=now)
    return request


@transaction.atomic
def drop_undo(act_id: int, *, by: User, now: datetime) -> None:
    """The proposal is taken back or turned down; the request stays ended."""
    found = TwoPersonAct.objects.filter(pk=act_id, kind=TwoPersonKind.UNDO_REACHED)
    request = states.lock(found.values_list("request_id", flat=True).get())
    act = found.select_for_update(of=("self",)).get()
    if act.confirmed_at is None and act.dropped_at is None:
        act.dropped_at = now
        act.save(update_fields=["dropped_at"])
        _journal(request, "undo_dropped", act, by, now)


def _open_acts(request: TransferRequest) -> "QuerySet[TwoPersonAct]":
    return request.two_person_acts.filter(
        kind=TwoPersonKind.UNDO_REACHED, confirmed_at=None, dropped_at=None
    )


def _require_reached(request: TransferRequest) -> None:
    if not request.services.filter(state=RequestState.HOLDER_REACHED).exists():
        raise UndoRefused(_("The holder is not recorded as reached on this request."))


def _dismiss_signs(request: TransferRequest, act: TwoPersonAct, by: User, now: datetime) -> None:
    signs = HolderSign.objects.filter(request=request, at__lte=act.proposed_at)
    signs.exclude(judgement=SignJudgement.DISMISSED).update(
        judgement=SignJudgement.DISMISSED,
        judged_by=by,
        judged_at=now,
        judgement_reason=act.reason,
    )


def _journal(
    request: TransferRequest, event: str, act: TwoPersonAct, by: User, now: datetime, **facts: str
) -> None:
    journal(
        request.stream,
        event,
        at=now,
        actor=f"user:{by.pk}",
        request=request.number,
        act=act.pk,
        **facts,
    )
