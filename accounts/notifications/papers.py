"""What became of a signed paper, to the one who sent it and to the account's owners (P3, A9)."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import SignedPaper, User
from hosting.records.services import queue_mail, render_mail


def uploaded(paper: SignedPaper, *, now: datetime) -> None:
    """Somebody sent a signed copy in the name of the account: to its owners, but for himself."""
    _send("paper_uploaded", paper, now, but=paper.uploaded_by_id)


def accepted(paper: SignedPaper, *, now: datetime) -> None:
    """It counts from now on."""
    _send("paper_accepted", paper, now)


def refused(paper: SignedPaper, *, now: datetime) -> None:
    """Why not, and how to send another."""
    _send("paper_refused", paper, now)


def _send(kind: str, paper: SignedPaper, now: datetime, but: int | None = None) -> None:
    for user in _readers(paper):
        if user.pk == but:
            continue
        with translation.override(user.language):
            what = str(paper._meta.verbose_name)
        words = {
            "paper": paper,
            "what": what,
            "link": settings.SITE_URL + reverse("portal_papers"),
        }
        mail = render_mail(kind, user.language, words)
        queue_mail(
            kind=kind,
            stream=paper.account.stream,
            recipient=user.email,
            language=user.language,
            reply_to=settings.PROVIDER["email"],
            now=now,
            **mail._asdict(),
        )


def _readers(paper: SignedPaper) -> list[User]:
    """The owners, and the sender while he still signs in for the account."""
    running = paper.account.memberships.filter(ended_at__isnull=True).select_related("user")
    return [
        member.user
        for member in running.order_by("pk")
        if member.role == Role.OWNER or member.user_id == paper.uploaded_by_id
    ]
