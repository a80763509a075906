"""The holder names whom he trusts; who is trusted sees his own row (A8)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import PREPARING_ROLES, ContactKind, Role
from accounts.policies import shown_contact
from accounts.services import trusted as services
from hosting.desk.portal.access import Visitor, own_running, portal_page
from hosting.desk.portal.forms import journal_refused
from hosting.desk.portal.limits import limit_mails
from hosting.desk.portal.trusted.forms import EndForm, NameForm, PowersForm
from hosting.lib import clock
from hosting.lib.factor import FactorForm

SECTION = "trusted"


@portal_page(*PREPARING_ROLES, Role.EMERGENCY)
@require_http_methods(["GET", "HEAD"])
def trusted(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The contacts in order; an emergency contact sees himself alone."""
    rows = visitor.account.emergency_contacts.filter(ended_at=None)
    if not visitor.prepares:
        rows = rows.filter(memberships__user=visitor.user, memberships__ended_at=None)
    contacts = [(row, shown_contact(ContactKind.PHONE, row.telephone)) for row in rows]
    context = {"section": SECTION, "contacts": contacts, "may_change": visitor.is_owner}
    return render(request, "portal/trusted/list.html", context)


@sensitive_post_parameters()
@portal_page(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Name a trusted person."""
    initial = {"language": visitor.account.language}
    form = NameForm(request.POST or None, request=request, initial=initial)

    def act() -> str:
        limit_mails(request, visitor, form.cleaned_data["email"])
        services.name_contact(
            visitor.account, now=clock.now(), actor=visitor.actor, **form.cleaned_data
        )
        return _("The person is invited by e-mail, and counts once he has confirmed.")

    return _page(request, visitor, form, act, _("Name an emergency contact"), _("Name this person"))


@sensitive_post_parameters()
@portal_page(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def powers(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """Let somebody decide something else; he is asked again."""
    contact = own_running(visitor.account.emergency_contacts.all(), pk, back="portal_trusted")
    initial = {"powers": contact.powers, "remark": contact.remark}
    form = PowersForm(request.POST or None, request=request, initial=initial)

    def act() -> str:
        limit_mails(request, visitor, contact.email)
        services.change_powers(contact, now=clock.now(), actor=visitor.actor, **form.cleaned_data)
        return _("The person is asked again, and counts once he has confirmed.")

    return _page(
        request, visitor, form, act, _("What this person may decide"), _("Save"), contact.full_name
    )


@sensitive_post_parameters()
@portal_page(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """End it: the person is told."""
    contact = own_running(visitor.account.emergency_contacts.all(), pk, back="portal_trusted")
    form = EndForm(request.POST or None, request=request)

    def act() -> str:
        services.end_contact(contact, now=clock.now(), actor=visitor.actor)
        return _("This person is no emergency contact any more.")

    return _page(
        request, visitor, form, act, _("End this emergency contact"), _("End"), contact.full_name
    )


@portal_page(Role.OWNER)
@require_POST
def invite(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """Send the invitation once more."""
    contact = own_running(visitor.account.emergency_contacts.all(), pk, back="portal_trusted")
    limit_mails(request, visitor, contact.email)
    try:
        services.invite_again(contact, now=clock.now(), actor=visitor.actor)
        messages.success(request, _("The invitation is sent again."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("portal_trusted")


@portal_page(Role.OWNER)
@require_POST
def earlier(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """Ask this one before the one above him."""
    rows = visitor.account.emergency_contacts.filter(ended_at=None)
    contact = own_running(visitor.account.emergency_contacts.all(), pk, back="portal_trusted")
    ids = list(rows.values_list("pk", flat=True))
    place = ids.index(contact.pk)
    if place:
        ids[place - 1], ids[place] = ids[place], ids[place - 1]
        try:
            services.reorder(visitor.account, ids, now=clock.now(), actor=visitor.actor)
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("portal_trusted")


def _page(
    request: HttpRequest,
    visitor: Visitor,
    form: FactorForm,
    act: Callable[[], str],
    title: str,
    button: str,
    about: str = "",
) -> HttpResponse:
    """The form; with a right POST the act, and back to the list. What is refused stands on the form."""
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, act())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("portal_trusted")
    journal_refused(form, visitor, clock.now())
    context = {"section": SECTION, "form": form, "title": title, "button": button, "about": about}
    return render(request, "portal/trusted/form.html", context, status=422 if form.errors else 200)
