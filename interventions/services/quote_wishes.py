"""Asking for a quote: from the public form or the space; confirmed, or let go (N6, T3's pattern)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import PREPARING_ROLES
from accounts.models import User
from hosting.enums import ServiceStatus
from hosting.models import Service
from interventions import policies
from interventions.enums import QuoteState
from interventions.models import Quote
from interventions.notifications import quotes as notify
from interventions.services.quote_rows import CLIENT, Wish, lock, move, note, of_account, write
from interventions.services.states import NotPossible

WRITTEN = ("service_name", "full_name", "email", "telephone", "address", "vat_number", "wish")


@transaction.atomic
def ask_public(wish: Wish, *, now: datetime, key: UUID | None = None) -> Quote:
    """Somebody asks for a quote from the public form: it waits for the POST that confirms his address.

    Asks nothing about the site (T4). `key` is the id the form was given: sent twice at once, the second
    raises IntegrityError.
    """
    quote = write(
        wish, now, key=key, state=QuoteState.UNCONFIRMED, expires_at=now + policies.CONFIRM_WITHIN
    )
    note(quote, "quote.asked", now=now, actor=CLIENT)
    notify.confirm_address(quote, now=now)
    return quote


@transaction.atomic
def ask_as_member(
    wish: Wish, service: Service, *, by: User, now: datetime, key: UUID | None = None
) -> Quote:
    """Somebody who signs in for the account of `service` asks for a quote; staff see it at once.

    Raises NotPossible for another's service; IntegrityError as `ask_public`.
    """
    members = service.account.memberships.filter(user=by, role__in=PREPARING_ROLES, ended_at=None)
    if service.status == ServiceStatus.TERMINATED or not members.exists():
        raise NotPossible("service", _("This is none of your services."))
    own = of_account(service.account, service)
    quote = write(wish, now, key=key, state=QuoteState.DRAFT, asked_by=by, **own)
    note(quote, "quote.asked", now=now, actor=f"user:{by.pk}")
    notify.asked_for(quote, now=now)
    return quote


@transaction.atomic
def confirm(quote: Quote, *, now: datetime) -> Quote:
    """The client confirms his address by POST: staff see his wish. Twice is as once.

    Raises NotPossible when the time for it is over.
    """
    quote = lock(quote.pk)
    if quote.state not in (QuoteState.UNCONFIRMED, QuoteState.EXPIRED):
        return quote
    if quote.expires_at is None or quote.expires_at <= now:
        raise NotPossible("expired")
    quote.expires_at = None
    move(quote, QuoteState.DRAFT, now=now, actor=CLIENT, event="quote.confirmed")
    notify.asked_for(quote, now=now)
    return quote


@transaction.atomic
def forget(key: UUID, *, now: datetime) -> bool:
    """Erase a wish that was never confirmed (L1); the row stays with number and dates."""
    quote = lock(key)
    if quote.state != QuoteState.UNCONFIRMED or quote.expires_at is None or quote.expires_at > now:
        return False
    for name in WRITTEN:
        setattr(quote, name, "")
    quote.expires_at = None
    move(quote, QuoteState.EXPIRED, now=now, actor="system", event="quote.forgotten")
    return True
