"""The reseller's transfer contracts (P2, P6). Drafts are prepared by all who see the account."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cessions.contract_pdf import contract_text
from cessions.enums import PackState
from cessions.models import ContractPack
from cessions.services import contracts as verbs
from cessions.services.pack_making import file_name, zip_name
from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.choosing import SHOWN
from hosting.desk.portal.contracts.forms import pack_form
from hosting.lib import clock
from hosting.lib.downloads import send_file
from hosting.records.models import StoredFile
from hosting.records.services import open_file

SECTION = {"section": "contracts"}
PAGE = 50


@portal_page()
def contracts(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What can be asked for, and every contract there is; a POST asks for those chosen."""
    possible = verbs.choices_for(visitor.account)
    form = pack_form(request.POST if request.method == "POST" else None, possible)
    if form.is_valid():
        try:
            pack = verbs.ask_pack(visitor.account, form.chosen(), visitor.user, clock.now())
        except verbs.PackUnderWay as running:
            messages.info(request, " ".join(running.messages))
            return redirect("portal_contracts_pack", pk=running.pack.pk)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("portal_contracts_pack", pk=pack.pk)
    papers = visitor.account.transfercontracts.select_related("draft")
    context = {
        **SECTION,
        "form": form,
        "count": len(possible),
        "possible": possible[:SHOWN],
        "missing": verbs.missing_in_contract(visitor.account),
        "contracts": Paginator(papers, PAGE).get_page(request.GET.get("page")),
        "packs": visitor.account.contract_packs.all()[:5],
    }
    return render(request, "portal/contracts/list.html", context)


@portal_page()
def preview(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """What the contract with one assignee would say, before it is asked for."""
    present = visitor.account.assignees.filter(ended_at__isnull=True)
    assignee = own(present, pk)
    choices = verbs.choices_for(visitor.account)
    services = next((c.services for c in choices if c.assignee.pk == assignee.pk), [])
    said = verbs.contract_context(visitor.account, assignee, services)
    context = {
        **SECTION,
        "assignee": assignee,
        "text": contract_text(said, assignee.language),
        "missing": verbs.missing_in_contract(visitor.account),
    }
    return render(request, "portal/contracts/preview.html", context)


@portal_page()
def pack(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """How far the worker is; then the ZIP and each PDF."""
    found: ContractPack = own(visitor.account.contract_packs, pk)
    papers = Paginator(found.contracts.select_related("draft").order_by("pk"), PAGE)
    page = papers.get_page(request.GET.get("page"))
    context = {**SECTION, "pack": found, "contracts": page, **standing(found)}
    return render(request, "portal/contracts/pack.html", context)


@portal_page()
def progress(request: HttpRequest, visitor: Visitor, pk: UUID) -> JsonResponse:
    """The same for the page's script."""
    return JsonResponse(standing(own(visitor.account.contract_packs, pk)))


@portal_page()
def pack_zip(request: HttpRequest, visitor: Visitor, pk: UUID) -> FileResponse:
    """All contracts of a pack in one file."""
    found: ContractPack = own(visitor.account.contract_packs, pk)
    return _sent(found.file, zip_name(found))


@portal_page()
def contract_file(request: HttpRequest, visitor: Visitor, pk: int) -> FileResponse:
    """One contract, ready to sign."""
    found = own(visitor.account.transfercontracts.select_related("draft"), pk)
    return _sent(found.draft, file_name(found))


@require_POST
@portal_page()
def retry(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """Try again what could not be made."""
    found: ContractPack = own(visitor.account.contract_packs, pk)
    verbs.retry_pack(found, visitor.user, clock.now())
    return redirect("portal_contracts_pack", pk=found.pk)


def standing(pack: ContractPack) -> dict[str, Any]:
    """Where a pack is, in figures and in words."""
    words = _("%(done)d of %(total)d contracts are made.")
    return {
        "done": pack.done,
        "total": pack.total,
        "over": pack.state in (PackState.READY, PackState.FAILED),
        "words": words % {"done": pack.done, "total": pack.total},
    }


def _sent(file: StoredFile | None, name: str) -> FileResponse:
    if file is None or file.destroyed_at is not None:
        raise Http404
    return send_file(open_file(file), name=name, content_type=file.content_type)
