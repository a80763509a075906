"""Where an agreed transfer stands, as a line of steps (X7)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cessions.enums import AgreedState
from cessions.models import AgreedTransfer

CAME_TO_NOTHING = (
    AgreedState.WITHDRAWN,
    AgreedState.DECLINED,
    AgreedState.EXPIRED,
    AgreedState.STOPPED,
)


@dataclass(frozen=True)
class Step:
    """One line of `parts/steps.html`."""

    label: str
    state: str
    at: datetime | None = None
    detail: str = ""


def steps_of(transfer: AgreedTransfer) -> list[Step]:
    """Proposed, accepted, handed over, put back; or where it ended."""
    steps = [Step(_("You proposed it"), "done", transfer.proposed_at)]
    if transfer.accepted_at is not None:
        steps.append(Step(_("The new holder accepted"), "done", transfer.accepted_at))
    if transfer.state in CAME_TO_NOTHING:
        detail = _(transfer.end_reason) if transfer.end_reason else ""
        label = capfirst(transfer.get_state_display())
        return [*steps, Step(label, "stopped", transfer.ended_at, detail)]
    if transfer.accepted_at is None:
        until = _("We wait for his answer up to this moment.")
        steps.append(Step(_("The new holder accepts"), "current", transfer.expires_at, until))
    steps.append(_effect(transfer))
    if transfer.state == AgreedState.REVERSED:
        steps.append(_back(transfer))
    return steps


def _effect(transfer: AgreedTransfer) -> Step:
    if transfer.executed_at is not None:
        return Step(_("The services are handed over"), "done", transfer.executed_at)
    if transfer.executes_at is None:
        detail = _("At the earliest one day after he accepted.")
        return Step(_("The services are handed over"), "todo", detail=detail)
    detail = _("Soon after this moment. Until then you can stop it.")
    return Step(_("The services are handed over"), "current", transfer.executes_at, detail)


def _back(transfer: AgreedTransfer) -> Step:
    act = transfer.reversals.filter(confirmed_at__isnull=False).first()
    detail = _(
        "Two of our staff decided so within the lock. The services are in your account again."
    )
    return Step(
        _("The transfer was reversed"), "stopped", act.confirmed_at if act else None, detail
    )
