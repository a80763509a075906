"""What only the holder does, his factor asked anew: make a power, withdraw or revoke a paper (P3, A9)."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.enums import HOLDER_ROLES
from accounts.services.papers import end_paper
from accounts.services.powers import draft_power
from hosting.desk.portal.access import Visitor, portal_page
from hosting.desk.portal.papers.forms import EndForm, PowerForm, name_of
from hosting.desk.portal.papers.views import SECTION
from hosting.desk.portal.papers.which import CONTRACT, paper_of
from hosting.lib import clock
from hosting.lib.dates import local_date
from hosting.lib.factor import FactorForm
from hosting.records.services import journal
from hosting.services.renewals import zone


@sensitive_post_parameters("factor")
@portal_page(*HOLDER_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def power(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Draft a power of attorney; it counts once signed, sent and accepted."""
    initial = {
        "starts_on": local_date(clock.now(), zone()),
        "language": visitor.account.language,
        "scopes": ["contact_clients"],
    }
    form = PowerForm(request.POST or None, request=request, initial=initial)

    def act() -> str:
        draft_power(visitor.account, by=visitor.user, now=clock.now(), **form.cleaned_data)
        return _("The power of attorney is being made; sign it and send it back.")

    words = {
        "title": _("New power of attorney"),
        "button": _("Make it"),
        "follows": _(
            "If you cannot be reached in an emergency, we may then turn to your end clients. It"
            " counts once you signed it and we checked it, and you can revoke it at any time."
        ),
    }
    return _deed(request, visitor, form, act, words)


@sensitive_post_parameters("factor")
@portal_page(*HOLDER_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, visitor: Visitor, kind: str, pk: int) -> HttpResponse:
    """Withdraw a contract or revoke a power, at once."""
    paper = paper_of(visitor, kind, pk)
    form = EndForm(request.POST or None, request=request)

    def act() -> str:
        end_paper(paper, by=visitor.user, now=clock.now())
        if kind == CONTRACT:
            return _("The contract is withdrawn.")
        return _("The power of attorney is revoked.")

    words = {"about": name_of(paper), **(_withdrawing if kind == CONTRACT else _revoking)()}
    return _deed(request, visitor, form, act, words)


def _withdrawing() -> dict[str, str]:
    return {
        "title": _("Withdraw this contract"),
        "button": _("Withdraw the contract"),
        "follows": _(
            "From now on we transfer nothing on the strength of this contract, also if it is"
            " signed. It stays on file; the copy of your identity document is destroyed. Please"
            " tell your client. This cannot be undone: a new contract can be made."
        ),
    }


def _revoking() -> dict[str, str]:
    return {
        "title": _("Revoke this power of attorney"),
        "button": _("Revoke it"),
        "follows": _(
            "From now on we do nothing on the strength of it, not even in an emergency. It stays on"
            " file; the copy of your identity document is destroyed. This cannot be undone: a new"
            " one can be made."
        ),
    }


def _deed(
    request: HttpRequest,
    visitor: Visitor,
    form: FactorForm,
    act: Callable[[], str],
    words: dict[str, str],
) -> HttpResponse:
    """The form; with a right POST the act, and back to the list. What is refused stands on the form."""
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, act())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("portal_papers")
    elif form.refused is not None:
        code, stream = form.refused.code, visitor.account.stream
        journal(stream, "factor_refused", at=clock.now(), actor=visitor.actor, code=code)
    context = {**SECTION, "form": form, **words}
    status = 422 if form.errors else 200
    return render(request, "portal/papers/deed.html", context, status=status)
