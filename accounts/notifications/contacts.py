"""Mails about the contact methods themselves: the code, and that something changed (A3, V4)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation

from accounts.models import ContactMethod, CustomerAccount
from accounts.policies import shown_contact
from hosting.records.services import build_mail, queue_mail, queue_mails, render_mail


def code(method: ContactMethod, digits: str, expires_at: datetime, *, now: datetime) -> None:
    """Send `digits` to the address that they shall verify; a late mail would be of no use."""
    account = method.account
    context = {"account": account, "digits": digits}
    queue_mail(
        kind="contact_code",
        stream=account.stream,
        recipient=method.value,
        language=account.language,
        sensitive=True,
        give_up_at=expires_at,
        now=now,
        **render_mail("contact_code", account.language, context)._asdict(),
    )


def changed(
    account: CustomerAccount,
    addresses: Iterable[str],
    *,
    added: ContactMethod | None = None,
    ended: ContactMethod | None = None,
    by: str,
    now: datetime,
) -> None:
    """Tell these addresses of the holder what was added or ended, and by whom: nobody replaces them
    in silence (V4)."""
    with translation.override(account.language):
        words = {"added": _shown(added), "ended": _shown(ended)}
    context = {"account": account, "by": by, "at": now, **words}
    mail = render_mail("contact_changed", account.language, context)
    queue_mails(
        build_mail(
            kind="contact_changed",
            stream=account.stream,
            recipient=address,
            language=account.language,
            now=now,
            **mail._asdict(),
        )
        for address in addresses
    )


def _shown(method: ContactMethod | None) -> str:
    if method is None:
        return ""
    return f"{method.get_kind_display()} {shown_contact(method.kind, method.value)}"
