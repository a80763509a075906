"""What may be done on an intervention next. A button that cannot be used says why; the services judge
again, whatever a button says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_supervisor
from hosting.lib.dates import as_utc
from interventions import policies
from interventions.enums import BackupState, InterventionState
from interventions.models import Complaint, Intervention
from interventions.services.answers import BYTES_EXIST
from interventions.services.eligibility import may_revoke
from interventions.services.work import BLOCKER_WORDS, blockers

State = InterventionState


@dataclass(frozen=True)
class Button:
    """Something to do next: a link to the verb's page, or the words why it cannot be done."""

    label: str
    url: str
    why_not: str = ""
    main: bool = False


def verb_url(intervention: Intervention, slug: str, *part: int) -> str:
    """The address of a verb's page (see `hosting.lib.admin`)."""
    return reverse(f"admin:interventions_intervention_{slug}", args=[intervention.pk, *part])


def next_buttons(intervention: Intervention, user: User) -> Iterator[Button]:
    """The steps that this state calls for."""
    state = intervention.state
    mine = intervention.technician_id == user.pk
    not_mine = "" if mine else BLOCKER_WORDS()["not_assigned_to_you"]

    def button(label: str, slug: str, why_not: str = "", *, main: bool = True) -> Button:
        return Button(label, verb_url(intervention, slug), why_not, main=main and not why_not)

    if state in policies.RUNNING and not mine:
        nobody = intervention.technician_id is None
        yield button(_("I take it"), "take", main=nobody)
    if state == State.OPEN:
        yield button(_("Make the backup"), "backup")
    if state == State.READY:
        why_not = next((BLOCKER_WORDS()[code] for code in blockers(intervention, user)), "")
        yield button(_("Start the work"), "start", why_not)
        yield button(_("Make a new backup"), "backup", main=False)
    if state == State.STARTED:
        yield button(_("End the work"), "end", not_mine)
    if state == State.ENDED:
        yield button(_("I told the client by telephone"), "told")
        yield button(_("Send the request again"), "ask-again", main=False)
    if state == State.INVALIDATED and intervention.restore_id is None:
        yield button(_("Bring the site back, on his word"), "restore")
        yield button(_("Keep the site as it is, on his word"), "decline", main=False)


def more_buttons(intervention: Intervention, user: User, now: datetime) -> Iterator[Button]:
    """What else staff do on it."""
    state = intervention.state
    if state in policies.RUNNING:
        yield Button(_("Give it to somebody"), verb_url(intervention, "assign"))
    if _may_invalidate(intervention):
        label = _("The client says that something is wrong")
        yield Button(label, verb_url(intervention, "invalidate"))
    if intervention.ended_at is not None:
        yield Button(_("Record a later complaint"), verb_url(intervention, "complaint"))
    if policies.may_move(state, State.CANCELLED):
        yield Button(_("Cancel the intervention"), verb_url(intervention, "cancel"))
    yield from _purge(intervention, user, now)


def _may_invalidate(intervention: Intervention) -> bool:
    backup, state = intervention.backup, intervention.state
    possible = state == State.ENDED or policies.may_move(state, State.INVALIDATED)
    return possible and backup is not None and backup.state in BYTES_EXIST


def _purge(intervention: Intervention, user: User, now: datetime) -> Iterator[Button]:
    """Shown where no sweep will ever destroy the bytes: cancelled work, or no T0 (I6)."""
    backup, state = intervention.backup, intervention.state
    held = backup is not None and backup.state in (BackupState.READY, BackupState.FAILED)
    if not held or state not in (State.CANCELLED, State.ENDED):
        return
    yield Button(
        _("Destroy the backup by hand"),
        verb_url(intervention, "purge"),
        why_not_purge(intervention, user, now),
    )


def why_not_purge(intervention: Intervention, user: User, now: datetime) -> str:
    """Why the bytes cannot be destroyed by hand now; empty when they can (I6)."""
    if not is_supervisor(user):
        return _("Only a supervisor can do this.")
    ended, t0 = intervention.ended_at, intervention.t0_at
    if policies.may_purge_by_hand(intervention.state, t0, ended, now):
        return ""
    if ended is None:
        return _("This backup cannot be destroyed now.")
    at = as_utc(ended) + policies.CLEARED_WITHOUT_T0
    words = {"at": date_format(localtime(at), "SHORT_DATETIME_FORMAT")}
    return _("Without T0 only after seven days: from %(at)s.") % words


def why_not_revoke(intervention: Intervention, complaint: Complaint, *, eligible: bool) -> str:
    """Why eligibility cannot be revoked on `complaint`; empty when staff may decide to (I13)."""
    t0, answered = intervention.t0_at, intervention.answered_at
    if t0 is None:
        return _("There is no T0: the client was never reached.")
    if answered is not None and as_utc(answered) < policies.answer_by(t0):
        return _("The client answered in time.")
    if not may_revoke(intervention, complaint):
        return _("He complained within the delay.")
    return "" if eligible else _("The account is not eligible already.")
