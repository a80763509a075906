"""Pages of one's own sign-in that django-allauth does not have."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.forms import JoinForm
from hosting.lib.clock import now


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invited colleague chooses his password; only the POST does anything."""
    user = invitations.invited(token, now())
    if user is None:
        return render(request, "account/invitation_gone.html", status=410)
    form = JoinForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        if invitations.join(token, form.cleaned_data["password"], now()) is None:
            return render(request, "account/invitation_gone.html", status=410)
        messages.success(request, _("Your password is kept. You can sign in now."))
        return redirect("account_login")
    return render(request, "account/invitation.html", {"form": form, "invited": user})


@never_cache
@login_required
def by_mailbox(request: HttpRequest) -> HttpResponse:
    """A first password comes by the link to his mailbox, as a forgotten one does: a session alone may
    be stolen, and a password set with it would confirm the acts that count (X1, X7)."""
    messages.info(
        request,
        _("Please choose a password first: we send the link for it to your e-mail address."),
    )
    return redirect("account_reset_password")


def factor_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let `view` add an app or a passkey only for somebody who has something to prove himself with.

    Where there is nothing to ask, django-allauth asks nothing, and a stolen session would do.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not get_reauthentication_flows(request.user):
            return by_mailbox(request)
        return view(request, *args, **kwargs)

    return answer
