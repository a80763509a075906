"""What the verbs on quotes share: the row, its state, its journal (N6, B4). The only place that writes the
state of a quote."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import CustomerAccount, User
from hosting.lib.dates import local_date
from hosting.models import Service
from hosting.records.services import journal
from interventions import quoting
from interventions.models import Quote, Ticket
from interventions.models.quotes import CLAIMS_TICKET
from interventions.services.numbers import quote_number
from interventions.services.states import NotPossible

CLIENT = "client"


@dataclass(frozen=True)
class Wish:
    """What somebody asks a quote for, and who he says he is."""

    language: str
    wish: str
    full_name: str
    email: str
    site: str = ""
    telephone: str = ""


def paid_work_on(ticket: Ticket) -> bool:
    """Whether a quote makes the ticket paid work: it then gets no courtesy intervention (I1)."""
    return ticket.quotes.filter(state__in=CLAIMS_TICKET).exists()


def today(now: datetime) -> date:
    """The provider's date at `now`."""
    return local_date(now, ZoneInfo(settings.TIME_ZONE))


def usual_term(now: datetime) -> date:
    """The last day of a quote that is sent at `now`, unless staff choose another."""
    return today(now) + timedelta(days=settings.QUOTE_VALID_DAYS)


def of_account(account: CustomerAccount, service: Service | None) -> dict[str, Any]:
    """What a quote takes over from an account."""
    lines = [
        account.trade_name,
        account.full_name,
        account.street,
        f"{account.postal_code} {account.city}".strip(),
        account.country,
    ]
    address = "\n".join(line for line in lines if line)
    return {"account": account, "service": service, "address": address}


def write(wish: Wish, now: datetime, *, key: UUID | None = None, **fields: Any) -> Quote:
    """A new quote of this wish, with a number; `fields` say how far it is."""
    return Quote.objects.create(
        pk=key or uuid4(),
        number=quote_number(now),
        created_at=now,
        language=wish.language,
        wish=plain(wish.wish),
        full_name=wish.full_name,
        email=wish.email,
        service_name=wish.site,
        telephone=wish.telephone,
        **fields,
    )


def lock(key: UUID) -> Quote:
    """The quote, its row locked to the end of the transaction: every verb takes it first."""
    found = Quote.objects.select_for_update(of=("self",))
    return found.select_related("ticket", "account", "service__plan", "file").get(pk=key)


def move(quote: Quote, to: str, *, now: datetime, actor: str, event: str, **facts: object) -> None:
    """Set the state of the locked `quote`, save it whole, journal the step. Raises NotPossible."""
    before = quote.state
    if not quoting.may_move(before, to):
        raise NotPossible("state")
    quote.state = to
    quote.save()
    note(quote, event, now=now, actor=actor, was=before, state=str(to), **facts)


def note(quote: Quote, event: str, *, now: datetime, actor: str, **facts: object) -> None:
    """Journal a fact of the quote in its own stream."""
    journal(quote.stream, event, at=now, actor=actor, quote=quote.number, **facts)


def plain(typed: str) -> str:
    """What was typed, trimmed, its lines ended in one way."""
    return typed.strip().replace("\r\n", "\n")


def actor_of(by: User) -> str:
    """A member of staff as the journal names him."""
    return f"user:{by.pk}"
