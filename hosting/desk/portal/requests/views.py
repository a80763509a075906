"""Requests on the account's services: read them, and answer (C10, C11)."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import HOLDER_ROLES, Role
from cessions.enums import OPEN_STATES, RequestState, SignJudgement, SignKind
from cessions.models import AgreedTransfer, HolderSign, RequestedService, TransferRequest
from cessions.services.answers_signed_in import OF_A_CONTACT, AnswerRefused, answer_signed_in
from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.requests.page import listed, request_page
from hosting.lib import clock

SECTION = "requests"
PAGE = 50
ANSWERING = (*HOLDER_ROLES, Role.EMERGENCY)


def requests_of(visitor: Visitor) -> QuerySet[TransferRequest]:
    """What he may see: all of the account; an emergency contact what is open (A8)."""
    found = visitor.account.transfer_requests.order_by("-received_at", "-pk")
    return found if visitor.sees_account else found.open()


def urgent_first(requests: QuerySet[TransferRequest], now: datetime) -> QuerySet[TransferRequest]:
    """`requests` with those on top whose answer still changes something at `now` (C10, X5)."""
    locked = RequestedService.objects.filter(request=OuterRef("pk"), locked__contains=now)
    urgent = When(Q(state__in=OPEN_STATES) | Exists(locked), then=0)
    order = Case(urgent, default=1, output_field=IntegerField())
    return requests.order_by(order, "-received_at", "-pk")


@require_safe
@portal_page(*Role)
def listing(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The requests, page by page, the newest first; but most urgent is what is approved, or
    transferred and can still be reversed."""
    now = clock.now()
    rows = urgent_first(requests_of(visitor), now)
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = listed(shown, now)
    context = {
        "section": SECTION,
        "page": shown,
        "open": sorted((entry for entry in found if entry[2]), key=_is_new),
        "over": [entry for entry in found if not entry[2]],
    }
    return render(request, "portal/requests/list.html", context)


def _is_new(entry: tuple[TransferRequest, list[str], bool]) -> bool:
    return entry[0].state == RequestState.RECEIVED


@require_safe
@portal_page(*Role)
def page(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """One request: what is claimed, how the holder was sought, and the answers."""
    found = own(requests_of(visitor), pk)
    answers = visitor.is_holder or (visitor.role == Role.EMERGENCY and not visitor.staff)
    context = {
        "section": SECTION,
        "visitor": visitor,
        "pk": found.pk,
        "page": request_page(found, clock.now()),
        "may_answer": answers,
        "may_agree": visitor.hands_over,
        "agreed": AgreedTransfer.objects.filter(request=found) if visitor.sees_account else (),
    }
    return render(request, "portal/requests/page.html", context)


@require_POST
@portal_page(*ANSWERING, after_event=True)
def answer(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Objection or theft: one POST, nothing more is asked (C10). To agree is to hand over (X7)."""
    found = own(visitor.account.transfer_requests.all(), pk)
    kind = request.POST.get("answer", "")
    if kind not in OF_A_CONTACT:
        messages.error(request, _("We did not understand which answer you chose."))
        return redirect("portal_requests_page", pk=pk)
    if visitor.role == Role.EMERGENCY and visitor.emergency_contact is None:
        raise Http404
    try:
        sign = answer_signed_in(
            found.pk,
            SignKind(kind),
            user=visitor.user,
            emergency_contact=visitor.emergency_contact,
            now=clock.now(),
        )
    except AnswerRefused as refused:
        messages.error(request, str(refused))
        return redirect("portal_requests_page", pk=pk)
    messages.success(request, words_of(sign, kind))
    if visitor.sees_account:
        return redirect("portal_requests_page", pk=pk)
    return redirect("portal_requests")


def words_of(sign: HolderSign | None, kind: str) -> str:
    """What follows from the answer; how to undo one that was pressed by mistake."""
    if sign is not None and sign.judgement == SignJudgement.PENDING:
        return _(
            "Thank you. Our staff look at your answer; nothing is transferred before they have."
        )
    if sign is None:
        return _("This request was over already: there was nothing to answer any more.")
    if kind == SignKind.THEFT:
        return _(
            "Thank you. Our supervisors are alarmed and will call you. Pressed by mistake? Tell us, and"
            " two of our staff can undo it."
        )
    return _(
        "Thank you. We have your objection, and the services stay where they are. Pressed by mistake?"
        " Tell us, and two of our staff can undo it."
    )
