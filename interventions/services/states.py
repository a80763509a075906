"""The only place that writes the state of an intervention."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hosting.records.services import journal
from interventions import policies
from interventions.models import Intervention


class NotPossible(ValidationError):
    """The act does not fit the intervention as it stands; nothing was written. Mostly somebody else
    was quicker: show the page anew."""

    def __init__(self, code: str, words: str | None = None) -> None:
        super().__init__(words or _("This is not possible as things stand now."), code=code)


def lock(intervention_id: UUID) -> Intervention:
    """The intervention, its row locked to the end of the transaction: every verb takes it first."""
    found = Intervention.objects.select_for_update(of=("self",))
    return found.select_related("ticket", "site", "backup").get(pk=intervention_id)


def move(
    intervention: Intervention, to: str, *, now: datetime, actor: str, event: str, **facts: Any
) -> None:
    """Set the state of the locked `intervention`, save it whole, and journal the step.

    The caller has set its other columns. `actor` is "system", "client" or "user:<id>". Raises
    NotPossible where no way leads.
    """
    before = intervention.state
    if not policies.may_move(before, to):
        raise NotPossible("state")
    intervention.state = to
    intervention.save()
    note(intervention, event, now=now, actor=actor, was=before, state=str(to), **facts)


def note(
    intervention: Intervention, event: str, *, now: datetime, actor: str, **facts: Any
) -> None:
    """Journal a fact of the intervention in its ticket's stream."""
    journal(
        intervention.ticket.stream,
        event,
        at=now,
        actor=actor,
        intervention=intervention.number,
        **facts,
    )
