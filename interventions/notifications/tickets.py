"""Mails on a ticket. What a mail to an address that nobody has confirmed says is ours alone, so that the
form cannot be used to write to strangers; no mail ever holds what opens a site (I3)."""

from datetime import datetime

from hosting.lib.links import placeholder
from hosting.records.models import OutgoingMail
from interventions.models import Ticket
from interventions.notifications.client import to_client

CONFIRM = "assistance_confirm"
PAGE = "assistance_ticket"


def confirm_address(ticket: Ticket, *, now: datetime) -> OutgoingMail:
    """Please confirm your address: the ticket counts from then on (T3's pattern)."""
    return to_client("ticket_confirm", ticket, now, link=_link(CONFIRM, ticket))


def received(ticket: Ticket, *, now: datetime) -> OutgoingMail:
    """We have your request; its private page."""
    return to_client("ticket_received", ticket, now, link=_link(PAGE, ticket))


def _link(purpose: str, ticket: Ticket) -> str:
    return placeholder(purpose, ticket.pk, ticket.link_generation)
