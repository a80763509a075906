"""Requests for help with the account's sites. What somebody of the account reads here has reached him:
that is T0 (I6)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.enums import ServiceStatus
from hosting.lib import clock
from hosting.policies import who_does_what
from interventions.enums import InterventionState
from interventions.models import Ticket
from interventions.services import asking
from interventions.services.states import NotPossible
from interventions.views.mine import standing_of
from interventions.views.ticket_page import act, ticket_context

SECTION = "assistance"
PER_PAGE = 50
MOST_TICKETS = 200


@require_safe
@portal_page()
def listing(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The account's tickets, the newest first; and who does what for each service with a plan."""
    services = visitor.account.services.exclude(status=ServiceStatus.TERMINATED)
    planned = services.filter(plan__isnull=False).select_related("plan").order_by("name", "pk")
    shown = Paginator(planned, PER_PAGE).get_page(request.GET.get("page", ""))
    context = {
        "section": SECTION,
        "tickets": visitor.account.tickets.order_by("-created_at")[:MOST_TICKETS],
        "standing": standing_of(visitor.account),
        "page": shown,
        "rows": [(each, who_does_what(each.plan.responsibilities)) for each in shown],
        "duties": who_does_what({}),
    }
    return render(request, "portal/assistance/list.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page()
def page(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """One ticket; or one act, and then the page again."""
    found = visitor.account.tickets.select_related("service__plan", "account")
    ticket: Ticket = own(found, pk)
    if request.method == "POST":
        try:
            said = act(request, ticket, now=clock.now(), actor=visitor.actor)
            messages.success(request, said)
        except NotPossible as refused:
            messages.error(request, refused.messages[0])
        return redirect("portal_assistance_page", pk=pk)
    if is_read(request, visitor):
        for work in ticket.interventions.filter(state=InterventionState.ENDED):
            asking.seen(work, by=visitor.user, now=clock.now())
    context = {"section": SECTION, **ticket_context(ticket)}
    return render(request, "portal/assistance/page.html", context)


def is_read(request: HttpRequest, visitor: Visitor) -> bool:
    """Whether a person of the account has the page before him: no member of staff who looks on, no
    HEAD, nothing that a browser loads in advance."""
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return request.method == "GET" and not visitor.staff and "prefetch" not in ahead
