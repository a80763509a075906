"""A quote as the client meets it: asked for, confirmed, read, accepted or declined (N6, B4)."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hosting.lib import clock, links
from hosting.lib.downloads import send_file
from hosting.lib.logs import bind_case
from hosting.lib.private import private_page
from hosting.models import Notice
from hosting.records.services import open_file
from hosting.services.notices import current_notices, shown
from interventions import quoting
from interventions.enums import QuoteState
from interventions.letters import quote_words
from interventions.models import Order, Quote
from interventions.notifications.quotes import CONFIRM, PAGE
from interventions.quote_forms import MemberWishForm, WishForm
from interventions.services import quote_answers, quote_wishes
from interventions.services.quote_rows import today
from interventions.services.states import NotPossible
from interventions.views.limits import limit_mails, limit_posts
from interventions.views.mine import services_of

ASK, ASKED, FILE = "quote_ask", "quote_asked", "quote_pdf"
METHODS = ["GET", "HEAD", "POST"]


# -- Asking --------------------------------------------------------------------------------------------


@require_http_methods(METHODS)
def ask(request: HttpRequest) -> HttpResponse:
    """What is wanted, and by whom; somebody signed in chooses among his services instead."""
    mine = services_of(request.user) if request.user.is_authenticated else None
    member = mine is not None and mine.exists()
    kind, more = (MemberWishForm, {"services": mine}) if member else (WishForm, {})
    if request.method != "POST":
        return ask_page(request, kind(**more))
    limit_posts(request)
    form = kind(request.POST, **more)
    if not form.is_valid():
        return ask_page(request, form, status=422)
    if not member:
        limit_mails(request, form.cleaned_data["email"])
    key = read_key(request.POST.get("key", ""))
    quote = asked(request, form, key)
    if member:
        messages.success(request, _("Thank you. We look at it and send you a quote."))
        return redirect(address(PAGE, quote))
    return redirect(ASKED)


def asked(request: HttpRequest, form: WishForm, key: UUID | None) -> Quote:
    """A new wish under the form's key; the one that is there when it was sent twice."""
    wish, now = form.asked(get_language() or "en", request.user), clock.now()
    before = Quote.objects.filter(pk=key).first() if key else None
    if before is not None and (before.email, before.wish) == (wish.email, wish.wish):
        return before
    key = key if before is None else None
    try:
        if isinstance(form, MemberWishForm):
            service = form.cleaned_data["service"]
            return quote_wishes.ask_as_member(wish, service, by=request.user, now=now, key=key)
        return quote_wishes.ask_public(wish, now=now, key=key)
    except IntegrityError:
        if key is None:
            raise
        return Quote.objects.get(pk=key)


def ask_page(request: HttpRequest, form: WishForm, *, status: int = 200) -> HttpResponse:
    """The form, fresh or with what is wrong."""
    kept = request.POST.get("key", "").replace("\0", "")[:200]
    context = {"form": form, "key": kept or links.token(ASK, uuid4())}
    return render(request, "interventions/quote/ask.html", context, status=status)


@require_safe
def asked_page(request: HttpRequest) -> HttpResponse:
    """Sent: now he has to confirm his address. The page is the same for everybody."""
    return render(request, "interventions/quote/asked.html")


@require_http_methods(METHODS)
@private_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; the button brings the wish before us. Pressed twice, the same result."""
    quote = quote_of(CONFIRM, token)
    over = quote.expires_at is not None and quote.expires_at <= clock.now()
    if over or is_forgotten(quote):
        raise Http404("expired")
    if quote.state != QuoteState.UNCONFIRMED:
        return redirect(address(PAGE, quote))
    if request.method == "POST":
        try:
            quote_wishes.confirm(quote, now=clock.now())
        except NotPossible as gone:
            raise Http404("expired meanwhile") from gone
        messages.success(request, _("Thank you. We look at it and send you a quote."))
        return redirect(address(PAGE, quote))
    return render(request, "interventions/quote/confirm.html", {"quote": quote})


# -- The quote -----------------------------------------------------------------------------------------


@require_http_methods(METHODS)
@private_page
def quote_page(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, nor does a mail scanner's visit; an answer is a POST."""
    quote = readable(quote_of(PAGE, token))
    if request.method != "POST":
        return page(request, quote)
    limit_posts(request)
    try:
        refused = answer(request, quote)
    except NotPossible as error:
        current = readable(quote_of(PAGE, token))
        return page(request, current, refused=error.messages, status=409)
    if refused:
        return page(request, quote, refused=refused, status=422)
    return redirect(PAGE, token=token)


def answer(request: HttpRequest, quote: Quote) -> list[str]:
    """What the button says; the words of what is missing, if something is. Raises NotPossible."""
    do, now = request.POST.get("do", ""), clock.now()
    if do == "decline":
        remark = request.POST.get("remark", "")[:5000].replace("\0", "")
        quote_answers.decline(quote, remark=remark, now=now)
        return []
    if do != "accept":
        return [_("Please press one of the buttons.")]
    name = request.POST.get("name", "").replace("\0", "").strip()
    terms = terms_of(quote)
    missing = []
    if not name:
        missing.append(_("Please type your first and last name."))
    if request.POST.get("terms") != "on":
        missing.append(_("Please read the terms, then tick the box."))
    elif request.POST.get("notices", "") != shown(terms) and quote.state == QuoteState.SENT:
        missing.append(_("The terms have changed meanwhile. Please read them again."))
    if missing:
        return missing
    version = terms[0].version if terms else 0
    try:
        quote_answers.accept(quote, name=name, terms_version=version, now=now)
    except NotPossible:
        raise
    except ValidationError as error:
        return error.messages
    return []


def page(
    request: HttpRequest, quote: Quote, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """The quote as it stands; what was typed is kept when an answer was refused."""
    may_answer = quoting.may_answer(quote.state, quote.valid_until, today(clock.now()))
    terms = terms_of(quote) if may_answer else []
    context = {
        **quote_words(quote),
        "may_answer": may_answer,
        "over": quote.state == QuoteState.EXPIRED
        or (quote.state == QuoteState.SENT and not may_answer),
        "order": Order.objects.filter(quote=quote).first()
        if quote.state == QuoteState.ACCEPTED
        else None,
        "terms": terms,
        "shown": shown(terms),
        "refused": refused,
        "pdf": address(FILE, quote) if quote.file_id else "",
        "typed": request.POST,
    }
    return render(request, "interventions/quote/page.html", context, status=status)


@require_safe
@private_page
def quote_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The PDF of the quote."""
    quote = readable(quote_of(PAGE, token))
    if quote.file is None:
        raise Http404("not made yet")
    content = open_file(quote.file)
    return send_file(
        content, name=f"{quote.number}.pdf", content_type="application/pdf", inline=True
    )


# -- Links ---------------------------------------------------------------------------------------------


def quote_of(purpose: str, token: str) -> Quote:
    """The quote of a private link. Raises Http404 alike for rubbish, another page's token and an erased
    quote."""
    key = links.read_token(token)
    found = Quote.objects.select_related("account", "file", "ticket")
    quote = found.filter(pk=key).first() if key else None
    if quote is None or quote.is_erased or not links.token_holds(purpose, token):
        raise Http404("no such link")
    bind_case(quote.number)
    return quote


def readable(quote: Quote) -> Quote:
    """The quote, unless its address was never confirmed. Raises Http404."""
    if quote.state == QuoteState.UNCONFIRMED or is_forgotten(quote):
        raise Http404("never confirmed")
    return quote


def is_forgotten(quote: Quote) -> bool:
    """Whether it was let go before anybody confirmed it."""
    return quote.state == QuoteState.EXPIRED and quote.sent_at is None


def address(purpose: str, quote: Quote) -> str:
    """The path of a private page of the quote; its PDF lies below its page."""
    return reverse(purpose, args=[links.token(PAGE if purpose == FILE else purpose, quote.pk)])


def read_key(key: str) -> UUID | None:
    """The id in a form's key, if the key is ours."""
    return links.read_token(key) if links.token_holds(ASK, key) else None


def terms_of(quote: Quote) -> list[Notice]:
    """The terms in force, in the quote's language."""
    return current_notices([quoting.TERMS], quote.language, clock.now())
