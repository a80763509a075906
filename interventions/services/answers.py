"""The client's word on the work, and what ends the hold of an invalidation (I5, I7, I9, I12)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hosting.lib.sweeps import each
from interventions import policies
from interventions.enums import (
    Answer,
    BackupState,
    InterventionState,
    RestoreState,
    T0How,
    T1How,
)
from interventions.models import Intervention, SiteBackup
from interventions.notifications import alarm
from interventions.services.states import NotPossible, lock, move
from interventions.services.window import destroy_after

BYTES_EXIST = (BackupState.READY, BackupState.RESTORING)
CLIENT = "client"


@transaction.atomic
def validate(
    intervention: Intervention,
    *,
    areas: Iterable[str],
    remark: str,
    now: datetime,
    actor: str = CLIENT,
) -> Intervention:
    """All is well: the intervention is closed (I5). The bytes stay until T0 + 24 h all the same (I8).

    Raises NotPossible with the areas that were not ticked, after the delay, or after another answer.
    """
    intervention = _answerable(intervention, now)
    if intervention.state != InterventionState.ASKED:
        raise NotPossible("late", _("The time for an answer is over; please write to us."))
    checked = list(areas)
    missing = policies.missing_areas(intervention.areas, checked)
    if missing:
        words = _("Please look at these, too: %(areas)s.") % {"areas": ", ".join(missing)}
        raise NotPossible("areas", words)
    _answer(intervention, Answer.VALIDATED, remark, now)
    intervention.checked_areas = [area for area in intervention.areas if area in set(checked)]
    move(intervention, InterventionState.VALIDATED, now=now, actor=actor, event="validated")
    return intervention


@transaction.atomic
def invalidate(
    intervention: Intervention,
    *,
    areas: Iterable[str] = (),
    remark: str,
    now: datetime,
    actor: str = CLIENT,
) -> Intervention:
    """Something is wrong: the backup is held, and a restore offered at once (I9).

    Possible while the bytes exist; also on an *unanswered* one, flagged late, and by a client who
    had said that all is well. Raises NotPossible when the bytes are gone.
    """
    intervention = _answerable(intervention, now)
    if not _bytes_exist(intervention):
        words = _(
            "The backup does not exist any more: it is kept for 48 hours. Please write to us."
        )
        raise NotPossible("purged", words)
    first = intervention.answered_at
    _answer(intervention, Answer.INVALIDATED, remark, now)
    if first is not None:
        intervention.answered_at, intervention.answered_late = first, False
    ticked = set(areas)
    intervention.checked_areas = [area for area in intervention.areas if area in ticked]
    destroy_after(intervention, None)
    intervention.next_step_at = now + policies.SILENCE_ENDS_HOLD
    late = intervention.answered_late
    move(
        intervention,
        InterventionState.INVALIDATED,
        now=now,
        actor=actor,
        event="invalidated",
        late=late,
    )
    alarm.invalidated(intervention, now=now)
    return intervention


@transaction.atomic
def decline_restore(intervention: Intervention, *, now: datetime, actor: str = CLIENT) -> None:
    """The client keeps the site as it is: T1 is now (I9). Raises NotPossible."""
    intervention = lock(intervention.pk)
    _refuse_after_asking(intervention)
    end_hold(intervention, InterventionState.DECLINED, T1How.DECLINED, now=now, actor=actor)


def follow_restores(now: datetime, limit: int = 100) -> int:
    """End the holds of restores that the client was told of: his mail server took the mail (I9)."""
    told = Intervention.objects.filter(
        state=InterventionState.INVALIDATED,
        restore__state=RestoreState.DONE,
        told_mail__accepted_at__isnull=False,
        told_mail__bounced_at__isnull=True,
    )
    keys = told.order_by("pk").values_list("pk", flat=True)[:limit]
    return each(keys, lambda key: told_of_restore(key, now=now), name="restores told of")


@transaction.atomic
def told_of_restore(key: UUID, *, now: datetime, actor: str = "system") -> bool:
    """The restore is verified and the client was told, by mail or by telephone: T1 is now (I9)."""
    intervention = lock(key)
    restore = intervention.restore
    if intervention.state != InterventionState.INVALIDATED:
        return False
    if restore is None or restore.state != RestoreState.DONE:
        return False
    end_hold(intervention, InterventionState.RESTORED, T1How.RESTORED, now=now, actor=actor)
    return True


def silence_due(now: datetime, limit: int = 100) -> int:
    """End holds in which nothing was said for seven days (I9). A failed restore keeps its own."""
    due = Intervention.objects.filter(
        state=InterventionState.INVALIDATED, next_step_at__lte=now
    ).order_by("next_step_at")
    keys = due.values_list("pk", flat=True)[:limit]
    return each(keys, lambda key: silence(key, now=now), name="holds of interventions")


@transaction.atomic
def silence(key: UUID, *, now: datetime) -> bool:
    """Seven days passed without a word on the restore: T1 is now, unless one failed or runs (I9)."""
    intervention = lock(key)
    due = intervention.next_step_at
    if intervention.state != InterventionState.INVALIDATED or due is None or due > now:
        return False
    restore = intervention.restore
    if restore is not None and restore.state != RestoreState.DONE:
        intervention.next_step_at = None
        intervention.save(update_fields=["next_step_at"])
        return False
    to = InterventionState.DECLINED if restore is None else InterventionState.RESTORED
    end_hold(intervention, to, T1How.SILENCE, now=now, actor="system")
    return True


def end_hold(intervention: Intervention, to: str, how: str, *, now: datetime, actor: str) -> None:
    """Set T1 on the locked `intervention`; its backup may go from T1 + 24 h on (I9)."""
    intervention.t1_at, intervention.t1_how = now, how
    intervention.next_step_at = None
    move(intervention, to, now=now, actor=actor, event="hold.ended", how=str(how))
    destroy_after(intervention, now)


def _answerable(intervention: Intervention, now: datetime) -> Intervention:
    """Locked. An answer before T0 was counted shows that the request reached the client: T0 is now."""
    intervention = lock(intervention.pk)
    if intervention.state == InterventionState.ENDED:
        intervention.t0_at, intervention.t0_how = now, T0How.ANSWER
        destroy_after(intervention, now)
        move(
            intervention,
            InterventionState.ASKED,
            now=now,
            actor=CLIENT,
            event="t0.counted",
            t0=now.isoformat(),
            how=str(T0How.ANSWER),
        )
    if intervention.t0_at is None:
        raise NotPossible("not_asked", _("There is nothing to answer yet."))
    return intervention


def _bytes_exist(intervention: Intervention) -> bool:
    """Locks the backup: a purge that claimed it was quicker, one that comes now waits (I10)."""
    locked = SiteBackup.objects.select_for_update()
    backup = intervention.backup and locked.get(pk=intervention.backup.pk)
    return backup is not None and backup.state in BYTES_EXIST


def _answer(intervention: Intervention, answer: str, remark: str, now: datetime) -> None:
    t0 = intervention.t0_at
    intervention.answer, intervention.answered_at = answer, now
    intervention.answered_late = t0 is None or not policies.answer_in_time(t0, now)
    intervention.remark = remark.replace("\0", "").strip().replace("\r\n", "\n")
    intervention.next_step_at = None
    if answer == Answer.VALIDATED and intervention.answered_late:
        raise NotPossible("late", _("The time for an answer is over; please write to us."))


def _refuse_after_asking(intervention: Intervention) -> None:
    """A restore that is asked for is carried out, and counts once it is."""
    restore = intervention.restore
    if restore is not None and restore.state == RestoreState.DONE:
        raise NotPossible("state")
    if restore is not None and restore.state in (RestoreState.QUEUED, RestoreState.RUNNING):
        raise NotPossible("restoring", _("The restore has begun; please wait for its end."))
