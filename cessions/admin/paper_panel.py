"""Contracts and powers of attorney on the page of an account (A7, A9)."""

from itertools import chain

from django.db.models import Case, IntegerField, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import PaperState
from accounts.models import CustomerAccount, PowerOfAttorney, SignedPaper
from cessions.models import TransferContract
from hosting.panels import Line, Panel, account_panel

SHOWN = 10
TONES = {
    PaperState.ACCEPTED: "good",
    PaperState.UPLOADED: "warn",
    PaperState.REFUSED: "bad",
}


@account_panel
def papers_of(account: CustomerAccount) -> Panel:
    """At most ten of each kind, what waits or counts first; two queries."""
    order = Case(
        When(state=PaperState.UPLOADED, then=0),
        When(state=PaperState.ACCEPTED, then=1),
        default=2,
        output_field=IntegerField(),
    )
    powers = PowerOfAttorney.objects.filter(account=account).order_by(order, "-pk")[:SHOWN]
    contracts = TransferContract.objects.filter(account=account).order_by(order, "-pk")[:SHOWN]
    lines = tuple(_line(paper) for paper in chain(powers, contracts))
    return Panel(_("Signed papers"), lines, _("No contract and no power of attorney yet."))


def _line(paper: SignedPaper) -> Line:
    page = f"admin:{paper._meta.label_lower.replace('.', '_')}_change"
    return Line(
        f"{paper._meta.verbose_name} {paper.reference}",
        url=reverse(page, args=[paper.pk]),
        pill=paper.get_state_display(),
        tone=TONES.get(PaperState(paper.state), ""),
    )
