"""T0: the instant at which the client was reached with the request for validation, and what follows
from it by itself: two reminders, then *unanswered* (I5, I6, I12)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.lib.sweeps import each
from hosting.records.enums import MailState
from hosting.services.roles import require_staff
from interventions import policies
from interventions.enums import Answer, InterventionState, T0How
from interventions.models import Intervention
from interventions.notifications import alarm
from interventions.notifications import client as notify
from interventions.services.calls import keep_call
from interventions.services.states import NotPossible, lock, move, note
from interventions.services.window import destroy_after
from interventions.services.work import ask_client

NEVER_CAME = (MailState.FAILED, MailState.BOUNCED)


def follow_mails(now: datetime, limit: int = 100) -> int:
    """Count T0 for requests that a mail server accepted, cancel it for those that came back, alarm for
    those that never arrived (I6)."""
    ended = Intervention.objects.filter(
        state=InterventionState.ENDED,
        request_mail__accepted_at__isnull=False,
        request_mail__bounced_at__isnull=True,
    )
    returned = Intervention.objects.filter(
        state=InterventionState.ASKED,
        t0_how=T0How.MAIL,
        answer=Answer.NONE,
        request_mail__bounced_at__isnull=False,
    )
    keys = ended.order_by("pk").values_list("pk", flat=True)[:limit]
    counted = each(keys, lambda key: accepted(key, now=now), name="requests for validation")
    keys = returned.order_by("pk").values_list("pk", flat=True)[:limit]
    counted += each(keys, lambda key: bounced(key, now=now), name="bounced requests")
    unreached = Intervention.objects.filter(
        state=InterventionState.ENDED, alarmed_at__isnull=True, request_mail__state__in=NEVER_CAME
    )
    keys = unreached.order_by("pk").values_list("pk", flat=True)[:limit]
    return counted + each(keys, lambda key: never_came(key, now=now), name="refused requests")


@transaction.atomic
def accepted(key: UUID, *, now: datetime) -> bool:
    """The client's mail server took the request: T0 is when it did (I6)."""
    intervention = lock(key)
    mail = intervention.request_mail
    if mail is None or mail.accepted_at is None or mail.bounced_at is not None:
        return False
    return _count(intervention, T0How.MAIL, at=mail.accepted_at, now=now, actor="system")


@transaction.atomic
def seen(intervention: Intervention, *, by: User, now: datetime) -> bool:
    """A member of the account saw the request in his space (I6). False when T0 counts already."""
    return _count(lock(intervention.pk), T0How.SPACE, at=now, now=now, actor=f"user:{by.pk}")


@transaction.atomic
def told_in_call(intervention: Intervention, *, said: str, by: User, now: datetime) -> None:
    """Staff told the client by telephone; what was said is kept as a note (I6). Raises NotPossible."""
    require_staff(by)
    intervention = lock(intervention.pk)
    if not said.strip():
        raise NotPossible("said", _("Please note whom you talked with, and what was said."))
    if not _count(intervention, T0How.CALL, at=now, now=now, actor=f"user:{by.pk}"):
        raise NotPossible("state")
    keep_call(intervention, said=said, by=by, now=now)


@transaction.atomic
def bounced(key: UUID, *, now: datetime) -> bool:
    """The request came back before an answer: there is no T0, and staff are told (I6)."""
    intervention = lock(key)
    if intervention.state != InterventionState.ASKED or intervention.answer != Answer.NONE:
        return False
    was = intervention.t0_at
    intervention.t0_at, intervention.t0_how = None, ""
    intervention.next_step_at, intervention.reminders_sent = None, 0
    intervention.alarmed_at = now
    destroy_after(intervention, None)
    move(
        intervention,
        InterventionState.ENDED,
        now=now,
        actor="system",
        event="t0.cancelled",
        t0=was.isoformat() if was else None,
    )
    alarm.request_came_back(intervention, now=now)
    return True


@transaction.atomic
def never_came(key: UUID, *, now: datetime) -> bool:
    """The request was refused, or came back before T0 was counted: staff are told once (I6)."""
    intervention = lock(key)
    mail = intervention.request_mail
    unreached = mail is not None and mail.state in NEVER_CAME
    if intervention.state != InterventionState.ENDED or intervention.alarmed_at or not unreached:
        return False
    intervention.alarmed_at = now
    intervention.save(update_fields=["alarmed_at"])
    alarm.request_came_back(intervention, now=now)
    return True


@transaction.atomic
def ask_again(intervention: Intervention, *, by: User, now: datetime) -> None:
    """Send the request for validation once more, to the ticket's present address. Raises NotPossible."""
    require_staff(by)
    intervention = lock(intervention.pk)
    if intervention.state != InterventionState.ENDED:
        raise NotPossible("state")
    ask_client(intervention, now=now)
    note(intervention, "asked.again", now=now, actor=f"user:{by.pk}")


def step_due(now: datetime, limit: int = 100) -> int:
    """Send the reminders that are due, close as *unanswered* what was not answered (I5, I12)."""
    due = Intervention.objects.filter(next_step_at__lte=now).order_by("next_step_at")
    keys = due.values_list("pk", flat=True)[:limit]
    return each(keys, lambda key: step(key, now=now), name="answers awaited")


@transaction.atomic
def step(key: UUID, *, now: datetime) -> bool:
    """One intervention's next step: a reminder, or its end without an answer (I12)."""
    intervention = lock(key)
    due = intervention.next_step_at
    if due is None or due > now or intervention.t0_at is None:
        return False
    if intervention.state != InterventionState.ASKED:
        intervention.next_step_at = None
        intervention.save(update_fields=["next_step_at"])
        return False
    if now >= policies.answer_by(intervention.t0_at):
        intervention.next_step_at = None
        move(
            intervention, InterventionState.UNANSWERED, now=now, actor="system", event="unanswered"
        )
        return True
    notify.reminder(intervention, now=now)
    intervention.reminders_sent += 1
    intervention.next_step_at = _next_step(intervention, now)
    intervention.save(update_fields=["reminders_sent", "next_step_at"])
    note(intervention, "reminded", now=now, actor="system", count=intervention.reminders_sent)
    return True


def _count(
    intervention: Intervention, how: str, *, at: datetime, now: datetime, actor: str
) -> bool:
    """T0 is `at`, never before the work ended; the backup may go 24 hours later (I6, I8)."""
    if intervention.state != InterventionState.ENDED or intervention.ended_at is None:
        return False
    t0 = max(at, intervention.ended_at)
    intervention.t0_at, intervention.t0_how, intervention.alarmed_at = t0, how, None
    intervention.next_step_at = _next_step(intervention, now)
    destroy_after(intervention, t0)
    move(
        intervention,
        InterventionState.ASKED,
        now=now,
        actor=actor,
        event="t0.counted",
        t0=t0.isoformat(),
        how=str(how),
    )
    return True


def _next_step(intervention: Intervention, now: datetime) -> datetime:
    """The next reminder that is not over yet, else the end of the delay: after an outage one mail."""
    t0 = intervention.t0_at
    if t0 is None:
        raise ValueError("no T0, no step")
    steps = (policies.reminders_due(t0, n) for n in range(intervention.reminders_sent, 2))
    coming = [step for step in steps if step is not None and step > now]
    return coming[0] if coming else policies.answer_by(t0)
