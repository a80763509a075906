"""Whom the holder named says yes or no, by his own link and without signing in (A8)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import EmergencyContact
from accounts.notifications.trusted import PURPOSE
from accounts.services import trusted as services
from hosting.lib import clock, links
from hosting.lib.private import private_page
from hosting.lib.ratelimit import refuse_flood

POSTS = "60/h"
"""Answers from one connection: who makes up links, or passwords, is asked to wait."""


class PasswordForm(forms.Form):
    """A password, for who wants to look into the space later."""

    password = forms.CharField(
        label=_("A password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )


def contact_of(token: str) -> EmergencyContact:
    """Whom a link invites. Raises Http404 alike for rubbish, a renewed link, and one that ended."""
    key = links.read_token(token)
    rows = EmergencyContact.objects.select_related("account").filter(ended_at=None)
    contact = rows.filter(pk=key).first() if key else None
    if contact is None or not links.token_holds(PURPOSE, token, contact.generation):
        raise Http404("no such link")
    return contact


@private_page
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; his answer is a POST with its own button. What became impossible
    meanwhile, in another window or by an event, is said in words."""
    if request.method == "POST":
        refuse_flood(request, "trusted-posts", POSTS)
    contact = contact_of(token)
    try:
        return answered(request, contact, token)
    except ValidationError as late:
        raise Http404("ended at the same instant") from late


def answered(request: HttpRequest, contact: EmergencyContact, token: str) -> HttpResponse:
    """The page, or what his button does. Raises ValidationError when the holder ended it just now."""
    answer = request.POST.get("answer", "")
    form = PasswordForm(request.POST if answer == "password" else None)
    try:
        done = _answered(request, contact, answer, form, token)
    except ValidationError as error:
        if answer != "password":
            messages.error(request, error.messages[0])
            return redirect(PURPOSE, token=token)
        form.add_error(None, error.messages)
        done = None
    if done is not None:
        return done
    context = {
        "contact": contact,
        "holder": contact.account.full_name,
        "form": form,
        "signs_in": contact.memberships.filter(ended_at=None).exists(),
        "mandate_over": contact.account.events.end_mandates().exists(),
    }
    return render(request, "portal/trusted/invitation.html", context)


def _answered(
    request: HttpRequest, contact: EmergencyContact, answer: str, form: PasswordForm, token: str
) -> HttpResponse | None:
    """What follows from his answer; None when there was none, or a password that does not do. Raises
    ValidationError."""
    if answer == "no":
        services.decline(contact, clock.now())
        return render(request, "portal/trusted/declined.html", {"contact": contact})
    if answer == "yes":
        services.confirm(contact, clock.now())
        if request.user.is_authenticated:
            services.join_signed_in(contact, request.user, clock.now())
        return redirect(PURPOSE, token=token)
    if answer == "password" and form.is_valid():
        services.let_in(contact, form.cleaned_data["password"], clock.now())
        return redirect("portal_trusted")
    return None
