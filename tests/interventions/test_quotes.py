"""Quotes for paid work: written, sent, answered, never mixed with courtesy (I1, N6, B4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hosting.enums import PlanKind
from hosting.records.models import JournalEntry, OutgoingMail
from interventions import quoting
from interventions.enums import QuoteState
from interventions.models import Intervention, Order, Quote, QuoteLine
from interventions.models.quotes import totals_of
from interventions.services import quote_answers, quote_making, quote_wishes, quotes, work
from interventions.services.quote_rows import usual_term
from interventions.services.states import NotPossible
from interventions.worklist import quotes_to_write
from tests import factories
from tests.interventions import cases
from tests.interventions.quotes import LINES, WISH, accepted, drafted, sent, staff, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = timedelta(days=1)


def again(quote):
    return Quote.objects.get(pk=quote.pk)


# -- Writing and sending -------------------------------------------------------------------------------


def test_a_quote_has_a_number_lines_and_totals(now):
    quote = drafted(now)
    assert quote.number.startswith("Q2026-")
    assert len(quote.number) == len("Q2026-000001")
    total = totals_of(quote.lines.all())
    assert (total.net, total.tax, total.gross) == tuple(map(Decimal, ("259.99", "52.00", "311.99")))


def test_the_percent_of_a_line_is_kept_whatever_the_setting_becomes(now, settings):
    quote = sent(now)
    settings.TAX_RATES = {**settings.TAX_RATES, "fr": Decimal(21)}
    assert {line.rate for line in quote.lines.all()} == {Decimal(20)}


@pytest.mark.parametrize(
    ("lines", "words", "missing"),
    [
        ((), {}, "lines"),
        (LINES, {"address": " "}, "address"),
        ((quotes.Line("a", Decimal(1), Decimal(9), "reverse"),), {}, "VAT number"),
        (
            (quotes.Line("a", Decimal(1), Decimal(9), "reverse"), *LINES),
            {"vat_number": "DE136695976"},
            "another tax",
        ),
    ],
)
def test_a_quote_that_lacks_something_is_not_sent_and_says_what(now, lines, words, missing):
    quote = drafted(now)
    written(quote, lines, staff(), now, **words)
    with pytest.raises(NotPossible, match=missing):
        quotes.send(quote, valid_until=usual_term(now), by=staff(), now=now)
    assert again(quote).state == QuoteState.DRAFT


def test_sending_freezes_who_does_what_as_the_plan_says_that_day(now):
    plan = factories.PlanFactory(
        kind=PlanKind.MANAGED,
        responsibilities={"backups": "provider", "repair": "provider"},
        automatic_backups=True,
        backup_retention_days=35,
    )
    service = factories.ServiceFactory(hosting=True, plan=plan)
    quote = sent(now, service=service, account=service.account)
    assert quote.duties["name"] == plan.name
    doers = {duty["does"]: duty["by_provider"] for duty in quote.duties["duties"]}
    assert doers == {"backups": True, "updates": False, "repair": True, "restore": False}
    assert quote.duties["backup_retention_days"] == 35


def test_a_sent_quote_is_not_written_anew_and_the_database_refuses_it_too(now):
    quote = sent(now)
    with pytest.raises(NotPossible, match="withdraw"):
        written(quote, LINES, staff(), now)
    line = quote.lines.first()
    for change in (
        lambda: QuoteLine.objects.filter(pk=line.pk).update(unit_price=1),
        lambda: QuoteLine.objects.filter(pk=line.pk).delete(),
        lambda: QuoteLine.objects.create(
            quote=quote, place=9, text="x", quantity=1, unit_price=1, tax="fr", rate=20
        ),
        lambda: Quote.objects.filter(pk=quote.pk).update(valid_until=date(2030, 1, 1)),
        lambda: Quote.objects.filter(pk=quote.pk).update(introduction="Something else"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_only_staff_write_and_send(now):
    stranger = factories.UserFactory()
    quote = drafted(now)
    with pytest.raises(ValidationError):
        quotes.send(quote, valid_until=usual_term(now), by=stranger, now=now)
    with pytest.raises(ValidationError):
        written(quote, LINES, stranger, now)
    with pytest.raises(ValidationError):
        quotes.draft_for(WISH, account=None, by=stranger, now=now)


def test_the_mail_names_the_sum_and_the_last_day_and_holds_the_private_link(now):
    quote = sent(now)
    mail = OutgoingMail.objects.get(kind="quote_sent")
    assert mail.recipient == "ada@bakery.example"
    assert "311.99 EUR" in mail.text
    assert "9 July 2026" in mail.text
    assert "[[link:quote:" in mail.text
    assert quote.valid_until == date(2026, 7, 9)


# -- Answering -----------------------------------------------------------------------------------------


def test_accepting_makes_an_order_to_be_paid_within_two_months(now):
    quote = sent(now)
    order = quote_answers.accept(quote, name=" Ada  Martin ", terms_version=3, now=now)
    assert order.number.startswith("O2026-")
    assert order.pay_by == date(2026, 8, 9)
    quote = again(quote)
    assert (quote.state, quote.signed_name, quote.terms_version) == ("accepted", "Ada Martin", 3)
    assert order.number in OutgoingMail.objects.get(kind="quote_ordered").text
    events = JournalEntry.objects.filter(stream=quote.stream).values_list("event", flat=True)
    assert {"quote.sent", "quote.accepted", "ordered"} <= set(events)


def test_accepting_twice_is_one_order(now):
    quote = sent(now)
    first = quote_answers.accept(quote, name="Ada Martin", terms_version=1, now=now)
    second = quote_answers.accept(quote, name="Somebody", terms_version=1, now=now + 90 * DAY)
    assert first == second
    assert Order.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="quote_ordered").count() == 1
    assert again(quote).signed_name == "Ada Martin"


def test_a_quote_holds_to_the_end_of_its_last_day_in_the_providers_zone(now):
    quote, late = sent(now), sent(now)
    last = now.replace(month=7, day=9, hour=21, minute=59)  # 23:59 in Paris
    assert quote_answers.accept(quote, name="Ada", terms_version=1, now=last)
    with pytest.raises(NotPossible, match="no longer valid"):
        quote_answers.accept(late, name="Ada", terms_version=1, now=last + timedelta(minutes=1))
    with pytest.raises(NotPossible, match="no longer valid"):
        quote_answers.decline(late, remark="", now=last + timedelta(minutes=1))


def test_an_order_needs_a_name(now):
    with pytest.raises(ValidationError):
        quote_answers.accept(sent(now), name="  ", terms_version=1, now=now)
    assert not Order.objects.exists()


def test_declining_needs_no_reason_and_twice_is_as_once(now):
    quote = sent(now)
    quote_answers.decline(quote, remark="Too dear.", now=now)
    quote_answers.decline(quote, remark="", now=now)
    assert (again(quote).state, again(quote).remark) == ("declined", "Too dear.")
    with pytest.raises(NotPossible):
        quote_answers.accept(quote, name="Ada", terms_version=1, now=now)


def test_staff_hear_of_a_wish_an_order_and_a_refusal(now):
    supervisor = factories.UserFactory(supervisor=True)
    accepted(now)
    quote_answers.decline(sent(now), remark="", now=now)
    wish = quote_wishes.ask_public(WISH, now=now)
    quote_wishes.confirm(wish, now=now)
    said = OutgoingMail.objects.filter(kind="alarm_quote", recipient=supervisor.email)
    subjects = " ".join(said.values_list("subject", flat=True))
    assert said.count() == 3
    assert "an order" in subjects
    assert "declined" in subjects
    assert "asked for" in subjects
    assert list(quotes_to_write()) == [again(wish)]


def test_a_withdrawn_quote_cannot_be_accepted_and_the_client_is_told(now):
    quote = sent(now)
    quotes.withdraw(quote, reason="A wrong price.", by=staff(), now=now)
    with pytest.raises(NotPossible, match="withdrawn"):
        quote_answers.accept(quote, name="Ada", terms_version=1, now=now)
    mail = OutgoingMail.objects.get(kind="quote_withdrawn")
    assert "wrong price" not in mail.text


def test_an_accepted_quote_is_not_withdrawn(now):
    with pytest.raises(NotPossible):
        quotes.withdraw(accepted(now), reason="No.", by=staff(), now=now)


def test_the_sweep_ends_quotes_whose_last_day_is_over_and_no_other(now):
    over, holds = sent(now), sent(now + 5 * DAY)
    assert quote_answers.expire_due(now + 31 * DAY) == 1
    assert again(over).state == "expired"
    assert again(holds).state == "sent"
    assert quote_answers.expire_due(now + 31 * DAY) == 0


# -- Paid or courtesy (I1) -----------------------------------------------------------------------------


def test_a_ticket_with_an_intervention_gets_no_quote(now):
    intervention = cases.opened(now)
    with pytest.raises(NotPossible, match="ticket of its own"):
        quotes.draft_on_ticket(intervention.ticket, by=staff(), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.create(
            number="Q1", state="draft", ticket=intervention.ticket, created_at=now, language="en"
        )


@pytest.mark.parametrize("how_far", ["draft", "sent", "accepted"])
def test_a_ticket_with_a_quote_gets_no_intervention(now, how_far):
    ticket = cases.a_ticket(now)
    quote = on_ticket(ticket, now)
    if how_far != "draft":
        quotes.send(quote, valid_until=usual_term(now), by=staff(), now=now)
    if how_far == "accepted":
        quote_answers.accept(quote, name="Ada", terms_version=1, now=now)
    site = cases.Site.objects.create(service=ticket.service, kind="other", root="/srv/site")
    with pytest.raises(NotPossible, match="paid work"):
        work.open_intervention(ticket, site, areas=(), by=staff(), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Intervention.objects.create(
            number="I1", ticket=ticket, site=site, opened_at=now, opened_by=staff()
        )


def test_a_quote_that_came_to_nothing_frees_the_ticket(now):
    ticket = cases.a_ticket(now)
    quotes.withdraw(on_ticket(ticket, now), reason="For free, then.", by=staff(), now=now)
    site = cases.Site.objects.create(service=ticket.service, kind="other", root="/srv/site")
    assert work.open_intervention(ticket, site, areas=(), by=staff(), now=now)


def test_a_ticket_has_one_quote_at_a_time(now):
    ticket = cases.a_ticket(now)
    on_ticket(ticket, now)
    with pytest.raises(NotPossible, match="already"):
        quotes.draft_on_ticket(ticket, by=staff(), now=now)


def on_ticket(ticket, now):
    by = staff()
    return written(quotes.draft_on_ticket(ticket, by=by, now=now), LINES, by, now)


# -- Asking --------------------------------------------------------------------------------------------


def test_a_wish_from_the_public_form_waits_for_its_confirmation(now):
    wish = quote_wishes.ask_public(WISH, now=now)
    assert list(quotes_to_write()) == []
    mail = OutgoingMail.objects.get(kind="quote_confirm")
    assert "hacked" not in mail.text + mail.html
    assert "Ada" not in mail.text
    for _ in range(2):
        assert quote_wishes.confirm(wish, now=now + DAY).state == "draft"


def test_an_unconfirmed_wish_is_erased_after_seven_days(now):
    wish = quote_wishes.ask_public(WISH, now=now)
    assert quote_answers.expire_due(now + 7 * DAY - timedelta(seconds=1)) == 0
    assert quote_answers.expire_due(now + 7 * DAY) == 1
    gone = again(wish)
    assert (gone.state, gone.full_name, gone.email, gone.wish) == ("expired", "", "", "")
    with pytest.raises(NotPossible):
        quote_wishes.confirm(wish, now=now + 8 * DAY)


def test_a_member_asks_for_his_own_services_alone(now):
    mine, other = (factories.ServiceFactory(hosting=True) for _ in range(2))
    by = factories.MembershipFactory(account=mine.account).user
    assert quote_wishes.ask_as_member(WISH, mine, by=by, now=now).account == mine.account
    with pytest.raises(NotPossible, match="none of your"):
        quote_wishes.ask_as_member(WISH, other, by=by, now=now)


# -- The PDF -------------------------------------------------------------------------------------------


def test_the_pdf_is_made_once_after_sending(now):
    quote = sent(now)
    assert quote_making.make_due(now) == 1
    made = again(quote).file
    assert made.content_type == "application/pdf"
    assert quote_making.make_due(now + DAY) == 0
    assert quote_making.make_pdf(again(quote), now=now) == made


def test_without_pango_a_quote_stays_due(now, monkeypatch):
    def fails(*_):
        raise RuntimeError("no Pango")

    quote = sent(now)
    with monkeypatch.context() as patch:
        patch.setattr(quote_making, "quote_pdf", fails)
        assert quote_making.make_due(now) == 1
        assert quote_making.make_due(now) == 0
    assert again(quote).file is None
    assert quote_making.make_due(now + timedelta(hours=1)) == 1
    assert again(quote).file is not None


# -- Pure ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ordered", "due"),
    [
        (date(2026, 6, 9), date(2026, 8, 9)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 1, 30)),
    ],
)
def test_two_months_are_two_months(ordered, due):
    assert quoting.pay_by(ordered) == due


def test_a_last_state_leads_nowhere():
    for state in ("accepted", "declined", "expired", "withdrawn"):
        assert not any(quoting.may_move(state, other) for other in QuoteState)
