"""The e-mails to emergency contacts (A8)."""

from datetime import datetime
from typing import Any

from accounts.models import EmergencyContact
from hosting.lib import links
from hosting.records.services import queue_mail, render_mail

PURPOSE = "portal_trusted_invitation"


def invited(contact: EmergencyContact, *, now: datetime) -> None:
    """He was named: who named him, what he could decide, and the link to say yes or no."""
    link = links.placeholder(PURPOSE, contact.pk, contact.generation)
    _queue("trusted_invited", contact, now, link=link)


def ended(contact: EmergencyContact, *, now: datetime) -> None:
    """He is no emergency contact any more."""
    _queue("trusted_ended", contact, now)


def _queue(kind: str, contact: EmergencyContact, now: datetime, **more: Any) -> None:
    context = {"contact": contact, "holder": contact.account.full_name, **more}
    mail = render_mail(kind, contact.language, context)
    queue_mail(
        kind=kind,
        stream=contact.account.stream,
        recipient=contact.email,
        language=contact.language,
        now=now,
        **mail._asdict(),
    )
