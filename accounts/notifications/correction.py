"""The answer to somebody who asked for a correction of his data (L2)."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.enums import Judgement
from accounts.models import CorrectionRequest
from hosting.records.services.mail import queue_mail, render_mail

ANSWERED = "correction_answered"


def answered(correction: CorrectionRequest, *, now: datetime) -> None:
    """To the one who asked, at his sign-in address: corrected, or not and why."""
    user = correction.asked_by
    words = {
        "correction": correction,
        "accepted": correction.judgement == Judgement.ACCEPTED,
        "link": settings.SITE_URL + reverse("portal_data"),
    }
    parts = render_mail(ANSWERED, user.language, words)
    queue_mail(
        kind=ANSWERED,
        recipient=user.email,
        language=user.language,
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        now=now,
        stream=correction.account.stream,
        reply_to=settings.PROVIDER["email"],
    )
