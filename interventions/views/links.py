"""From a private link to the ticket it speaks of."""

from django.http import Http404
from django.urls import reverse

from hosting.lib import links
from hosting.lib.logs import bind_case
from interventions.enums import TicketState
from interventions.models import Ticket


def ticket_of(purpose: str, token: str) -> Ticket:
    """The ticket of a private link. Raises Http404 alike for rubbish, another page's token, a renewed
    link and a ticket that was let go."""
    key = links.read_token(token)
    found = Ticket.objects.select_related("service__plan", "account")
    ticket = found.filter(pk=key).first() if key else None
    if ticket is None or not links.token_holds(purpose, token, ticket.link_generation):
        raise Http404("no such link")
    if ticket.state == TicketState.EXPIRED:
        raise Http404("expired")
    bind_case(ticket.number)
    return ticket


def address(purpose: str, ticket: Ticket) -> str:
    """The path of the private page `purpose` of a ticket."""
    return reverse(purpose, args=[links.token(purpose, ticket.pk, ticket.link_generation)])
