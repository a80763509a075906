"""The tickets on the page of an account, the open ones first."""

from django.db.models import Case, IntegerField, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from hosting.panels import Line, Panel, account_panel
from interventions.enums import TicketState
from interventions.models import Ticket

SHOWN = 10


@account_panel
def tickets_of(account: CustomerAccount) -> Panel:
    """At most ten tickets; one query, whatever the account holds."""
    open_first = Case(When(state=TicketState.OPEN, then=0), default=1, output_field=IntegerField())
    rows = Ticket.objects.filter(account=account).order_by(open_first, "-created_at")
    lines = tuple(
        Line(
            f"{ticket.number} {ticket.service_name}",
            url=reverse("admin:interventions_ticket_change", args=[ticket.pk]),
            pill=ticket.get_state_display(),
            tone="warn" if ticket.state == TicketState.OPEN else "",
        )
        for ticket in rows[:SHOWN]
    )
    return Panel(_("Assistance"), lines, _("No ticket of this account."))
