"""The client's private page of a ticket. Looking at it is no proof that he was reached: a mail scanner
looks as well (I6)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hosting.lib import clock
from hosting.lib.private import private_page
from interventions.enums import TicketState
from interventions.notifications.tickets import PAGE
from interventions.services.states import NotPossible
from interventions.views.limits import limit_posts
from interventions.views.links import ticket_of
from interventions.views.ticket_page import act, ticket_context


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request is; or one act of the client, and then the page again."""
    found = ticket_of(PAGE, token)
    if found.state == TicketState.UNCONFIRMED:
        raise Http404("not confirmed")
    if request.method != "POST":
        return render(request, "interventions/ticket.html", ticket_context(found))
    limit_posts(request)
    try:
        messages.success(request, act(request, found, now=clock.now()))
    except NotPossible as refused:
        messages.error(request, refused.messages[0])
    return redirect(PAGE, token=token)
