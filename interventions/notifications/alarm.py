"""Alarms to staff: what went wrong, and where to see it; to the technician and the supervisors."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from accounts.roles import SUPERVISOR
from hosting.records.services.mail import build_mail, queue_mails, render_mail
from interventions.models import Intervention

CAME_BACK = "came_back"
INVALIDATED = "invalidated"
BACKUP_FAILED = "backup_failed"
RESTORE_FAILED = "restore_failed"
PURGE_OVERDUE = "purge_overdue"
NOT_ENDED = "not_ended"


def request_came_back(intervention: Intervention, *, now: datetime) -> None:
    """The request for validation bounced: no T0, the client must be reached otherwise (I6)."""
    raise_alarm(CAME_BACK, intervention, now=now)


def invalidated(intervention: Intervention, *, now: datetime) -> None:
    """The client says that something is wrong; a restore is offered to him (I9)."""
    raise_alarm(INVALIDATED, intervention, now=now)


def raise_alarm(kind: str, intervention: Intervention, *, now: datetime, error: str = "") -> None:
    """Write to the technician and to every supervisor; `kind` is one of the words above."""
    words = {"alarm": kind, "intervention": intervention, "error": error}
    wanted = Q(groups__name=SUPERVISOR) | Q(pk=intervention.technician_id)
    staff = User.objects.filter(wanted, is_active=True, is_staff=True).distinct().order_by("pk")
    mails = []
    for user in staff:
        parts = render_mail(
            "alarm_intervention", user.language, {**words, "link": _page(intervention)}
        )
        mails.append(
            build_mail(
                kind="alarm_intervention",
                recipient=user.email,
                language=user.language,
                subject=parts.subject,
                text=parts.text,
                html=parts.html,
                now=now,
                stream=intervention.ticket.stream,
            )
        )
    queue_mails(mails)


def _page(intervention: Intervention) -> str:
    return f"{settings.SITE_URL}/admin/interventions/intervention/{intervention.pk}/change/"
