"""On the page of an account: whether its holder can be reached (A2, A11), and what he wants corrected (L2)."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Judgement
from accounts.models import CustomerAccount, PlannedAbsence
from accounts.policies.reachability import Reachability
from accounts.services.reach import Reach, reach_of
from hosting.lib.clock import now
from hosting.panels import Line, Panel, account_panel

WORDS = {
    Reachability.UNREACHABLE: (gettext_lazy("lacks an e-mail address or a telephone"), "bad"),
    Reachability.BOUNCING: (gettext_lazy("every e-mail address sends mail back"), "bad"),
    Reachability.AWAY: (gettext_lazy("announced to be away"), "info"),
    Reachability.NO_ANSWER: (gettext_lazy("did not answer the check-in"), "warn"),
    Reachability.REACHABLE: (gettext_lazy("reachable"), "good"),
}


@account_panel
def reach_panel(account: CustomerAccount) -> Panel:
    """The state, the last check-in, announced absences, the last sign-in: four queries."""
    reach = reach_of(account, now())
    words, tone = WORDS[reach.state]
    lines = [
        Line(_("The holder"), pill=str(words), tone=tone),
        Line(_check_in(reach)),
        *[_absence(account, row) for row in reach.absences],
        Line(_sign_in(reach)),
    ]
    return Panel(gettext_lazy("Reachability"), tuple(lines), "")


@account_panel
def corrections_panel(account: CustomerAccount) -> Panel:
    """The correction that waits for us (there is one at most), and the last answered ones."""
    rows = account.corrections.order_by("-id")[:5]
    lines = tuple(
        Line(
            _("asked on %(day)s")
            % {"day": date_format(localtime(row.asked_at), "SHORT_DATE_FORMAT")},
            url=_judge_url(account, row.pk) if row.judgement == Judgement.PENDING else "",
            pill=row.get_judgement_display(),
            tone="warn" if row.judgement == Judgement.PENDING else "",
        )
        for row in rows
    )
    return Panel(
        gettext_lazy("Corrections of the identity"), lines, gettext_lazy("None was asked for.")
    )


def _judge_url(account: CustomerAccount, pk: int) -> str:
    return reverse("admin:accounts_customeraccount_corrections/judge", args=[account.pk, pk])


def _check_in(reach: Reach) -> str:
    if reach.facts.confirmed_at is not None:
        day = date_format(localtime(reach.facts.confirmed_at), "SHORT_DATE_FORMAT")
        return _("Last check-in answered on %(day)s") % {"day": day}
    if reach.asked_at is not None:
        day = date_format(localtime(reach.asked_at), "SHORT_DATE_FORMAT")
        return _("Check-in asked on %(day)s, none answered yet") % {"day": day}
    return _("No check-in yet")


def _absence(account: CustomerAccount, row: PlannedAbsence) -> Line:
    words = {
        "first": date_format(row.from_on, "SHORT_DATE_FORMAT"),
        "last": date_format(row.until_on, "SHORT_DATE_FORMAT"),
    }
    url = reverse("admin:accounts_customeraccount_absence/cancel", args=[account.pk, row.pk])
    return Line(_("Away from %(first)s to %(last)s") % words, url=url, pill=row.remark)


def _sign_in(reach: Reach) -> str:
    if reach.last_sign_in is None:
        return _("The holder never signed in")
    at = date_format(localtime(reach.last_sign_in), "SHORT_DATETIME_FORMAT")
    return _("The holder last signed in on %(at)s") % {"at": at}
