"""Years after its end what a ticket holds is erased: personal content goes, its hashes stay (L1, L2)."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from hosting.lib.sweeps import each
from hosting.records.models import OutgoingMail, StoredFile
from hosting.records.services import destroy_files, journal, journal_many, withdraw_mails
from hosting.records.services.erasing import GONE, Personal, empty, empty_rows, hashes_of
from interventions.enums import LIVE_STATES, QuoteState
from interventions.models import (
    Complaint,
    Contest,
    Intervention,
    MessageFile,
    Probe,
    Quote,
    QuoteLine,
    Ticket,
    TicketMessage,
)
from interventions.services.credentials import erase_all
from interventions.services.tickets import TEXTS

RULE = "L1"
UNANSWERED_QUOTES = (QuoteState.UNCONFIRMED, QuoteState.DRAFT, QuoteState.SENT)
NOT_ORDERED = ~Q(state=QuoteState.ACCEPTED)
"""What was accepted is an order: accounting needs it whole (B4)."""
OF_COMPLAINT = "complaint__intervention__ticket"

WORDS = (
    Personal(Ticket, "pk", empty(*TEXTS) | {"pages": [], "areas": []}),
    Personal(TicketMessage, "ticket", empty("text", "came_by_mail") | {"other_address": GONE}),
    Personal(MessageFile, "message__ticket", {"name": GONE}),
    Personal(
        Intervention,
        "ticket",
        empty("report", "remark", "cancelled_reason") | {"areas": [], "checked_areas": []},
    ),
    Personal(
        Probe,
        "intervention__ticket",
        {
            "url": Concat(Value("#"), Cast("pk", CharField())),  # one page is looked at once
            "title": "",
            "broken_links": [],
            "error": "",
        },
    ),
    Personal(Complaint, "intervention__ticket", {"text": GONE}),
    Personal(Contest, f"note__{OF_COMPLAINT}", {"text": GONE, "answer": ""}),
    Personal(
        Quote,
        "ticket",
        empty(
            *("full_name", "email", "telephone", "address", "vat_number", "service_name"),
            *("wish", "introduction", "remark", "withdrawn_reason"),
        ),
        only=NOT_ORDERED,
    ),
    Personal(QuoteLine, "quote__ticket", {"text": GONE}, only=~Q(quote__state=QuoteState.ACCEPTED)),
)


def erase_due(now: datetime, limit: int = 100) -> int:
    """Erase the tickets whose time is over at `now`, one transaction each; how many. For the sweep."""
    due = at_their_end(Ticket.objects.filter(erase_at__lte=now))
    keys = due.order_by("erase_at").values_list("pk", flat=True)[:limit]
    return each(list(keys), lambda key: erase(key, now=now), name="tickets to erase")


def at_their_end(tickets: "QuerySet[Ticket]") -> "QuerySet[Ticket]":
    """Those of `tickets` on which nothing is left to do: no intervention under way, no quote without an
    answer, no contest that waits for ours."""
    works = Intervention.objects.filter(ticket=OuterRef("pk"), state__in=LIVE_STATES)
    quotes = Quote.objects.filter(ticket=OuterRef("pk"), state__in=UNANSWERED_QUOTES)
    contests = Contest.objects.filter(
        **{f"note__{OF_COMPLAINT}": OuterRef("pk")}, answered_at__isnull=True
    )
    return tickets.filter(~Exists(works), ~Exists(quotes), ~Exists(contests))


@transaction.atomic
def erase(key: UUID, *, now: datetime) -> bool:
    """Erase the personal content of one ticket; False when it is not due (any more), or is kept.

    Numbers, dates, states, who worked on it, sums and the journal stay; so do hashes of what is erased,
    one a row, so that somebody who kept a copy can still show that it is the one.
    """
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=key)
    if ticket.erase_at is None or ticket.erase_at > now:
        return False
    for rows in (ticket.interventions.all(), ticket.quotes.all()):
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    if not at_their_end(Ticket.objects.filter(pk=key)).exists():
        return False
    erase_all(ticket, now=now, actor="system")
    destroy_files(_files(ticket), now=now)
    waiting = OutgoingMail.objects.filter(stream__in=_streams(ticket), next_try_at__isnull=False)
    withdraw_mails(waiting.values_list("pk", flat=True), now=now, actor="system")
    journal_many(hashes_of(WORDS, key, stream=ticket.stream, now=now))
    Ticket.objects.filter(pk=key).update(
        erased_at=now, erase_at=None, link_generation=F("link_generation") + 1
    )
    TicketMessage.objects.filter(ticket=ticket).update(erased_at=now)
    empty_rows(WORDS, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ticket_erase(%s)", [key])
    journal(ticket.stream, "ticket.erased", at=now, rule=RULE)
    return True


def _files(ticket: Ticket) -> "QuerySet[StoredFile]":
    """What came with his mails, pictures of his pages, and PDFs of quotes that led to no order."""
    came = MessageFile.objects.filter(message__ticket=ticket, file__isnull=False)
    looks = Probe.objects.filter(intervention__ticket=ticket, screenshot__isnull=False)
    quotes = ticket.quotes.filter(NOT_ORDERED, file__isnull=False)
    keys = came.values_list("file"), looks.values_list("screenshot"), quotes.values_list("file")
    return StoredFile.objects.filter(pk__in=[key for rows in keys for (key,) in rows])


def _streams(ticket: Ticket) -> list[str]:
    """Where its mails stand: its own stream, and those of quotes that led to no order."""
    return [ticket.stream, *(quote.stream for quote in ticket.quotes.filter(NOT_ORDERED))]
