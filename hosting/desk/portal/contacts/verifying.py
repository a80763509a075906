"""Verifying a contact: an e-mail address by a code sent to it, a telephone by a code read out to staff
who call it (A3)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import ContactKind
from accounts.models import ContactMethod
from accounts.services.verification import (
    CodeAnswer,
    confirm_email,
    digits_of,
    running_code,
    send_code,
    show_code,
)
from hosting.desk.portal.access import Visitor, portal_page
from hosting.desk.portal.contacts.forms import CodeForm
from hosting.desk.portal.contacts.page import VERIFIED_HERE, shown_of
from hosting.desk.portal.contacts.views import present
from hosting.desk.portal.forms import take
from hosting.lib.clock import now
from hosting.lib.ratelimit import flooded

CODES = "5/h"


@portal_page()
def verify(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The page of one contact's verification; a POST is the code typed from the mail."""
    method = verifiable(visitor, pk)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if method.kind == ContactKind.EMAIL and form.is_valid():
        answer = _answer(form, method, visitor)
        if answer is CodeAnswer.RIGHT:
            messages.success(request, _("Verified. Thank you."))
            return redirect("portal_contacts")
    return render(request, "portal/contacts/verify.html", _context(method, form, visitor))


@require_POST
@portal_page()
def new_code(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Send a code, or show one; at most five in an hour for one contact."""
    method = verifiable(visitor, pk)
    if flooded(request, "contact-codes", CODES, value=f"contact {method.pk}"):
        messages.error(request, _("That was many codes: please wait an hour before the next one."))
        return redirect("portal_contacts_verify", method.pk)
    try:
        if method.kind == ContactKind.EMAIL:
            send_code(method, now=now(), actor=visitor.actor)
            messages.success(request, _("A code is on its way. Please look into your mailbox."))
        else:
            show_code(method, now=now(), actor=visitor.actor)
    except ValidationError as error:  # it ended a moment ago
        messages.error(request, " ".join(error.messages))
        return redirect("portal_contacts")
    return redirect("portal_contacts_verify", method.pk)


def verifiable(visitor: Visitor, pk: int) -> ContactMethod:
    """A present e-mail address or telephone of the visitor's own account. Raises Http404."""
    method = present(visitor, pk)
    if method.kind not in VERIFIED_HERE:
        raise Http404
    return method


def _answer(form: CodeForm, method: ContactMethod, visitor: Visitor) -> CodeAnswer | None:
    """What came of the typed code; what went wrong is said on the form."""
    try:
        answer = confirm_email(method, form.cleaned_data["code"], now=now(), actor=visitor.actor)
    except ValidationError as error:
        take(form, error)
        return None
    if answer is CodeAnswer.WRONG:
        form.add_error("code", _("This is not the code of the last e-mail. Please compare again."))
    if answer is CodeAnswer.OVER:
        form.add_error("code", _("There is no code to compare with any more: please ask for one."))
    return answer


def _context(method: ContactMethod, form: CodeForm, visitor: Visitor) -> dict[str, object]:
    """The digits are shown for a telephone alone, and not to staff who look on: they are asked for by
    staff who call, and must come from the one who answers."""
    code = running_code(method, now())
    shows = code is not None and method.kind == ContactKind.PHONE and not visitor.staff
    return {
        "section": "contacts",
        "method": method,
        "shown": shown_of(method),
        "form": form,
        "code": code,
        "digits": digits_of(code) if code is not None and shows else "",
    }
