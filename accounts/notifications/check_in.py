"""The yearly question whether everything is still right, and its reminders (A11)."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.enums import ContactKind, Role
from accounts.models import CustomerAccount
from hosting.records.services.mail import Rendered, build_mail, queue_mails, render_mail

KIND = "check_in"


def ask(account: CustomerAccount, reminder: int, *, now: datetime) -> int:
    """Ask on every present e-mail address and on the owners' sign-in addresses, each once.

    `reminder` is 0 for the question itself, then 1 and 2. Returns how many mails went into the
    outbox. The link leads to a page behind the sign-in: it tells a finder nothing.
    """
    rendered: dict[str, Rendered] = {}
    mails = []
    for address, language in recipients(account):
        if language not in rendered:
            rendered[language] = render_mail(KIND, language, _words(account, reminder))
        parts = rendered[language]
        mails.append(
            build_mail(
                kind=KIND,
                recipient=address,
                language=language,
                subject=parts.subject,
                text=parts.text,
                html=parts.html,
                now=now,
                stream=account.stream,
                reply_to=settings.PROVIDER["email"],
            )
        )
    return len(queue_mails(mails))


def recipients(account: CustomerAccount) -> Iterator[tuple[str, str]]:
    """Each address once, whatever its capitals, with the language to write in."""
    methods = account.contact_methods.current().filter(kind=ContactKind.EMAIL)
    owners = account.memberships.filter(
        role=Role.OWNER, ended_at__isnull=True, user__is_active=True
    ).select_related("user")
    wanted = [(method.value, account.language) for method in methods]
    wanted += [(owner.user.email, owner.user.language) for owner in owners]
    seen: set[str] = set()
    for address, language in wanted:
        if address.casefold() not in seen:
            seen.add(address.casefold())
            yield address, language


def _words(account: CustomerAccount, reminder: int) -> dict[str, object]:
    link = settings.SITE_URL + reverse("portal_checkin")
    return {"account": account, "reminder": reminder, "link": link}
