"""The technician's side of an intervention: opened, given to somebody, backed up, started, ended."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerAccount, User
from accounts.services.notes import eligibility_of
from hosting.lib.bell import ring_on_commit
from hosting.services.roles import require_staff, required_text
from interventions import policies
from interventions.enums import BackupPurpose, BackupState, InterventionState, TicketState
from interventions.models import Intervention, Site, SiteBackup, Ticket
from interventions.notifications import client as notify
from interventions.services.numbers import intervention_number
from interventions.services.quote_rows import paid_work_on
from interventions.services.site_locks import lock_site, refuse_lost_site, refuse_while_restoring
from interventions.services.states import NotPossible, lock, move, note

MAKE_BACKUPS = "interventions.tasks.sweep_backups"


@transaction.atomic
def open_intervention(
    ticket: Ticket, site: Site, *, areas: Iterable[str], by: User, now: datetime
) -> Intervention:
    """Open a courtesy intervention on one of the ticket's account's sites.

    `areas` are what the client will be asked to check, in his words. Raises ValidationError when the
    account is not eligible (I14), the ticket is not open or is paid work (I1), the site is another
    account's, or somebody works on it already: two backups of one site would undo each other's work.
    """
    require_staff(by)
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if ticket.state != TicketState.OPEN or ticket.account is None:
        raise NotPossible("ticket", _("Join the ticket to an account first."))
    if paid_work_on(ticket):
        words = _("There is a quote on this ticket: it is paid work, and gets no courtesy (I1).")
        raise NotPossible("paid", words)
    if site.service.account_id != ticket.account_id:
        raise NotPossible("site", _("This site belongs to another account."))
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=ticket.account_id)
    if not eligibility_of(account).eligible:
        raise NotPossible("ineligible", _("This account gets no courtesy interventions (I14)."))
    _refuse_second_on(site)
    intervention = Intervention.objects.create(
        number=intervention_number(now),
        ticket=ticket,
        site=site,
        areas=list(dict.fromkeys(area.strip() for area in areas if area.strip())),
        opened_at=now,
        opened_by=by,
    )
    note(intervention, "intervention.opened", now=now, actor=_actor(by), site=site.pk)
    return intervention


def _refuse_second_on(site: Site) -> None:
    """Locks the site, so that of two tickets that begin at once one waits and is refused."""
    Site.objects.select_for_update(no_key=True, of=("self",)).get(pk=site.pk)
    other = site.interventions.filter(state__in=policies.RUNNING).first()
    if other is not None:
        words = _("%(number)s is under way on this site already.") % {"number": other.number}
        raise NotPossible("second", words)


@transaction.atomic
def assign(intervention: Intervention, technician: User, *, by: User, now: datetime) -> None:
    """Give the intervention to a technician; he alone can start it and see credentials (I3)."""
    require_staff(by)
    require_staff(technician)
    intervention = lock(intervention.pk)
    if intervention.state not in policies.RUNNING:
        raise NotPossible("state")
    intervention.technician = technician
    intervention.save(update_fields=["technician"])
    note(intervention, "assigned", now=now, actor=_actor(by), technician=technician.pk)


@transaction.atomic
def ask_backup(intervention: Intervention, *, by: User, now: datetime) -> SiteBackup:
    """Have the site backed up for this intervention (I4); a worker does it. Pressed twice, the second
    is refused. A former backup that failed, or was never used, is let go."""
    require_staff(by)
    intervention = lock(intervention.pk)
    refuse_lost_site(intervention)
    refuse_while_restoring(lock_site(intervention.site_id))
    former = intervention.backup
    backup = SiteBackup.objects.create(
        site=intervention.site,
        purpose=BackupPurpose.INTERVENTION,
        asked_by=by,
        asked_at=now,
        next_try_at=now,
    )
    intervention.backup, intervention.next_probe_at = backup, now
    move(
        intervention,
        InterventionState.BACKING_UP,
        now=now,
        actor=_actor(by),
        event="backup.asked",
        backup=str(backup.pk),
    )
    if former is not None and former.state == BackupState.READY:
        SiteBackup.objects.filter(pk=former.pk).update(purge_after=now, purge_before=now)
    ring_on_commit(MAKE_BACKUPS)
    return backup


@transaction.atomic
def backup_ended(backup: SiteBackup, *, now: datetime) -> None:
    """The backup of an intervention is verified or has failed: the intervention follows it (I4)."""
    found = Intervention.objects.filter(backup=backup).values_list("pk", flat=True).first()
    if found is None:
        return
    intervention = lock(found)
    if intervention.state != InterventionState.BACKING_UP or intervention.backup != backup:
        return
    ready = intervention.backup.state == BackupState.READY
    move(
        intervention,
        InterventionState.READY if ready else InterventionState.OPEN,
        now=now,
        actor="system",
        event="backup.verified" if ready else "backup.failed",
        backup=str(backup.pk),
    )


@transaction.atomic
def start(intervention: Intervention, *, by: User, now: datetime) -> Intervention:
    """Begin the work: on a verified backup, by the technician it was given to (I4).

    Raises NotPossible with the words of the first blocker.
    """
    require_staff(by)
    intervention = lock(intervention.pk)
    refuse_lost_site(intervention)
    for code in blockers(intervention, by):
        raise NotPossible(code, BLOCKER_WORDS()[code])
    intervention.started_at = now
    move(intervention, InterventionState.STARTED, now=now, actor=_actor(by), event="work.started")
    return intervention


def blockers(intervention: Intervention, by: User) -> list[str]:
    """Why `by` cannot start the work now, as codes (I4); the page shows them, `start` obeys them."""
    backup = intervention.backup
    return policies.start_blockers(
        intervention.state,
        backup.state if backup else None,
        assigned_to_you=intervention.technician_id == by.pk,
    )


def BLOCKER_WORDS() -> dict[str, str]:  # noqa: N802 (a table of words, in the reader's language)
    """What each code of `blockers` means."""
    return {
        "no_verified_backup": _("There is no verified backup of the site yet."),
        "not_ready": _("The intervention is not ready to be started."),
        "not_assigned_to_you": _("It is given to somebody else, or to nobody yet."),
    }


@transaction.atomic
def end(intervention: Intervention, *, report: str, by: User, now: datetime) -> Intervention:
    """The work is done, and what was done is written down; the client is asked to check (I5).

    T0 comes when that request reaches him (I6). Raises ValidationError without a report.
    """
    require_staff(by)
    words = required_text("report", report)
    intervention = lock(intervention.pk)
    if intervention.technician_id != by.pk:
        raise NotPossible("not_assigned_to_you", BLOCKER_WORDS()["not_assigned_to_you"])
    intervention.ended_at, intervention.report = now, words
    intervention.next_probe_at = now
    move(intervention, InterventionState.ENDED, now=now, actor=_actor(by), event="work.ended")
    ask_client(intervention, now=now)
    return intervention


def ask_client(intervention: Intervention, *, now: datetime) -> None:
    """Put the request for validation into the outbox; the locked intervention remembers it (I5, I6).
    What was alarmed before is over: the next trouble is a new alarm."""
    intervention.request_mail = notify.please_check(intervention, now=now)
    intervention.alarmed_at = None
    intervention.save(update_fields=["request_mail", "alarmed_at"])


@transaction.atomic
def cancel(intervention: Intervention, *, reason: str, by: User, now: datetime) -> None:
    """Give the intervention up. Its backup stays until a supervisor purges it (I6)."""
    require_staff(by)
    words = required_text("reason", reason)
    intervention = lock(intervention.pk)
    intervention.cancelled_at, intervention.cancelled_reason = now, words
    intervention.next_step_at = None
    move(intervention, InterventionState.CANCELLED, now=now, actor=_actor(by), event="cancelled")


def _actor(by: User) -> str:
    return f"user:{by.pk}"


__all__ = [
    "BLOCKER_WORDS",
    "ask_backup",
    "ask_client",
    "assign",
    "backup_ended",
    "blockers",
    "cancel",
    "end",
    "open_intervention",
    "start",
]
