"""Agreed transfers in the space: propose, see where it stands, withdraw, object (X7, X5)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import HOLDER_ROLES, SEEING_ROLES, Role
from cessions.enums import AgreedLetterKind, AgreedState, ConsentCode
from cessions.models import AgreedTransfer, TransferRequest
from cessions.services import agreed
from cessions.services.agreed.objecting import OBJECTING
from cessions.services.agreements import AGAINST, OPEN
from cessions.services.refused import Refused
from cessions.services.transfer_lock import is_locked, lock_end
from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.agreed.forms import HandOverForm, RequestForm
from hosting.desk.portal.agreed.steps import steps_of
from hosting.desk.portal.agreed.which import transfers_of
from hosting.desk.portal.forms import journal_refused
from hosting.desk.portal.limits import limit_mails
from hosting.lib import clock
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, open_file
from hosting.services.notices import current_notices

SECTION = "agreed"
PAGE = 50


@require_safe
@portal_page(*Role)
def listing(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What was handed over, or is about to be."""
    rows = transfers_of(visitor, clock.now()).prefetch_related("services__service")
    transfers = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": SECTION,
        "transfers": transfers,
        "may_propose": visitor.hands_over,
        "visitor": visitor,
    }
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
        limit_mails(request, visitor, form.recipient.email if form.recipient else "")
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
    journal_refused(form, visitor, now)
    effects = current_notices([ConsentCode.EFFECTS], get_language() or "en", now)
    context = {"section": SECTION, "form": form, "about": about, "effects": effects}
    status = 422 if form.errors else 200
    return render(request, "portal/agreed/new.html", context, status=status)


@require_safe
@portal_page(*Role)
def page(request: HttpRequest, visitor: Visitor, pk: str) -> HttpResponse:
    """Where it stands, and how to stop it or to object."""
    transfer = own_transfer(visitor, pk)
    return render(request, "portal/agreed/page.html", page_words(visitor, transfer))


def page_words(visitor: Visitor, transfer: AgreedTransfer) -> dict[str, Any]:
    """The context of one transfer's page."""
    running = transfer.state in OPEN
    locked = is_locked(transfer, clock.now())
    speaks = visitor.role in OBJECTING and not visitor.staff
    letters = transfer.letters.filter(to_holder=True, file__isnull=False)
    return {
        "section": SECTION,
        "visitor": visitor,
        "transfer": transfer,
        "services": transfer.hosted,
        "steps": steps_of(transfer),
        "running": running,
        "locked": locked,
        "until": lock_end(transfer) if locked else None,
        "may_withdraw": visitor.is_holder and running,
        "may_object": speaks and (running or locked),
        "told": transfer.signs.filter(user=visitor.user, kind__in=AGAINST).exists(),
        "letters": set(letters.values_list("kind", flat=True)) if visitor.sees_account else (),
    }


@require_POST
@portal_page(*OBJECTING, after_event=True)
def object_to(request: HttpRequest, visitor: Visitor, pk: str) -> HttpResponse:
    """Objection or theft: one POST, nothing more is asked; it stops at once, or alarms (X5, C11)."""
    transfer = own_transfer(visitor, pk)
    kind = request.POST.get("answer", "")
    if kind not in AGAINST:
        messages.error(request, _("We did not understand which answer you chose."))
        return redirect("portal_agreed_page", pk=pk)
    try:
        after = agreed.object_to(
            transfer.pk,
            kind,
            by=visitor.user,
            role=visitor.role,
            emergency_contact=visitor.emergency_contact,
            now=clock.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words_after(after))
    if visitor.sees_account:
        return redirect("portal_agreed_page", pk=pk)
    return redirect("portal_agreed")


def words_after(transfer: AgreedTransfer) -> str:
    """What follows from an objection."""
    if transfer.state == AgreedState.EXECUTED:
        return _(
            "Thank you. Our supervisors are alarmed. While the lock lasts, two of our staff can put "
            "everything back in one step."
        )
    return _("Thank you. Nothing moves any more: the services stay where they are.")


@require_POST
@portal_page(*HOLDER_ROLES, after_event=True)
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
@portal_page(*SEEING_ROLES)
def letter(
    request: HttpRequest, visitor: Visitor, pk: str, kind: str = AgreedLetterKind.EXECUTED
) -> FileResponse:
    """The letter of `kind` to the holder as PDF (X5)."""
    transfer = own_transfer(visitor, pk)
    found = transfer.letters.select_related("file").filter(to_holder=True, kind=kind).first()
    if found is None or found.file is None:
        raise Http404("no letter yet")
    try:
        content = open_file(found.file)
    except NotOpenable as closed:
        raise Http404("this letter was destroyed") from closed
    return send_file(content, name=found.file.original_name, content_type="application/pdf")


def own_transfer(visitor: Visitor, pk: object) -> AgreedTransfer:
    """A transfer of the visitor's own account that he may see. Raises Http404."""
    rows = transfers_of(visitor, clock.now())
    return own(rows.select_related("request", "to_account"), pk)
