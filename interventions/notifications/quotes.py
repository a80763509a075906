"""Mails on quotes and orders. A mail to an address that nobody has confirmed says only what is ours, so
that the form cannot be used to write to strangers."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from accounts.roles import SUPERVISOR
from hosting.lib.links import placeholder
from hosting.records.models import OutgoingMail
from hosting.records.services.mail import build_mail, queue_mails, render_mail
from interventions.models import Order, Quote
from interventions.models.quotes import totals_of

CONFIRM = "quote_confirm"
PAGE = "quote"


def confirm_address(quote: Quote, *, now: datetime) -> OutgoingMail:
    """Please confirm your address: we look at your wish from then on (T3's pattern)."""
    return _to_client("quote_confirm", quote, now, link=placeholder(CONFIRM, quote.pk))


def sent(quote: Quote, *, now: datetime) -> OutgoingMail:
    """Here is your quote: what it comes to, until when it holds, where to answer."""
    total = totals_of(quote.lines.all())
    return _to_client("quote_sent", quote, now, total=total, link=_page(quote))


def withdrawn(quote: Quote, *, now: datetime) -> OutgoingMail:
    """We have taken the quote back."""
    return _to_client("quote_withdrawn", quote, now)


def ordered(order: Order, *, now: datetime) -> OutgoingMail:
    """Your order: its number, what it comes to, until when it is to be paid (B4)."""
    quote = order.quote
    total = totals_of(quote.lines.all())
    return _to_client("quote_ordered", quote, now, order=order, total=total, link=_page(quote))


def asked_for(quote: Quote, *, now: datetime) -> None:
    """Somebody wants a quote: to the supervisors."""
    _to_staff(quote, now)


def answered(quote: Quote, *, now: datetime) -> None:
    """The client has accepted or declined: to who sent the quote, and to the supervisors."""
    _to_staff(quote, now)


def _page(quote: Quote) -> str:
    return placeholder(PAGE, quote.pk)


def _to_client(name: str, quote: Quote, now: datetime, **context: Any) -> OutgoingMail:
    words = {"quote": quote, **context}
    sensitive = "link" in context
    mail = _built(name, quote, now, quote.email, quote.language, words, sensitive=sensitive)
    return queue_mails([mail])[0]


def _to_staff(quote: Quote, now: datetime) -> None:
    address = f"{settings.SITE_URL}/admin/interventions/quote/{quote.pk}/change/"
    wanted = Q(groups__name=SUPERVISOR) | Q(pk=quote.sent_by_id)
    staff = User.objects.filter(wanted, is_active=True, is_staff=True).distinct().order_by("pk")
    words = {"quote": quote, "link": address}
    queue_mails(
        [_built("alarm_quote", quote, now, user.email, user.language, words) for user in staff]
    )


def _built(
    name: str,
    quote: Quote,
    now: datetime,
    recipient: str,
    language: str,
    words: dict[str, Any],
    *,
    sensitive: bool = False,
) -> OutgoingMail:
    mail = render_mail(name, language, words)
    return build_mail(
        kind=name,
        recipient=recipient,
        language=language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        now=now,
        stream=quote.stream,
        sensitive=sensitive,
    )
