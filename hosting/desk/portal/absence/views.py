"""The reseller says beforehand that he will be away (A11)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services.absence import cancel_absence, today
from hosting.desk.portal.absence.forms import AbsenceForm
from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.forms import take
from hosting.lib import clock


@portal_page()
def absences(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What is announced, what was, and a form to announce another."""
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            form.announce(visitor.account, by=visitor.user, now=clock.now())
        except ValidationError as error:
            take(form, error)
        else:
            messages.success(request, _("Thank you for telling us. Your absence is announced."))
            return redirect("portal_absence")
    day = today(clock.now())
    rows = list(visitor.account.absences.select_related("told_by"))
    context = {
        "section": "absence",
        "form": form,
        "day": day,
        "standing": [row for row in rows if row.cancelled_at is None and row.until_on >= day],
        "former": [row for row in rows if row.cancelled_at or row.until_on < day],
    }
    return render(request, "portal/absence/page.html", context)


@require_POST
@portal_page()
def cancel(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Take an absence back: somebody came home earlier."""
    absence = own(visitor.account.absences.all(), pk)
    try:
        cancel_absence(absence, by=visitor.user, now=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The absence is taken back."))
    return redirect("portal_absence")
