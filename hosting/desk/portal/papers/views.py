"""The papers of the account and what became of each; drafts and signed copies to fetch (P3, A9)."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.enums import PowerScope
from accounts.models import PowerOfAttorney
from hosting.desk.portal.access import Visitor, portal_page
from hosting.desk.portal.papers.forms import DropForm
from hosting.desk.portal.papers.which import contracts_of, paper_of, powers_of
from hosting.lib.downloads import send_file
from hosting.records.models import StoredFile
from hosting.records.services import NotOpenable, open_file

SECTION = {"section": "papers"}
PAGE = 50
FILES = 20


@portal_page()
@require_http_methods(["GET", "HEAD"])
def papers(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All contracts and powers, and the files that were sent without saying which."""
    return papers_page(request, visitor, DropForm())


def papers_page(
    request: HttpRequest, visitor: Visitor, drop_form: DropForm, status: int = 200
) -> HttpResponse:
    """The page, with the form as it was sent."""
    contracts = Paginator(contracts_of(visitor), PAGE)
    sent = visitor.account.scanned_papers.select_related("file", "contract", "power")
    context = {
        **SECTION,
        "form": drop_form,
        "contracts": contracts.get_page(request.GET.get("page")),
        "powers": [(power, scopes_of(power)) for power in powers_of(visitor)],
        "files": sent[:FILES],
        "may_act": visitor.is_owner,
        "may_send": not visitor.staff,
    }
    return render(request, "portal/papers/list.html", context, status=status)


@portal_page()
def draft(request: HttpRequest, visitor: Visitor, kind: str, pk: int) -> HttpResponseBase:
    """The paper, ready to sign."""
    paper = paper_of(visitor, kind, pk)
    return _handed_out(paper.draft)


@portal_page()
def scan(request: HttpRequest, visitor: Visitor, kind: str, pk: int) -> HttpResponseBase:
    """The signed copy that was sent, once it was scanned (D6)."""
    paper = paper_of(visitor, kind, pk)
    return _handed_out(paper.scan)


def scopes_of(power: PowerOfAttorney) -> list[str]:
    """What a power allows, in words."""
    return [str(PowerScope(scope).label) for scope in power.scopes]


def _handed_out(file: StoredFile | None) -> HttpResponseBase:
    if file is None:
        raise Http404
    try:
        content = open_file(file)
    except NotOpenable as closed:
        raise Http404 from closed
    return send_file(content, name=file.original_name, content_type=file.content_type)
