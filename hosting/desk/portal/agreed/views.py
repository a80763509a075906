"""Agreed transfers in the space: propose, see where it stands, withdraw (X7)."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import HOLDER_ROLES
from cessions.enums import ConsentCode
from cessions.models import AgreedTransfer, TransferRequest
from cessions.services import agreed
from cessions.services.agreed.locking import OPEN, services_of
from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.agreed.forms import HandOverForm, RequestForm
from hosting.desk.portal.agreed.steps import steps_of
from hosting.lib import clock
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, journal, open_file
from hosting.services.notices import current_notices

SECTION = "agreed"


@require_safe
@portal_page()
def listing(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What was handed over, or is about to be."""
    transfers = visitor.account.agreed_transfers.prefetch_related("services__service")[:200]
    context = {"section": SECTION, "transfers": transfers, "may_propose": visitor.is_holder}
    return render(request, "portal/agreed/list.html", context)


@portal_page(*HOLDER_ROLES)
def new(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose services and a person, confirm with the factor."""
    return propose(request, visitor, HandOverForm, None)


@portal_page(*HOLDER_ROLES)
def for_request(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """He agrees to a request: its claimant is the one who gets the services (C10). What he
    proposed already is shown instead of a second form."""
    found = own(visitor.account.transfer_requests.open().select_related("filing"), pk)
    running = found.agreed_transfers.filter(state__in=OPEN).first()
    if running is not None:
        return redirect("portal_agreed_page", pk=running.pk)
    return propose(request, visitor, RequestForm, found)


def propose(
    request: HttpRequest,
    visitor: Visitor,
    kind: type[RequestForm],
    about: TransferRequest | None,
) -> HttpResponse:
    """The form, and on a right POST the proposal; a wrong factor is journalled."""
    now = clock.now()
    given = (request.POST,) if request.method == "POST" else ()
    form = kind(*given, request=request, account=visitor.account, now=now, transfer_request=about)
    if form.is_bound and form.is_valid():
        try:
            transfer = agreed.propose(
                visitor.account,
                form.cleaned_data["services"],
                form.recipient,
                by=visitor.user,
                role=visitor.role,
                factor=form.confirmed,
                now=now,
                request=about,
            )
        except agreed.AgreedRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("We have written to the new holder. It waits for his answer.")
            )
            return redirect("portal_agreed_page", pk=transfer.pk)
    if form.is_bound and form.refused is not None:
        facts = {"act": "agreed_transfer", "code": form.refused.code}
        journal(visitor.account.stream, "factor_refused", at=now, actor=visitor.actor, **facts)
    effects = current_notices([ConsentCode.EFFECTS], get_language() or "en", now)
    context = {"section": SECTION, "form": form, "about": about, "effects": effects}
    status = 422 if form.errors else 200
    return render(request, "portal/agreed/new.html", context, status=status)


@require_safe
@portal_page()
def page(request: HttpRequest, visitor: Visitor, pk: str) -> HttpResponse:
    """Where it stands, and how to stop it."""
    transfer = own_transfer(visitor, pk)
    return render(request, "portal/agreed/page.html", page_words(visitor, transfer))


def page_words(visitor: Visitor, transfer: AgreedTransfer) -> dict[str, Any]:
    """The context of one transfer's page."""
    return {
        "section": SECTION,
        "transfer": transfer,
        "services": services_of(transfer),
        "steps": steps_of(transfer),
        "locked": transfer.services.filter(locked__contains=clock.now()).first(),
        "may_withdraw": visitor.is_holder and transfer.state in OPEN,
        "letter": transfer.letters.filter(to_holder=True, file__isnull=False).exists(),
    }


@require_POST
@portal_page(*HOLDER_ROLES)
def withdraw(request: HttpRequest, visitor: Visitor, pk: str) -> HttpResponse:
    """One POST stops it, as long as it has not taken effect; no factor is asked for that."""
    transfer = own_transfer(visitor, pk)
    try:
        agreed.withdraw(transfer.pk, by=visitor.user, role=visitor.role, now=clock.now())
    except agreed.AgreedRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is withdrawn. The services stay in your account."))
    return redirect("portal_agreed_page", pk=transfer.pk)


@require_safe
@portal_page()
def letter(request: HttpRequest, visitor: Visitor, pk: str) -> FileResponse:
    """The letter to the holder as PDF (X5)."""
    transfer = own_transfer(visitor, pk)
    found = transfer.letters.select_related("file").filter(to_holder=True).first()
    if found is None or found.file is None:
        raise Http404("no letter yet")
    try:
        content = open_file(found.file)
    except NotOpenable as closed:
        raise Http404("this letter was destroyed") from closed
    return send_file(content, name=found.file.original_name, content_type="application/pdf")


def own_transfer(visitor: Visitor, pk: object) -> AgreedTransfer:
    """A transfer of the visitor's own account. Raises Http404."""
    return own(visitor.account.agreed_transfers.select_related("request", "to_account"), pk)
