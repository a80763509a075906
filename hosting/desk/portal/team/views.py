"""The people of the account: everybody of it sees them, an owner decides (roles, invitations, ends)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import Role
from accounts.models import CustomerAccount, Membership
from accounts.roles import is_support
from accounts.services.memberships import members_of
from hosting.desk.portal.access import (
    ACCOUNT,
    SEEN_AS,
    Visitor,
    memberships_of,
    own,
    own_running,
    portal_page,
)
from hosting.desk.portal.forms import journal_refused, take
from hosting.desk.portal.limits import limit_mails
from hosting.desk.portal.team import forms
from hosting.lib.clock import now
from hosting.lib.factor import FactorForm
from hosting.records.services import journal

SECTION = "team"


@portal_page()
def team(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Who has access, and as what; the visitor's other accounts."""
    context = {
        "section": SECTION,
        "visitor": visitor,
        "members": members_of(visitor.account),
        "team_roles": (Role.OWNER, Role.MEMBER),
    }
    return render(request, "portal/team/list.html", context)


@portal_page(Role.OWNER)
def invite(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Invite somebody by e-mail."""
    first = {"language": visitor.account.language}
    form = forms.InviteForm(request.POST or None, request=request, initial=first)
    words = {"title": _("Invite somebody"), "button": _("Send the invitation")}
    return _done(request, visitor, form, visitor.account, words)


@portal_page(Role.OWNER)
def change(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Make a member of an owner, or the other way round."""
    member = _member(visitor, pk)
    first = {"role": member.role}
    form = forms.RoleForm(request.POST or None, request=request, initial=first)
    words = {"title": _("Change the role"), "button": _("Change the role")}
    return _done(request, visitor, form, member, words)


@portal_page(Role.OWNER)
def end(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Take the access away, at once."""
    form = forms.EndForm(request.POST or None, request=request)
    words = {"title": _("End the access"), "button": _("End the access")}
    return _done(request, visitor, form, _member(visitor, pk), words)


@portal_page(Role.OWNER)
def resend(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """A new link for somebody who has not joined yet."""
    form = forms.ResendForm(request.POST or None, request=request)
    words = {"title": _("Send the invitation again"), "button": _("Send it again")}
    return _done(request, visitor, form, _member(visitor, pk), words)


@login_required
@require_POST
def choose_account(request: HttpRequest) -> HttpResponse:
    """The account that somebody with several looks at from now on; a stranger's is a 404."""
    try:
        wanted = int(request.POST.get("account", ""))
    except ValueError as error:
        raise Http404 from error
    if wanted not in memberships_of(request.user).values_list("account", flat=True):
        raise Http404
    request.session[ACCOUNT] = wanted
    return redirect("portal_home")


@login_required
@require_POST
def look_on(request: HttpRequest, pk: int) -> HttpResponse:
    """A member of staff sees the space of the account `pk` as its owner does, read-only; journalled."""
    if not is_support(request.user):
        raise PermissionDenied
    account = own(CustomerAccount.objects.all(), pk)
    actor = f"user:{request.user.pk}"
    journal(account.stream, "space.seen_by_staff", at=now(), actor=actor, account=account.pk)
    request.session[SEEN_AS] = account.pk
    return redirect("portal_home")


@login_required
@require_POST
def stop_looking_on(request: HttpRequest) -> HttpResponse:
    """A member of staff leaves the customer's space for the customer's page in the back office."""
    if not request.user.is_staff:
        raise PermissionDenied
    seen = request.session.pop(SEEN_AS, None)
    if seen is None:
        return redirect("admin:index")
    return redirect("admin:accounts_customeraccount_change", seen)


def _member(visitor: Visitor, pk: int) -> Membership:
    members = visitor.account.memberships.select_related("user", "account")
    return own_running(members, pk, back="portal_team")


def _done(
    request: HttpRequest, visitor: Visitor, form: FactorForm, target: Any, words: dict[str, str]
) -> HttpResponse:
    """The page of one deed: show its form, or do it and go back to the list."""
    if form.is_bound and form.is_valid():
        email = target.user.email if isinstance(target, Membership) else form.cleaned_data["email"]
        limit_mails(request, visitor, email)
        try:
            said = form.perform(target, by=visitor.user, now=now())  # type: ignore[attr-defined]
        except ValidationError as error:
            take(form, error)
        else:
            messages.success(request, said)
            return redirect("portal_team")
    journal_refused(form, visitor, now())
    person = target if isinstance(target, Membership) else None
    context = {"section": SECTION, "visitor": visitor, "form": form, "person": person, **words}
    return render(request, "portal/team/deed.html", context)
