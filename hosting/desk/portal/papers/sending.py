"""Signed copies come in: for one paper, or in a heap whose codes are read; a member may send (P3)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.services.papers import TO_BE_SIGNED, upload_signed
from cessions.enums import ScanFiling
from cessions.services.scanned import keep_scans, sort_scan
from cessions.views.limits import limit_files
from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.papers.forms import DropForm, SignedForm, SortForm, name_of
from hosting.desk.portal.papers.views import SECTION, papers_page
from hosting.desk.portal.papers.which import Paper, contracts_of, paper_of, powers_of
from hosting.lib import clock
from hosting.records.models import StoredFile
from hosting.records.services import UploadRefused, store_upload


@portal_page()
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, visitor: Visitor, kind: str, pk: int) -> HttpResponse:
    """Send the signed copy of one paper, with or without the identity document."""
    paper = paper_of(visitor, kind, pk)
    posted = request.method == "POST"
    form = SignedForm(request.POST, request.FILES) if posted else SignedForm()
    if posted:
        limit_files(request, len(request.FILES))
    if posted and form.is_valid() and _kept(form, paper, visitor.user):
        messages.success(request, _("Thank you. We check it and tell you by e-mail."))
        return redirect("portal_papers")
    context = {
        **SECTION,
        "form": form,
        "name": name_of(paper),
        "open": paper.state in TO_BE_SIGNED,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/papers/send.html", context, status=status)


@portal_page()
@require_POST
def drop(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Send several papers without saying which: the code on their pages says it."""
    limit_files(request, len(request.FILES.getlist("papers")))
    form = DropForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            keep_scans(
                visitor.account, form.cleaned_data["papers"], by=visitor.user, now=clock.now()
            )
        except UploadRefused as refused:
            form.add_error("papers", str(refused))
        else:
            messages.success(request, _("Thank you. What became of each file is shown below."))
            return redirect("portal_papers")
    return papers_page(request, visitor, form, status=422)


@portal_page()
@require_http_methods(["GET", "HEAD", "POST"])
def sort(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Say which paper a file is whose code could not be read."""
    unread = visitor.account.scanned_papers.filter(state=ScanFiling.UNREAD)
    scanned = own(unread.select_related("file"), pk)
    form = SortForm(request.POST or None, papers=_waiting(visitor))
    if form.is_bound and form.is_valid():
        try:
            sort_scan(scanned, form.cleaned_data["paper"], by=visitor.user, now=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. We check it and tell you by e-mail."))
            return redirect("portal_papers")
    context = {**SECTION, "form": form, "scanned": scanned}
    status = 422 if form.errors else 200
    return render(request, "portal/papers/sort.html", context, status=status)


def _waiting(visitor: Visitor) -> list[Paper]:
    """The papers that a file can be."""
    contracts = contracts_of(visitor).filter(state__in=TO_BE_SIGNED)
    return [*powers_of(visitor).filter(state__in=TO_BE_SIGNED), *contracts]


def _kept(form: SignedForm, paper: Paper, by: User) -> bool:
    """Keep the files and send them for `paper`, or say at the form what is wrong; then none is kept."""
    now, field = clock.now(), "scan"
    files: dict[str, StoredFile | None] = {}
    try:
        with transaction.atomic():
            for field in ("scan", "identity_copy"):
                upload = form.cleaned_data[field]
                files[field] = store_upload(upload, now=now) if upload else None
            upload_signed(
                paper, scan=files["scan"], identity_copy=files["identity_copy"], by=by, now=now
            )
    except UploadRefused as refused:
        form.add_error(field, str(refused))
    except ValidationError as error:
        form.add_error(None, error)
    return not form.errors
