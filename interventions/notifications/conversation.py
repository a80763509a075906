"""Mails of the conversation on a ticket: what staff wrote goes to the client; that he answered goes to
staff, as a link alone. No mail ever holds what opens a site (I3)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from accounts.models import User
from hosting.lib.links import placeholder
from hosting.records.models import OutgoingMail
from hosting.records.services.mail import queue_mail, render_mail
from interventions.models import Ticket
from interventions.notifications.client import reply_to

PAGE = "assistance_ticket"
TO_CLIENT = "ticket_message"
ANSWERED, ANSWERED_BY_OTHER = "ticket_answered", "ticket_answered_other"


def write_to_client(
    ticket: Ticket, *, text: str, by: User, references: Iterable[str], now: datetime
) -> OutgoingMail:
    """What a member of staff wrote; `references` are the Message-IDs before it, the nearest last."""
    words = {
        "ticket": ticket,
        "text": text,
        "by": by.full_name,
        "answers": bool(settings.REPLY_ADDRESS),
        "link": placeholder(PAGE, ticket.pk, ticket.link_generation),
    }
    parts = render_mail(TO_CLIENT, ticket.language, words)
    return queue_mail(
        kind=TO_CLIENT,
        recipient=ticket.email,
        language=ticket.language,
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        now=now,
        stream=ticket.stream,
        sensitive=True,
        reply_to=reply_to(ticket),
        references=references,
        by_hand=True,
    )


def client_answered(
    ticket: Ticket, technician: User | None, *, own_address: bool, now: datetime
) -> OutgoingMail:
    """Somebody wrote on a ticket: to the technician in charge, else to support's own mailbox."""
    recipient = technician.email if technician else settings.PROVIDER["email"]
    language = technician.language if technician else settings.LANGUAGE_CODE
    words = {"ticket": ticket, "own_address": own_address, "link": _admin_page(ticket)}
    parts = render_mail(ANSWERED, language, words)
    return queue_mail(
        kind=ANSWERED if own_address else ANSWERED_BY_OTHER,
        recipient=recipient,
        language=language,
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        now=now,
        stream=ticket.stream,
    )


def _admin_page(ticket: Ticket) -> str:
    return f"{settings.SITE_URL}/admin/interventions/ticket/{ticket.pk}/change/"
