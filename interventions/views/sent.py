"""After the public form: the address is confirmed by POST, sent again or corrected (T3's pattern)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hosting.lib import clock
from hosting.lib.private import private_page
from interventions.enums import TicketState
from interventions.forms import AddressForm
from interventions.models import Ticket
from interventions.notifications.tickets import CONFIRM, PAGE
from interventions.services import tickets
from interventions.services.states import NotPossible
from interventions.views.assistance import SENT
from interventions.views.limits import limit_mails, limit_posts
from interventions.views.links import address, ticket_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@private_page
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """Sent: now he has to confirm."""
    ticket = ticket_of(SENT, token)
    waiting = alive(ticket).state == TicketState.UNCONFIRMED
    do = request.POST.get("do") if waiting else None
    form = AddressForm(request.POST if do == "correct" else None)
    if do == "resend":
        limit_mails(request, ticket.email)
        tickets.resend_confirmation(ticket, now=clock.now())
        messages.success(request, _("We have sent it again."))
        return redirect(address(SENT, ticket))
    if do == "correct" and form.is_valid():
        return corrected(request, ticket, form.cleaned_data["email"])
    context = {"ticket": ticket, "waiting": waiting, "form": form}
    status = 422 if form.errors else 200
    return render(request, "interventions/sent.html", context, status=status)


def corrected(request: HttpRequest, ticket: Ticket, email: str) -> HttpResponse:
    """He corrects his address himself; a confirmation that came first stands."""
    limit_posts(request)
    limit_mails(request, email)
    try:
        ticket = tickets.correct_address(ticket, email, now=clock.now())
    except NotPossible:
        ticket.refresh_from_db()
    else:
        messages.success(request, _("We have written to the new address."))
    return redirect(address(SENT, ticket))


@require_http_methods(METHODS)
@private_page
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; the button opens the ticket. Pressed twice, the same result."""
    ticket = alive(ticket_of(CONFIRM, token))
    if ticket.state != TicketState.UNCONFIRMED:
        return redirect(address(PAGE, ticket))
    if request.method == "POST":
        try:
            ticket = tickets.confirm(ticket, now=clock.now())
        except NotPossible as gone:
            raise Http404("expired meanwhile") from gone
        messages.success(request, _("Thank you. We have your request."))
        return redirect(address(PAGE, ticket))
    return render(request, "interventions/confirm.html", {"ticket": ticket})


def alive(ticket: Ticket) -> Ticket:
    """The ticket. Raises Http404 when its time to be confirmed is over, swept already or not."""
    if ticket.expires_at is not None and ticket.expires_at <= clock.now():
        raise Http404("expired")
    return ticket
