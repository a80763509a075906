"""Running holds and emergencies on the page of an account (H2, H3)."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import CustomerAccount
from hosting.models import ContinuityHold, Emergency
from hosting.panels import Line, Panel, account_panel

SHOWN = 10


@account_panel
def continuity_of(account: CustomerAccount) -> Panel:
    """At most ten emergencies and ten holds that run, and the way to open an emergency."""
    running = Emergency.objects.filter(account=account, closed_at=None)
    holds = ContinuityHold.objects.filter(service__account=account, ended_at=None)
    holds = holds.select_related("service").order_by("ends_at")
    lines = [_emergency(emergency) for emergency in running]
    lines += [_hold(hold) for hold in holds[:SHOWN]]
    open_it = reverse("admin:accounts_customeraccount_emergency", args=[account.pk])
    if not running:
        lines.append(Line(_("Open an emergency"), url=open_it))
    return Panel(gettext_lazy("Continuity"), tuple(lines), gettext_lazy("No hold runs."))


def _emergency(emergency: Emergency) -> Line:
    url = reverse("admin:hosting_emergency_change", args=[emergency.pk])
    return Line(_("Emergency"), url=url, pill=_day(emergency.opened_at), tone="bad")


def _hold(hold: ContinuityHold) -> Line:
    url = reverse("admin:hosting_continuityhold_change", args=[hold.pk])
    pill = _("until %(day)s") % {"day": _day(hold.ends_at)}
    return Line(hold.service.display_name, url=url, pill=pill, tone="warn")


def _day(at: datetime) -> str:
    return date_format(localtime(at), "SHORT_DATE_FORMAT")
