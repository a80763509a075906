"""Staff's side of a quote: written, sent, withdrawn (I1, N6, B4).

Paid work and courtesy never meet on one ticket: this file and `services.work.open_intervention` lock the
ticket, then look for the other.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerAccount, User
from hosting.lib.bell import ring_on_commit
from hosting.models import Service
from hosting.policies import who_does_what
from hosting.records.services import journal
from hosting.services.roles import require_staff, required_text
from interventions import quoting
from interventions.enums import QuoteState, TicketState
from interventions.models import Quote, QuoteLine, Ticket
from interventions.notifications import quotes as notify
from interventions.services.quote_rows import (
    Wish,
    actor_of,
    lock,
    move,
    note,
    of_account,
    paid_work_on,
    plain,
    today,
    write,
)
from interventions.services.states import NotPossible

MAKE_PDFS = "interventions.tasks.make_quotes"


@dataclass(frozen=True)
class Line:
    """One line as staff typed it; `tax` is a kind whose percent the settings hold."""

    text: str
    quantity: Decimal
    unit_price: Decimal
    tax: str


@transaction.atomic
def draft_on_ticket(ticket: Ticket, *, by: User, now: datetime) -> Quote:
    """Begin a quote on a ticket: what it asks for becomes paid work.

    Raises NotPossible when a courtesy intervention was opened on the ticket, or a quote is on it
    already (I1), or when it is not open.
    """
    require_staff(by)
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    _refuse_mixing(ticket)
    wish = Wish(
        language=ticket.language,
        wish=ticket.what,
        full_name=ticket.full_name,
        email=ticket.email,
        site=ticket.service_name,
        telephone=ticket.telephone,
    )
    own = of_account(ticket.account, ticket.service) if ticket.account else {}
    quote = write(wish, now, state=QuoteState.DRAFT, ticket=ticket, drafted_by=by, **own)
    note(quote, "quote.drafted", now=now, actor=actor_of(by), ticket=ticket.number)
    journal(ticket.stream, "quote.drafted", at=now, actor=actor_of(by), quote=quote.number)
    return quote


@transaction.atomic
def draft_for(wish: Wish, *, account: CustomerAccount | None, by: User, now: datetime) -> Quote:
    """Begin a quote without a ticket, after a call, say; `account` is the client's, if he has one."""
    require_staff(by)
    own = of_account(account, None) if account else {}
    quote = write(wish, now, state=QuoteState.DRAFT, drafted_by=by, **own)
    note(quote, "quote.drafted", now=now, actor=actor_of(by))
    return quote


@transaction.atomic
def write_draft(
    quote: Quote,
    *,
    lines: Iterable[Line],
    introduction: str,
    address: str,
    vat_number: str,
    by: User,
    now: datetime,
) -> Quote:
    """Write the lines and the words of a draft anew; the percent of each line is today's setting.

    Raises NotPossible once it was sent.
    """
    require_staff(by)
    quote = lock(quote.pk)
    if quote.state != QuoteState.DRAFT:
        raise NotPossible("state", _("A quote that was sent is not changed; withdraw it instead."))
    quote.introduction, quote.address = plain(introduction), plain(address)
    quote.vat_number, quote.drafted_by = vat_number, by
    quote.save(update_fields=["introduction", "address", "vat_number", "drafted_by"])
    quote.lines.all().delete()
    written = [
        QuoteLine(
            quote=quote,
            place=place,
            text=line.text,
            quantity=line.quantity,
            unit_price=line.unit_price,
            tax=line.tax,
            rate=settings.TAX_RATES[line.tax],
        )
        for place, line in enumerate(lines, start=1)
    ]
    if len(written) > quoting.MOST_LINES:
        raise ValidationError(_("A quote has 20 lines at most."))
    QuoteLine.objects.bulk_create(written)
    note(quote, "quote.written", now=now, actor=actor_of(by), lines=len(written))
    return quote


def blockers(quote: Quote) -> list[str]:
    """What keeps a draft from being sent, in words for staff."""
    lines = list(quote.lines.all())
    codes = quoting.sending_blockers(
        lines=len(lines),
        address=quote.address,
        vat_number=quote.vat_number,
        taxes=frozenset(line.tax for line in lines),
    )
    words = {
        "lines": _("It has no lines yet."),
        "address": _("The client’s postal address is missing."),
        "vat_number": _("Reverse charge needs the client’s VAT number."),
        "mixed_tax": _("Reverse charge stands for the whole quote: no line may have another tax."),
    }
    return [words[code] for code in codes]


@transaction.atomic
def send(quote: Quote, *, valid_until: date, by: User, now: datetime) -> Quote:
    """Send a draft to the client, to be answered until the end of `valid_until` (local date).

    Freezes lines and words, and who does what as the plan says today (S4); a worker makes the PDF.
    Raises NotPossible with what is missing, and where a courtesy intervention was opened meanwhile (I1).
    """
    require_staff(by)
    ticket = quote.ticket and Ticket.objects.select_for_update(of=("self",)).get(pk=quote.ticket.pk)
    quote = lock(quote.pk)
    if ticket is not None and quoting.blocks_quote(ticket.interventions.count()):
        raise NotPossible("courtesy", _mixed())
    missing = blockers(quote)
    if missing:
        raise NotPossible("blocked", " ".join(missing))
    if valid_until < today(now):
        raise ValidationError({"valid_until": _("This day is over.")})
    quote.valid_until, quote.sent_at, quote.sent_by = valid_until, now, by
    quote.duties = frozen_duties(quote.service)
    quote.next_try_at, quote.tries = now, 0
    until = valid_until.isoformat()
    move(quote, QuoteState.SENT, now=now, actor=actor_of(by), event="quote.sent", until=until)
    notify.sent(quote, now=now)
    ring_on_commit(MAKE_PDFS)
    return quote


def frozen_duties(service: Service | None) -> dict[str, Any]:
    """Who does what for the service, as its plan says now, in the form the annex keeps (S4); nothing
    where no service of ours is known."""
    if service is None:
        return {}
    plan = service.plan
    return {
        "name": plan.name if plan else "",
        "duties": [asdict(duty) for duty in who_does_what(plan.responsibilities if plan else None)],
        "automatic_backups": plan is not None and plan.automatic_backups,
        "backup_retention_days": plan.backup_retention_days if plan else 0,
    }


@transaction.atomic
def withdraw(quote: Quote, *, reason: str, by: User, now: datetime) -> Quote:
    """Take a draft or a sent quote back. Raises NotPossible once the client has answered."""
    require_staff(by)
    words = required_text("reason", reason)
    quote = lock(quote.pk)
    was_sent = quote.state == QuoteState.SENT
    quote.withdrawn_reason = words
    move(quote, QuoteState.WITHDRAWN, now=now, actor=actor_of(by), event="quote.withdrawn")
    if was_sent:
        notify.withdrawn(quote, now=now)
    return quote


def _refuse_mixing(ticket: Ticket) -> None:
    if ticket.state != TicketState.OPEN:
        raise NotPossible("ticket", _("Only an open ticket can get a quote."))
    if quoting.blocks_quote(ticket.interventions.count()):
        raise NotPossible("courtesy", _mixed())
    if paid_work_on(ticket):
        raise NotPossible("twice", _("There is a quote on this ticket already."))


def _mixed() -> str:
    return _(
        "A courtesy intervention was opened on this ticket: paid work needs a ticket of its own (I1)."
    )
