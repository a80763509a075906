"""The holder's own backups (N7): what there is, one more in one step, a site put back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.backups.forms import RestoreForm
from hosting.desk.portal.backups.page import (
    SECTION,
    backups_of,
    list_context,
    services_of,
    site_context,
    site_of,
)
from hosting.desk.portal.backups.standing import standing
from hosting.lib import clock
from hosting.records.services import journal
from interventions import policies
from interventions.enums import BackupPurpose
from interventions.models import SiteBackup
from interventions.services import own_backups
from interventions.services.states import NotPossible


@require_safe
@portal_page()
def listing(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The account's sites, each with its last good backup."""
    context = list_context(visitor.account, request.GET.get("page", ""))
    return render(request, "portal/backups/list.html", context)


@require_safe
@portal_page()
def site(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """All backups of one site, and how far a running one is."""
    service = own(services_of(visitor.account), pk)
    page = request.GET.get("page", "")
    context = site_context(service, site_of(service), page, clock.now())
    return render(request, "portal/backups/site.html", context)


@require_safe
@portal_page()
def progress(request: HttpRequest, visitor: Visitor, pk: int) -> JsonResponse:
    """How far it is, for the page's script."""
    found = site_of(own(services_of(visitor.account), pk))
    return JsonResponse(standing(found) if found else {"over": True})


@require_POST
@portal_page()
def start(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Back the site up now. Pressed twice, it is one backup."""
    service = own(services_of(visitor.account), pk)
    found = site_of(service)
    if found is not None:
        try:
            own_backups.back_up_now(found, by=visitor.user, now=clock.now())
        except NotPossible as refused:
            messages.error(request, " ".join(refused.messages))
    return redirect("portal_backups_site", pk=service.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page()
def restore(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """What a restore means; then, with the factor and the red button, it is asked for."""
    backup = own(backups_of(visitor.account), pk)
    blockers = own_backups.blockers(backup)
    given = (request.POST,) if request.method == "POST" and not blockers else ()
    form = RestoreForm(*given, request=request)
    if form.is_bound and form.is_valid():
        try:
            own_backups.restore_own(backup, by=visitor.user, factor=form.confirmed, now=clock.now())
        except NotPossible as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The restore is ordered. A safety copy is made first."))
            return redirect("portal_backups_site", pk=backup.site.service_id)
    if form.is_bound and form.refused is not None:
        facts = {"act": "site_restore", "code": form.refused.code}
        stream = visitor.account.stream
        journal(stream, "factor_refused", at=clock.now(), actor=visitor.actor, **facts)
    status = 422 if form.errors else 409 if blockers and request.method == "POST" else 200
    context = restore_words(backup, blockers, form)
    return render(request, "portal/backups/restore.html", context, status=status)


def restore_words(backup: SiteBackup, blockers: list[str], form: RestoreForm) -> dict[str, Any]:
    """The context of a restore's page."""
    words = own_backups.blocker_words()
    return {
        "section": SECTION,
        "backup": backup,
        "service": backup.site.service,
        "undo": backup.purpose == BackupPurpose.SAFETY,
        "blockers": [words[code] for code in blockers],
        "not_in_plan": "not_in_plan" in blockers,
        "minutes": policies.minutes_to_restore(backup.size or 0),
        "form": form,
    }
