"""Alarms to the supervisors (C10, X5, A12): by mail at once, and on the list until one takes care."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import CustomerAccount, User
from accounts.roles import SUPERVISOR
from cessions.models import AgreedTransfer, TransferRequest
from cessions.naming import names
from hosting.records.services.mail import build_mail, queue_mails, render_mail

Transferred = TransferRequest | AgreedTransfer


def theft(request: TransferRequest, *, now: datetime) -> None:
    """The holder says that the request is a theft (C10)."""
    _to_supervisors("alarm_theft", request, now)


def theft_agreed(transfer: AgreedTransfer, *, now: datetime) -> None:
    """Somebody of the holder's side says that an agreed transfer is a theft (X7, X5)."""
    _to_supervisors("alarm_agreed_theft", transfer, now)


def sign_in_the_lock(transferred: Transferred, *, now: datetime) -> None:
    """The holder gave a sign of life while the transferred services are locked (X5)."""
    _to_supervisors("alarm_lock", transferred, now)


def bounce_in_the_lock(transferred: Transferred, *, now: datetime) -> None:
    """A mail to the holder came back while the transferred services are locked (X5)."""
    _to_supervisors("alarm_bounce", transferred, now)


def sign_in_after_death(account: CustomerAccount, user: User, *, now: datetime) -> None:
    """Somebody used an owner's sign-in although the holder is known to be dead (A12)."""
    page = reverse("admin:accounts_customeraccount_change", args=[account.pk])
    words = {"account": str(account), "person": str(user), "link": settings.SITE_URL + page}
    _mail_supervisors("alarm_death", words, account.stream, now)


def _to_supervisors(name: str, about: Transferred, now: datetime) -> None:
    link = settings.SITE_URL + reverse("admin:cessions_contactattempt_tasks")
    services = names(about.hosted if isinstance(about, AgreedTransfer) else about.services.all())
    words = {"number": about.number, "services": services, "link": link}
    _mail_supervisors(name, words, about.stream, now)


def _mail_supervisors(name: str, words: dict[str, Any], stream: str, now: datetime) -> None:
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
