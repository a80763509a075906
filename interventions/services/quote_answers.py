"""The client's answer to a quote, and what time does to quotes (N6, B4)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hosting.lib.sweeps import each
from hosting.services.roles import required_text
from interventions import quoting
from interventions.enums import QuoteState
from interventions.models import Order, Quote
from interventions.notifications import quotes as notify
from interventions.services.numbers import order_number
from interventions.services.quote_rows import CLIENT, lock, move, note, plain, today
from interventions.services.quote_wishes import forget
from interventions.services.states import NotPossible


@transaction.atomic
def accept(quote: Quote, *, name: str, terms_version: int, now: datetime) -> Order:
    """The client accepts, by his name and the version of the terms he saw: it is an order (B4).

    Accepted twice is one order. Raises NotPossible after its last day, or when it was withdrawn, and
    ValidationError without a name.
    """
    quote = lock(quote.pk)
    if quote.state == QuoteState.ACCEPTED:
        return Order.objects.get(quote=quote)
    signed = " ".join(required_text("name", name).split())[:200]
    _refuse_late(quote, now)
    quote.signed_name, quote.terms_version, quote.answered_at = signed, terms_version, now
    move(
        quote,
        QuoteState.ACCEPTED,
        now=now,
        actor=CLIENT,
        event="quote.accepted",
        terms=terms_version,
    )
    order = Order.objects.create(
        number=order_number(now),
        quote=quote,
        ordered_at=now,
        pay_by=quoting.pay_by(today(now)),
    )
    note(quote, "ordered", now=now, actor=CLIENT, order=order.number)
    notify.ordered(order, now=now)
    notify.answered(quote, now=now)
    return order


@transaction.atomic
def decline(quote: Quote, *, remark: str, now: datetime) -> Quote:
    """The client does not want it; he may say why. Twice is as once. Raises NotPossible as `accept`."""
    quote = lock(quote.pk)
    if quote.state == QuoteState.DECLINED:
        return quote
    _refuse_late(quote, now)
    quote.remark, quote.answered_at = plain(remark), now
    move(quote, QuoteState.DECLINED, now=now, actor=CLIENT, event="quote.declined")
    notify.answered(quote, now=now)
    return quote


def expire_due(now: datetime, limit: int = 100) -> int:
    """Let go of wishes that nobody confirmed, end quotes whose last day is over; how many."""
    quotes = Quote.objects.order_by("pk").values_list("pk", flat=True)
    unconfirmed = quotes.filter(expires_at__lte=now)[:limit]
    done = each(unconfirmed, lambda key: forget(key, now=now), name="unconfirmed quotes")
    over = quotes.filter(state=QuoteState.SENT, valid_until__lt=today(now))[:limit]
    return done + each(over, lambda key: expire(key, now=now), name="quotes over")


@transaction.atomic
def expire(key: UUID, *, now: datetime) -> bool:
    """End a sent quote whose last day is over without an answer."""
    quote = lock(key)
    over = quote.valid_until is not None and quote.valid_until < today(now)
    if quote.state != QuoteState.SENT or not over:
        return False
    move(quote, QuoteState.EXPIRED, now=now, actor="system", event="quote.expired")
    return True


def _refuse_late(quote: Quote, now: datetime) -> None:
    if quote.state == QuoteState.WITHDRAWN:
        raise NotPossible("withdrawn", _("We have withdrawn this quote. Please call us."))
    if not quoting.may_answer(quote.state, quote.valid_until, today(now)):
        words = _("This quote is no longer valid. Tell us, and we write you a new one.")
        raise NotPossible("late", words)
