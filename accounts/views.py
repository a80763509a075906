"""Pages of one's own sign-in that django-allauth does not have."""

from django.contrib import messages
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
