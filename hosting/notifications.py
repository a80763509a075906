"""Mails of continuity to the supervisors: a due date comes near, a webhook was given up (H2)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.roles import SUPERVISOR
from hosting.models import ContinuityHold, WebhookDelivery
from hosting.records.services import build_mail, queue_mails, render_mail


def due_date_near(hold: ContinuityHold, *, now: datetime) -> None:
    """A due date lies inside a hold: renew or let go must be decided before (H2)."""
    words = {
        "service": hold.service.display_name,
        "due_on": hold.service.due_on,
        "source": hold.source,
        "link": settings.SITE_URL + reverse("admin:hosting_continuityhold_radar"),
    }
    _to_supervisors("alarm_due_date", words, f"service:{hold.service_id}", now)


def webhook_given_up(delivery: WebhookDelivery, answer: str, *, now: datetime) -> None:
    """An outside system did not hear an event in three days."""
    link = reverse("admin:hosting_webhookdelivery_changelist")
    words = {
        "endpoint": delivery.endpoint,
        "service": delivery.event.service.display_name,
        "kind": delivery.event.kind,
        "answer": answer,
        "link": settings.SITE_URL + link,
    }
    _to_supervisors("alarm_webhook", words, f"service:{delivery.event.service_id}", now)


def _to_supervisors(name: str, words: dict[str, Any], stream: str, now: datetime) -> None:
    supervisors = User.objects.filter(groups__name=SUPERVISOR, is_active=True, is_staff=True)
    mails = []
    for user in supervisors.order_by("pk"):
        parts = render_mail(name, user.language, words)
        mails.append(
            build_mail(
                kind=name,
                recipient=user.email,
                language=user.language,
                subject=parts.subject,
                text=parts.text,
                html=parts.html,
                now=now,
                stream=stream,
            )
        )
    queue_mails(mails)
