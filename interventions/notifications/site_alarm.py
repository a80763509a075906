"""Alarms to supervisors about a client's own backups and restores, which no intervention stands behind."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from accounts.roles import SUPERVISOR
from hosting.records.services.mail import build_mail, queue_mails, render_mail
from interventions.models import Site

BACKUPS_FAIL = "backups_fail"
RESTORE_FAILED = "restore_failed"
KIND = "alarm_site"


def raise_alarm(kind: str, site: Site, *, now: datetime, error: str) -> None:
    """Write to every supervisor; `kind` is one of the words above, `error` what the engine said."""
    words = {"alarm": kind, "site": str(site), "error": error, "link": _page(site)}
    staff = User.objects.filter(groups__name=SUPERVISOR, is_active=True, is_staff=True)
    mails = []
    for user in staff.order_by("pk"):
        parts = render_mail(KIND, user.language, words)
        mails.append(
            build_mail(
                kind=KIND,
                recipient=user.email,
                language=user.language,
                subject=parts.subject,
                text=parts.text,
                html=parts.html,
                now=now,
                stream=f"site:{site.pk}",
            )
        )
    queue_mails(mails)


def _page(site: Site) -> str:
    return f"{settings.SITE_URL}/admin/interventions/site/{site.pk}/change/"
