"""How the holder is reached: shown, added, put in order, changed, ended (A2-A4)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import SEEING_ROLES
from accounts.models import ContactMethod
from accounts.services import own_contacts
from hosting.desk.portal.access import Visitor, own_running, portal_page
from hosting.desk.portal.contacts import forms
from hosting.desk.portal.contacts.page import VERIFIED_HERE, contacts_context, shown_of
from hosting.desk.portal.forms import take
from hosting.desk.portal.limits import limit_mails
from hosting.lib.clock import now


@portal_page(*SEEING_ROLES)
def contacts(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All ways to reach the holder, the first to be tried on top; a representative only reads them, so
    that nobody can silence a holder by them (A12)."""
    context = contacts_context(visitor.account, now())
    return render(request, "portal/contacts/list.html", context)


@portal_page()
def add(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Add one, then verify it where a code can."""
    form = forms.AddForm(request.POST or None)
    if form.is_valid():
        limit_mails(request, visitor)
        try:
            added = own_contacts.add_own(
                visitor.account, by=visitor.user, now=now(), **form.cleaned_data
            )
        except ValidationError as error:
            take(form, error)
        else:
            messages.success(request, _("Added. The addresses on file before were told."))
            there = "portal_contacts_verify" if added.kind in VERIFIED_HERE else "portal_contacts"
            return redirect(there, *([added.pk] if added.kind in VERIFIED_HERE else []))
    return render(request, "portal/contacts/add.html", {"section": "contacts", "form": form})


@portal_page()
def change(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Replace an address or a number; the former one is kept for 12 months (A4)."""
    method = present(visitor, pk)
    form = forms.ChangeForm(
        request.POST or None, initial={"value": shown_of(method), "label": method.label}
    )
    if form.is_valid():
        limit_mails(request, visitor)
        try:
            own_contacts.change_own(method, by=visitor.user, now=now(), **form.cleaned_data)
        except ValidationError as error:
            take(form, error)
        else:
            messages.success(request, _("Saved. A former address or number is kept for 12 months."))
            return redirect("portal_contacts")
    return _page(request, "portal/contacts/change.html", method, form)


@portal_page()
def end(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """End one, said beforehand what follows; the last of its kind asks to confirm that (A2)."""
    method = present(visitor, pk)
    kind = forms.EndLastForm if own_contacts.is_the_last(method) else forms.EndForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid():
        limit_mails(request, visitor)
        knows = bool(form.cleaned_data.get("knows"))
        try:
            own_contacts.end_own(method, by=visitor.user, now=now(), knows_it_is_the_last=knows)
        except ValidationError as error:
            take(form, error)
        else:
            messages.success(request, _("It is a former contact now and is kept for 12 months."))
            return redirect("portal_contacts")
    return _page(request, "portal/contacts/end.html", method, form)


@require_POST
@portal_page()
def move(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Move one up or down."""
    method = present(visitor, pk)
    try:
        own_contacts.move_own(method, request.POST.get("step", ""), by=visitor.user, now=now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("portal_contacts")


def present(visitor: Visitor, pk: int) -> ContactMethod:
    """A present contact of the visitor's own account. Raises Http404, AlreadyEnded."""
    methods = visitor.account.contact_methods.select_related("account")
    method: ContactMethod = own_running(methods, pk, back="portal_contacts")
    return method


def _page(request: HttpRequest, template: str, method: ContactMethod, form: Form) -> HttpResponse:
    context = {"section": "contacts", "method": method, "shown": shown_of(method), "form": form}
    return render(request, template, context)
