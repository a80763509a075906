"""Five years after its end a ticket is erased; hashes, dates, sums and journal stay (L1, L2)."""

import hashlib
import importlib
import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.enums import NoteKind
from accounts.models import InternalNote
from accounts.services.notes import write_note
from hosting.lib import links
from hosting.records.models import JournalEntry, MailOutcome, OutgoingMail, StoredFile
from hosting.records.services import queue_mail
from hosting.records.services.verification import Walked, verify
from interventions.enums import QuoteState
from interventions.models import (
    Complaint,
    Contest,
    IncomingMail,
    Intervention,
    MessageFile,
    Order,
    Probe,
    Quote,
    QuoteLine,
    SiteCredential,
    Ticket,
    TicketMessage,
)
from interventions.notifications.quotes import PAGE as QUOTE_PAGE
from interventions.notifications.tickets import PAGE
from interventions.services import (
    conversation,
    credentials,
    eligibility,
    erasure,
    quote_answers,
    quotes,
    tickets,
)
from interventions.services.quote_rows import usual_term
from interventions.services.states import NotPossible
from interventions.views.links import address, ticket_of
from interventions.views.quotes import quote_of
from interventions.views.ticket_page import ticket_context
from tests import factories
from tests.accounts.papers import a_file
from tests.interventions import cases
from tests.interventions.quotes import LINES, staff, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
CANARY = "Canary"
YEARS = timedelta(days=1826)
SECOND = timedelta(seconds=1)
WORDS = {
    "full_name": f"{CANARY} Martin",
    "email": "canary@mail.example",
    "telephone": "+33 3 CANARY",
    "service_name": "canary.example",
    "what": CANARY,
    "changed": CANARY,
    "pages": ["https://canary.example/"],
    "areas": [CANARY],
}
WITHOUT_WORDS = {
    "Order",  # kept with its quote (B4)
    "SiteCredential",  # erased with the closing of the ticket (I3)
    "TicketConsent",  # versions of notices
}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    backend = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = {**settings.STORAGES, "default": backend}


@pytest.fixture
def ticket(now: Any) -> Ticket:
    """Help that was given, in which every word is the canary's; closed."""
    work = cases.asked(now, **WORDS)
    found = work.ticket
    by = work.technician
    Intervention.objects.filter(pk=work.pk).update(
        report=CANARY, remark=CANARY, areas=[CANARY], checked_areas=[CANARY], state="validated"
    )
    for after in (False, True):
        Probe.objects.create(
            intervention=work,
            after=after,
            url="https://canary.example/",
            at=now,
            title=CANARY,
            broken_links=[CANARY],
            screenshot=a_file("canary.png"),
        )
    complaint = eligibility.record_complaint(work, text=CANARY, made_at=now, by=by, now=now)
    words = {"kind": NoteKind.INTERVENTION, "text": "He said so.", "author": by}
    note = write_note(found.account, now=now, **words)
    Complaint.objects.filter(pk=complaint.pk).update(note=note)
    Contest.objects.create(note=note, text=CANARY, made_at=now, answered_at=now, answer=CANARY)
    conversation.write_to_client(found, text=CANARY, by=by, now=now)
    said = conversation.keep_message(
        found,
        text=CANARY,
        now=now,
        came_by_mail="<1@canary.example>",
        other_address="canary@other.example",
    )
    MessageFile.objects.create(message=said, name=CANARY, size=1, file=a_file("canary.pdf"))
    mail = OutgoingMail.objects.filter(stream=found.stream).order_by("pk").last()
    assert mail is not None
    MailOutcome.objects.create(mail=mail, at=now, kind="accepted", text="250 canary@mail.example")
    return tickets.close(found, now=now)


@pytest.fixture
def declined(now: Any) -> Quote:
    """A quote on a ticket, in which every word is the canary's; declined, and the ticket closed."""
    return a_quote(now)


def a_quote(now: Any, *, accepted: bool = False) -> Quote:
    found = cases.a_ticket(now, **WORDS)
    lines = [quotes.Line(CANARY, line.quantity, line.unit_price, line.tax) for line in LINES]
    words = {"introduction": CANARY, "address": CANARY, "vat_number": "FRCANARY"}
    quote = quotes.draft_on_ticket(found, by=staff(), now=now)
    written(quote, lines, staff(), now, **words)
    quotes.send(quote, valid_until=usual_term(now), by=staff(), now=now)
    Quote.objects.filter(pk=quote.pk).update(file=a_file("canary.pdf"), next_try_at=None)
    if accepted:
        quote_answers.accept(quote, name=CANARY, terms_version=1, now=now)
    else:
        quote_answers.decline(quote, remark=CANARY, now=now)
    tickets.close(found, now=now)
    return Quote.objects.get(pk=quote.pk)


def everything() -> str:
    """All rows of the tables of tickets, and of mails and files, as text; the journal, too."""
    models = [m for m in apps.get_models() if m._meta.app_label in ("interventions", "records")]
    rows = [list(model._base_manager.values()) for model in models]
    return json.dumps(rows, default=str).lower()


def canaries() -> int:
    return everything().count("canary")


def test_nothing_personal_is_left_of_it(ticket: Ticket, now: Any) -> None:
    assert canaries() > 20
    assert erasure.erase_due(now + YEARS - SECOND) == 0
    assert erasure.erase_due(now + YEARS) == 1
    assert canaries() == 0
    assert not StoredFile.objects.filter(destroyed_at=None).exists()
    assert erasure.erase_due(now + 2 * YEARS) == 0


def test_the_bytes_of_its_files_go(
    ticket: Ticket, now: Any, django_capture_on_commit_callbacks: Any
) -> None:
    names = list(StoredFile.objects.values_list("storage_name", flat=True))
    assert names
    assert all(default_storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_due(now + YEARS)
    assert not any(default_storage.exists(name) for name in names)


def test_what_happened_when_and_who_worked_stays(ticket: Ticket, now: Any) -> None:
    entries = JournalEntry.objects.filter(stream=ticket.stream).count()
    work = ticket.interventions.get()
    erasure.erase_due(now + YEARS)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("closed", now)
    assert (ticket.erased_at, ticket.erase_at) == (now + YEARS, None)
    after = ticket.interventions.get()
    assert (after.number, after.technician, after.t0_at) == (work.number, work.technician, now)
    assert JournalEntry.objects.filter(stream=ticket.stream).count() > entries
    assert list(verify(Walked(), ticket.stream)) == []


def test_hashes_of_what_was_erased_stay_in_the_journal(ticket: Ticket, now: Any) -> None:
    complaint = Complaint.objects.get()
    erasure.erase_due(now + YEARS)
    rows = JournalEntry.objects.filter(event="words_erased", stream=ticket.stream)
    hashed = rows.get(facts__table="complaint").facts["rows"]
    words = json.dumps({"text": CANARY}, sort_keys=True)
    assert hashed == [[str(complaint.pk), hashlib.sha256(words.encode()).hexdigest()]]


def test_its_pages_open_for_staff_and_say_so(ticket: Ticket, now: Any, client: Any) -> None:
    erasure.erase_due(now + YEARS)
    client.force_login(factories.UserFactory(supervisor=True))
    for name, key in (("ticket", ticket.pk), ("intervention", ticket.interventions.get().pk)):
        answer = client.get(reverse(f"admin:interventions_{name}_change", args=[key]))
        assert "The content of this ticket was erased" in answer.content.decode()


def test_its_page_in_the_space_says_so_and_offers_nothing(ticket: Ticket, now: Any) -> None:
    erasure.erase_due(now + YEARS)
    ticket.refresh_from_db()
    page = render_to_string("interventions/parts/ticket.html", ticket_context(ticket))
    assert "What this request held was erased on" in page
    assert "<form" not in page
    assert "<a " not in page


def test_its_private_link_is_like_one_that_does_not_exist(ticket: Ticket, now: Any) -> None:
    token = address(PAGE, ticket).rstrip("/").rpartition("/")[2]
    assert ticket_of(PAGE, token) == ticket
    erasure.erase_due(now + YEARS)
    with pytest.raises(Http404):
        ticket_of(PAGE, token)


def test_nothing_is_written_on_it_any_more(ticket: Ticket, now: Any) -> None:
    erasure.erase_due(now + YEARS)
    by = factories.UserFactory(support=True)
    with pytest.raises(NotPossible):
        conversation.client_wrote(ticket, text=CANARY, now=now)
    with pytest.raises(NotPossible):
        conversation.write_to_client(ticket, text=CANARY, by=by, now=now)
    work = ticket.interventions.get()
    with pytest.raises(NotPossible):
        eligibility.record_complaint(work, text=CANARY, made_at=now, by=by, now=now)


def test_a_ticket_that_is_reopened_is_kept_until_its_next_end(ticket: Ticket, now: Any) -> None:
    conversation.client_wrote(ticket, text="Once more.", now=now)
    assert erasure.erase_due(now + YEARS) == 0
    tickets.close(ticket, now=now + SECOND)
    assert Ticket.objects.get().erase_at == now + SECOND + YEARS


@pytest.mark.parametrize("what", ["intervention", "contest", "quote"])
def test_what_is_not_at_its_end_keeps_it(what: str, ticket: Ticket, now: Any) -> None:
    changed: dict[str, Any] = {
        "intervention": (Intervention, {"state": "invalidated"}, {"state": "declined"}),
        "contest": (Contest, {"answered_at": None}, {"answered_at": now}),
        "quote": (Quote, {}, {"state": QuoteState.WITHDRAWN}),
    }
    model, running, over = changed[what]
    if what == "quote":
        ticket = cases.a_ticket(now)
        quotes.draft_on_ticket(ticket, by=staff(), now=now)
        tickets.close(ticket, now=now)
    model.objects.update(**running)
    assert not erasure.erase(ticket.pk, now=now + YEARS)
    model.objects.update(**over)
    assert erasure.erase(ticket.pk, now=now + YEARS)


def test_the_period_is_a_setting(now: Any, settings: Any) -> None:
    settings.TICKET_RETENTION_DAYS = 400
    ticket = tickets.close(cases.a_ticket(now), now=now)
    assert ticket.erase_at == now + timedelta(days=400)


def test_of_a_ticket_that_nobody_confirmed_the_mails_go_as_well(now: Any) -> None:
    ticket = cases.a_ticket(now, state="unconfirmed", expires_at=now, **WORDS)
    words = {"recipient": WORDS["email"], "language": "en", "subject": "s", "text": "t"}
    queue_mail(kind="x", stream=ticket.stream, now=now, **words)
    assert tickets.expire_due(now) == 1
    assert erasure.erase_due(now) == 1
    assert canaries() == 0


def test_access_data_left_over_go(now: Any) -> None:
    ticket = tickets.close(cases.a_ticket(now), now=now)
    left = credentials.keep_credential(ticket, kind="sftp", secret="open sesame", now=now)
    erasure.erase_due(now + YEARS)
    assert SiteCredential.objects.get(pk=left.pk).sealed == ""


def test_a_mail_on_its_way_is_not_sent_empty(ticket: Ticket, now: Any) -> None:
    words = {"recipient": "d@mail.example", "language": "en", "subject": "s", "text": "t"}
    mail = queue_mail(kind="x", stream=ticket.stream, now=now, **words)
    erasure.erase_due(now + YEARS)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, mail.recipient) == ("withdrawn", None, "")


def test_a_quote_that_led_to_no_order_goes_with_its_ticket(declined: Quote, now: Any) -> None:
    erasure.erase_due(now + YEARS)
    assert canaries() == 0
    quote = Quote.objects.get()
    sums = [(line.quantity, line.unit_price) for line in quote.lines.all()]
    assert sums == [(line.quantity, line.unit_price) for line in LINES]
    assert (quote.state, quote.sent_at, quote.is_erased) == ("declined", now, True)
    assert list(verify(Walked(), quote.stream)) == []


def test_its_page_says_so_and_its_link_opens_nothing(
    declined: Quote, now: Any, client: Any
) -> None:
    assert quote_of(QUOTE_PAGE, links.token(QUOTE_PAGE, declined.pk)) == declined
    erasure.erase_due(now + YEARS)
    client.force_login(factories.UserFactory(support=True))
    page = client.get(reverse("admin:interventions_quote_change", args=[declined.pk]))
    assert "The content of this quote was erased" in page.content.decode()
    token = links.token(QUOTE_PAGE, declined.pk)
    with pytest.raises(Http404):
        quote_of(QUOTE_PAGE, token)


def test_an_order_and_its_quote_are_kept_whole(now: Any) -> None:
    quote = a_quote(now, accepted=True)
    mails = list(OutgoingMail.objects.filter(stream=quote.stream).values())
    lines = list(QuoteLine.objects.values())
    assert erasure.erase_due(now + YEARS) == 1
    kept = Quote.objects.get()
    assert (kept.full_name, kept.address, kept.introduction) == (
        quote.full_name,
        CANARY,
        CANARY,
    )
    assert list(QuoteLine.objects.values()) == lines
    assert list(OutgoingMail.objects.filter(stream=quote.stream).values()) == mails
    assert Order.objects.count() == 1
    assert not kept.is_erased
    assert kept.file is not None
    assert kept.file.destroyed_at is None
    assert Ticket.objects.get().what == ""


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (TicketMessage, {"text": ""}),
        (TicketMessage, {"came_by_mail": ""}),
        (OutgoingMail, {"recipient": ""}),
        (MailOutcome, {"text": ""}),
    ],
)
def test_evidence_of_a_ticket_that_is_kept_is_not_emptied(
    ticket: Ticket, model: Any, change: dict[str, str]
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("SELECT ticket_erase(%s)", [ticket.pk])


def test_a_sent_quote_is_emptied_with_its_ticket_alone_and_never_filled(
    declined: Quote, now: Any
) -> None:
    changes = ((Quote, {"introduction": ""}), (QuoteLine, {"text": "–"}))
    for model, change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)  # type: ignore[attr-defined]
    erasure.erase_due(now + YEARS)
    for model, change in ((Quote, {"introduction": "x"}), (QuoteLine, {"text": "x"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)  # type: ignore[attr-defined]


def test_every_table_of_a_ticket_is_erased_or_known_to_hold_no_words() -> None:
    """A new table joins one of the two lists: nothing personal is forgotten."""
    parts = {Ticket, Intervention, TicketMessage, Quote, InternalNote}
    tables = {
        model.__name__
        for model in apps.get_app_config("interventions").get_models()
        for field in model._meta.concrete_fields
        if field.related_model in parts or model in parts
    }
    assert IncomingMail.__name__ not in tables  # forgotten a month after it was read
    assert tables == {table.model.__name__ for table in erasure.WORDS} | WITHOUT_WORDS


@pytest.fixture
def as_application() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE ROLE easyhoster_app")
        call_command("grant_application_role", "easyhoster_app", stdout=StringIO())
        cursor.execute("SET ROLE easyhoster_app")
        yield
        cursor.execute("RESET ROLE")


def test_the_applications_role_can_erase_what_is_due(
    ticket: Ticket, declined: Quote, now: Any, as_application: None
) -> None:
    assert erasure.erase_due(now + YEARS) == 2
    assert canaries() == 0


def test_tickets_that_ended_before_the_upgrade_are_planned_by_it(now: Any) -> None:
    migration = importlib.import_module("interventions.migrations.0008_erasure")
    closed = cases.a_ticket(now - YEARS, state="closed", closed_at=now)
    expired = cases.a_ticket(now, state="expired")
    still_open = cases.a_ticket(now)
    with connection.schema_editor() as editor:
        migration.plan_what_ended(apps, editor)
    planned = dict(Ticket.objects.values_list("pk", "erase_at"))
    assert planned == {closed.pk: now + YEARS, expired.pk: now, still_open.pk: None}
