"""Mails when somebody may sign in for an account, or no longer: nobody is added behind an owner's back."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership, User
from hosting.records.services import build_mail, queue_mail, queue_mails, render_mail
from hosting.records.services.mail import Rendered

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


def owner_told(member: Membership, addresses: Iterable[str], what: str, *, now: datetime) -> None:
    """To the holder's own mailboxes: `member` speaks for him from now on. An account that never had a
    space has no owner to be told, and its owner may be the one who deceived us (A4, X7)."""
    account = member.account
    mail = _rendered("team_changed", account.full_name, account.language, member, what)
    queue_mails(
        build_mail(
            kind="team_changed",
            stream=account.stream,
            recipient=address,
            language=account.language,
            now=now,
            **mail._asdict(),
        )
        for address in addresses
    )


def _send(kind: str, user: User, member: Membership, what: str, now: datetime) -> None:
    mail = _rendered(kind, user.get_full_name(), user.language, member, what)
    queue_mail(
        kind=kind,
        stream=member.account.stream,
        recipient=user.email,
        language=user.language,
        now=now,
        **mail._asdict(),
    )


def _rendered(kind: str, name: str, language: str, member: Membership, what: str) -> Rendered:
    with translation.override(language):
        role = str(member.get_role_display())
    words = {
        "name": name,
        "person": member.shown_name,
        "account": str(member.account),
        "role": role,
        "what": what,
        "link": settings.SITE_URL + reverse("home"),
    }
    return render_mail(kind, language, words)
