"""Mails when somebody may sign in for an account, or no longer: nobody is added behind an owner's back."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership, User
from hosting.records.services import queue_mail, render_mail

ADDED, CHANGED, ENDED = "added", "changed", "ended"


def added(member: Membership, *, now: datetime) -> None:
    """To somebody who signs in here already: one account more."""
    _send("member_added", member.user, member, "", now)


def team_changed(
    member: Membership, told: Iterable[Membership], what: str, *, now: datetime
) -> None:
    """To those in `told`: `what` (ADDED, CHANGED or ENDED) happened to `member`."""
    for one in told:
        _send("team_changed", one.user, member, what, now)


def _send(kind: str, user: User, member: Membership, what: str, now: datetime) -> None:
    with translation.override(user.language):
        role = str(member.get_role_display())
    words = {
        "user": user,
        "person": member.user.full_name or member.user.email,
        "account": str(member.account),
        "role": role,
        "what": what,
        "link": settings.SITE_URL + reverse("home"),
    }
    mail = render_mail(kind, user.language, words)
    queue_mail(
        kind=kind,
        stream=member.account.stream,
        recipient=user.email,
        language=user.language,
        now=now,
        **mail._asdict(),
    )
