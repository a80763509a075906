"""After the form: sent, confirmed by POST, and a lost link (T3, T5)."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cessions.enums import FilingState
from cessions.models import Filing
from cessions.services import filing as filings
from cessions.services.locks import NotPossible
from cessions.services.reception import confirm
from cessions.views.limits import limit_mails, limit_posts
from cessions.views.links import address, filing_of, is_over
from hosting.lib import clock
from hosting.lib.private import private_page

METHODS = ["GET", "HEAD", "POST"]


class AddressForm(forms.Form):
    """A corrected e-mail address."""

    email = forms.EmailField(label=gettext_lazy("The right e-mail address"), max_length=254)


class LostForm(forms.Form):
    """What somebody has to know to get a lost link again."""

    number = forms.CharField(
        label=gettext_lazy("Your case number"),
        max_length=20,
        help_text=gettext_lazy("It stands in our messages and looks like T2026-000123."),
    )
    email = forms.EmailField(label=gettext_lazy("The e-mail address of your request"))


@require_http_methods(METHODS)
@private_page
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """Sent: now the claimant has to confirm. The mail can be sent again, the address corrected."""
    filing = filing_of("cession_sent", token)
    alive(filing)
    waiting = filing.state == FilingState.UNCONFIRMED
    form = AddressForm(request.POST if request.POST.get("do") == "correct" else None)
    if waiting and request.POST.get("do") == "resend":
        limit_mails(request, filing.email)
        filings.resend_confirmation(filing, now=clock.now())
        messages.success(request, _("We have sent it again."))
        return redirect(address("cession_sent", filing))
    if waiting and form.is_valid():
        return corrected(request, filing, form.cleaned_data["email"])
    context = {"filing": filing, "waiting": waiting, "form": form}
    return render(request, "cessions/sent.html", context, status=422 if form.errors else 200)


def corrected(request: HttpRequest, filing: Filing, email: str) -> HttpResponse:
    """The claimant himself corrects his address; a confirmation that came first stands."""
    limit_posts(request)
    limit_mails(request, email)
    try:
        filing = filings.correct_address(filing, email, actor="claimant", now=clock.now())
    except NotPossible:
        filing.refresh_from_db()
    else:
        messages.success(request, _("We have written to the new address."))
    return redirect(address("cession_sent", filing))


@require_http_methods(METHODS)
@private_page
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; the button is the reception (T3). Pressed twice, the same result."""
    filing = filing_of("cession_confirm", token)
    if filing.state == FilingState.CONFIRMED:
        return redirect(address("cession_status", filing))
    alive(filing)
    if request.method == "POST":
        try:
            confirm(filing, now=clock.now())
        except NotPossible as gone:
            raise Http404("expired meanwhile") from gone
        messages.success(request, _("Thank you. Your request is received."))
        return redirect(address("cession_status", filing))
    context = {
        "filing": filing,
        "services": filing.services.all(),
        "documents": filing.documents.select_related("file"),
    }
    return render(request, "cessions/confirm.html", context)


@require_http_methods(METHODS)
@private_page
def lost(request: HttpRequest) -> HttpResponse:
    """A lost link is sent again; the answer is the same whether there is such a case or not."""
    form = LostForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        limit_posts(request)
        limit_mails(request, given["email"])
        filings.send_link_again(
            number=given["number"].upper(), email=given["email"], now=clock.now()
        )
        return render(request, "cessions/lost_sent.html")
    return render(request, "cessions/lost.html", {"form": form}, status=422 if form.errors else 200)


def alive(filing: Filing) -> None:
    """Raise Http404 for what has expired, or was never sent."""
    if filing.state == FilingState.EXPIRED or is_over(filing, clock.now()):
        raise Http404("expired")
