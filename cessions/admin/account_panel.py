"""The transfer requests on the page of an account, the open ones first."""

from django.db.models import Case, IntegerField, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from cessions.enums import OPEN_STATES, RequestState
from cessions.models import TransferRequest
from hosting.panels import Line, Panel, account_panel

SHOWN = 10
TONES = {RequestState.RECEIVED: "info", RequestState.APPROVED: "warn"}


@account_panel
def requests_of(account: CustomerAccount) -> Panel:
    """At most ten requests; one query, whatever the account holds."""
    open_first = Case(When(state__in=OPEN_STATES, then=0), default=1, output_field=IntegerField())
    rows = TransferRequest.objects.filter(account=account).order_by(open_first, "-received_at")
    lines = tuple(
        Line(
            request.number,
            url=reverse("admin:cessions_transferrequest_change", args=[request.pk]),
            pill=request.get_state_display(),
            tone=TONES.get(RequestState(request.state), ""),
        )
        for request in rows[:SHOWN]
    )
    return Panel(_("Transfer requests"), lines, _("No request concerns this account."))
