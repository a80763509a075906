"""What the claimant is told while the holder's answer keeps his request waiting (A10, C10, T7)."""

from datetime import datetime

from cessions.models import TransferRequest
from cessions.naming import names
from hosting.lib.links import placeholder
from hosting.records.services.mail import queue_mail, render_mail


def holder_agrees(request: TransferRequest, *, now: datetime) -> None:
    """The holder answered and the request waits, up to when (C10)."""
    _send("cession_waits", request, now)


def search_goes_on(request: TransferRequest, *, now: datetime) -> None:
    """What was told as the holder's answer was not his: the request goes on (T7)."""
    _send("cession_goes_on", request, now)


def _send(name: str, request: TransferRequest, now: datetime) -> None:
    filing = request.filing
    if not filing.email:
        return
    link = placeholder("cession_status", filing.pk, filing.link_generation)
    services = names(request.services.all())
    words = {"filing": filing, "request": request, "services": services, "link": link}
    parts = render_mail(name, filing.language, words)
    queue_mail(
        kind=name,
        recipient=filing.email,
        language=filing.language,
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        now=now,
        stream=filing.stream,
    )
