"""The holder's own data: what we have, a copy to take away, corrections (L2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import HOLDER_ROLES, Judgement
from accounts.services.corrections import ask_correction, change_address
from hosting.desk.portal.access import Visitor, portal_page
from hosting.desk.portal.data.archive import write_archive
from hosting.desk.portal.data.forms import AddressForm, CorrectionForm, ExportForm
from hosting.lib import clock
from hosting.lib.downloads import send_file
from hosting.records.services import journal


@portal_page()
def data(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Who we think the holder is, and what he can do with it; a member reads it."""
    context = {
        "section": "data",
        "account": visitor.account,
        "former": visitor.account.former_identities.all(),
        "may_act": visitor.is_holder,
        "waiting": visitor.account.corrections.filter(judgement=Judgement.PENDING).first(),
        "answered": visitor.account.corrections.exclude(judgement=Judgement.PENDING)[:5],
    }
    return render(request, "portal/data/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page(*HOLDER_ROLES)
def address(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Address and language: changed at once."""
    form = AddressForm(_posted(request), request=request, account=visitor.account)
    if _passes(form, visitor):
        try:
            change_address(visitor.account, form.wanted(), by=visitor.user, now=clock.now())
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("Your address and language are saved."))
            return redirect("portal_data")
    return _form_page(request, form, "portal/data/address.html")


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page(*HOLDER_ROLES)
def correction(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Names, number, country: asked for, and checked by staff."""
    form = CorrectionForm(_posted(request), request=request, account=visitor.account)
    if _passes(form, visitor):
        wanted, reason = form.wanted(), form.cleaned_data["reason"]
        now = clock.now()
        try:
            ask_correction(visitor.account, wanted, reason=reason, by=visitor.user, now=now)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _("Thank you. We check it and answer by e-mail."))
            return redirect("portal_data")
    return _form_page(request, form, "portal/data/correction.html")


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page(*HOLDER_ROLES)
def export(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Everything as one ZIP, made on the spot and kept by nobody; journalled with its papers (L1)."""
    form = ExportForm(_posted(request), request=request)
    if not _passes(form, visitor):
        return _form_page(request, form, "portal/data/export.html")
    now = clock.now()
    archive = write_archive(visitor.account, now)
    facts: dict[str, Any] = {"files": archive.files, "identity_copies_of": archive.identity_copies}
    journal(visitor.account.stream, "data.exported", at=now, actor=visitor.actor, **facts)
    name = f"{visitor.account.number}-{now:%Y-%m-%d}.zip"
    return send_file(archive.content, name=name, content_type="application/zip")


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _passes(form: AddressForm | CorrectionForm | ExportForm, visitor: Visitor) -> bool:
    """Whether the form was sent, is right, and its factor was confirmed; a refused one is journalled."""
    passes = form.is_bound and form.is_valid()
    if form.refused is not None:
        stream, actor = visitor.account.stream, visitor.actor
        journal(stream, "factor_refused", at=clock.now(), actor=actor, code=form.refused.code)
    return passes


def _form_page(request: HttpRequest, form: Any, template: str) -> HttpResponse:
    return render(request, template, {"section": "data", "form": form})
