"""The client's page of a quote, and the form that asks for one: what they show, take and refuse."""

import re
from datetime import timedelta
from html import unescape

import pytest

from hosting.lib import clock, links
from hosting.models import Notice
from hosting.services import publish_notice
from interventions.models import Order, Quote
from interventions.services import quote_making, quote_wishes, quotes
from tests import factories
from tests.interventions import cases
from tests.interventions.quotes import WISH, accepted, drafted, sent, staff

pytestmark = pytest.mark.django_db
FORM = "/assistance/devis/"
DAY = timedelta(days=1)


@pytest.fixture
def at(monkeypatch, now):
    """Moves the pages' clock."""

    def move(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(now)
    return move


def address(quote, purpose="quote"):
    middle = {"quote": "", "quote_confirm": "confirmer/"}[purpose]
    return f"{FORM}{middle}{links.token(purpose, quote.pk)}/"


def shown(client, url, status=200):
    page = client.get(url)
    assert page.status_code == status
    return unescape(page.content.decode())


def yes(client, quote, **fields):
    notices = re.search(r'name="notices" value="([^"]*)"', shown(client, address(quote)))
    words = {"do": "accept", "name": "Ada Martin", "terms": "on", "notices": notices and notices[1]}
    return client.post(address(quote), {**words, **fields})


# -- The quote -----------------------------------------------------------------------------------------


def test_the_page_shows_lines_totals_terms_and_who_does_what(client, now, at):
    service = factories.ServiceFactory(hosting=True, plan=factories.PlanFactory())
    page = shown(client, address(sent(now, service=service, account=service.account)))
    for words in (
        "Clean the site",
        "311.99 EUR",
        "VAT 20 % on 259.99 EUR",
        "9 July 2026",
        "Who does what",
    ):
        assert words in page, words
    assert "Terms of paid work" in page
    assert "Order and pay 311.99 EUR" in page


def test_looking_changes_nothing(client, now, at):
    quote = sent(now)
    before = Quote.objects.values().get(pk=quote.pk)
    for ask in (client.get, client.head):
        assert ask(address(quote)).status_code == 200
    assert Quote.objects.values().get(pk=quote.pk) == before


def test_accepting_asks_for_name_and_terms_and_keeps_what_was_typed(client, now, at):
    quote = sent(now)
    page = yes(client, quote, name=" ")
    assert page.status_code == 422
    assert "first and last name" in page.content.decode()
    page = yes(client, quote, terms="")
    assert page.status_code == 422
    assert 'value="Ada Martin"' in page.content.decode()
    assert not Order.objects.exists()
    assert yes(client, quote).status_code == 302
    order = Order.objects.get()
    assert order.quote.terms_version == 1
    assert order.number in shown(client, address(quote))
    assert "Order and pay" not in shown(client, address(quote))


def test_the_version_of_the_terms_that_was_read_is_recorded(client, now, at):
    quote = sent(now)
    stale = re.search(r'name="notices" value="([^"]*)"', shown(client, address(quote)))[1]
    publish_notice(code="quote-terms", language="en", title="Terms", body="Newer.", now=now)
    page = yes(client, quote, notices=stale)
    assert page.status_code == 422
    assert "terms have changed" in page.content.decode()
    assert yes(client, quote).status_code == 302
    assert Order.objects.get().quote.terms_version == 2


def test_pressed_twice_it_is_one_order(client, now, at):
    quote = sent(now)
    assert yes(client, quote).status_code == 302
    again = {"do": "accept", "name": "Ada Martin", "terms": "on", "notices": "old"}
    assert client.post(address(quote), again).status_code == 302
    assert Order.objects.count() == 1


def test_after_its_last_day_it_is_refused_in_words(client, now, at):
    quote = sent(now)
    at(now + 31 * DAY)
    assert "no longer valid" in shown(client, address(quote))
    page = client.post(
        address(quote),
        {"do": "accept", "name": "Ada", "terms": "on", "notices": "quote-terms:1"},
    )
    assert page.status_code == 409
    assert "no longer valid" in page.content.decode()
    assert not Order.objects.exists()


def test_declining_takes_a_word_or_none(client, now, at):
    quote = sent(now)
    assert client.post(address(quote), {"do": "decline", "remark": "Too dear"}).status_code == 302
    assert Quote.objects.get(pk=quote.pk).remark == "Too dear"
    assert "declined" in shown(client, address(quote))


@pytest.mark.parametrize("do", ["", "pay", "\0", "x" * 9000])
def test_rubbish_is_refused_and_changes_nothing(client, now, at, do):
    quote = sent(now)
    assert client.post(address(quote), {"do": do}).status_code == 422
    assert Quote.objects.get(pk=quote.pk).state == "sent"


def test_another_pages_token_and_rubbish_are_not_found(client, now, at):
    quote = sent(now)
    other = links.token("intervention", quote.pk)
    for token in (other, "rubbish", f"{quote.pk.hex}.forged"):
        assert client.get(f"{FORM}{token}/").status_code == 404
        assert client.get(f"{FORM}{token}/pdf/").status_code == 404
        assert client.get(f"{FORM}confirmer/{token}/").status_code == 404
        assert client.post(f"{FORM}{token}/", {"do": "accept"}).status_code == 404


def test_the_page_is_private_and_quick(client, now, at, django_assert_max_num_queries):
    quote = sent(now)
    with django_assert_max_num_queries(3):
        page = client.get(address(quote))
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Cache-Control"].startswith("max-age=0")


def test_the_pdf_is_handed_out_once_it_is_made(client, now, at):
    quote = sent(now)
    assert client.get(address(quote) + "pdf/").status_code == 404
    quote_making.make_due(now)
    assert f"{address(quote)}pdf/" in shown(client, address(quote))
    page = client.get(address(quote) + "pdf/")
    assert b"".join(page.streaming_content).startswith(b"%PDF")


def test_drafts_show_the_wish_and_no_price(client, now, at):
    page = shown(client, address(drafted(now)))
    assert "The shop is hacked." in page
    assert "EUR" not in page


# -- Asking --------------------------------------------------------------------------------------------

TYPED = {
    "wish": "Repair it",
    "site": "bakery.example",
    "full_name": "Ada",
    "email": "ada@bakery.example",
}


def test_asking_without_an_account_ends_in_a_confirmed_wish(client, now, at):
    page = client.post(FORM, {**TYPED, "key": key_of(client)})
    assert page["Location"] == "/assistance/devis/envoye/"
    assert "please confirm" in shown(client, page["Location"])
    quote = Quote.objects.get()
    assert shown(client, address(quote), status=404)
    url = address(quote, "quote_confirm")
    assert "Repair it" in shown(client, url)
    assert Quote.objects.get().state == "unconfirmed"
    for _ in range(2):
        assert client.post(url)["Location"] == address(quote)
    assert Quote.objects.get().state == "draft"


def test_sent_twice_it_is_one_wish(client, now, at):
    key = key_of(client)
    for _ in range(2):
        assert client.post(FORM, {**TYPED, "key": key}).status_code == 302
    assert Quote.objects.count() == 1
    client.post(FORM, {**TYPED, "wish": "Something else", "key": key})
    assert Quote.objects.count() == 2


def test_an_expired_link_is_not_found(client, now, at):
    quote = quote_wishes.ask_public(WISH, now=now)
    at(now + 7 * DAY)
    assert client.get(address(quote, "quote_confirm")).status_code == 404
    assert client.post(address(quote, "quote_confirm")).status_code == 404


def test_a_member_chooses_among_his_services_and_need_not_confirm(client, now, at):
    mine, other = (factories.ServiceFactory(hosting=True) for _ in range(2))
    user = factories.MembershipFactory(account=mine.account).user
    client.force_login(user, backend="accounts.backends.SessionBackend")
    page = shown(client, FORM)
    assert mine.display_name in page
    assert other.display_name not in page
    assert 'name="email"' not in page
    assert client.post(FORM, {"wish": "x", "service": other.pk}).status_code == 422
    assert client.post(FORM, {"wish": "x", "service": mine.pk}).status_code == 302
    quote = Quote.objects.get()
    assert (quote.state, quote.account, quote.email) == ("draft", mine.account, user.email)


@pytest.mark.parametrize("name", ["wish", "full_name", "email"])
def test_what_is_missing_is_said_and_nothing_is_lost(client, now, at, name):
    page = client.post(FORM, {**TYPED, name: ""})
    assert page.status_code == 422
    kept = next(value for key, value in TYPED.items() if key != name)
    assert kept in page.content.decode()


def test_mails_to_one_address_are_limited(client, now, at, settings):
    settings.RATELIMIT_ENABLE = True
    for number in range(6):
        assert client.post(FORM, {**TYPED, "wish": f"{number}"}).status_code == 302
    assert client.post(FORM, {**TYPED, "wish": "one more"}).status_code == 429


def key_of(client):
    return re.search(r'name="key" value="([^"]+)"', shown(client, FORM))[1]


# -- Staff ---------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, now, at, monkeypatch):
    """A member of the support, signed in."""
    monkeypatch.setattr("hosting.lib.admin.now", lambda: now)
    client.force_login(staff(), backend="accounts.backends.SessionBackend")
    return client


ADMIN = "/admin/interventions/quote/"


def line_data(*lines):
    data = {"line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": 0}
    for place, (text, quantity, price, tax) in enumerate(lines):
        data |= {
            f"line-{place}-text": text,
            f"line-{place}-quantity": quantity,
            f"line-{place}-unit_price": price,
            f"line-{place}-tax": tax,
        }
    return data


def test_staff_begin_write_and_send_a_quote(desk, now):
    begun = desk.post(
        f"{ADMIN}add/",
        {"full_name": "Ada", "email": "ada@bakery.example", "language": "de", "wish": "Repair"},
    )
    quote = Quote.objects.get()
    page = f"{ADMIN}{quote.pk}/change/"
    assert begun["Location"] == page
    assert "has no lines yet" in shown(desk, page)
    lines = line_data(("Clean", "2.5", "80", "de"), ("", "", "", "fr"))
    words = {"address": "Ada\n10115 Berlin", "introduction": "", "vat_number": ""}
    assert desk.post(f"{ADMIN}{quote.pk}/lines/", {**words, **lines}).status_code == 302
    assert "238.00 EUR" in shown(desk, page)
    until = f"{now + 14 * DAY:%Y-%m-%d}"
    assert desk.post(f"{ADMIN}{quote.pk}/send/", {"valid_until": until}).status_code == 302
    assert Quote.objects.get().state == "sent"
    assert f"{ADMIN}{quote.pk}/lines/" not in shown(desk, page)


def test_lines_are_checked_and_an_empty_description_leaves_one_out(desk, now):
    quote = drafted(now)
    url = f"{ADMIN}{quote.pk}/lines/"
    assert "Clean the site" in shown(desk, url)
    for bad in (
        ("a", "0", "80", "fr"),
        ("a", "1", "", "fr"),
        ("a", "1", "-1", "fr"),
        ("", "1", "1", "fr"),
        ("a", "1", "1", "xx"),
    ):
        good = ("Clean", "1", "1", "fr")
        page = desk.post(url, {"address": "x", **line_data(good, good, bad)})
        assert page.status_code == 200, bad
    kept = line_data(("", "1", "1", "fr"), ("Licence", "1", "9", "fr"))
    kept |= {"line-INITIAL_FORMS": 1}
    assert desk.post(url, {"address": "x", **kept}).status_code == 302
    assert [line.text for line in quote.lines.all()] == ["Licence"]


def test_a_vat_number_is_checked(desk, now):
    quote = drafted(now)
    lines = line_data(("a", "1", "1", "reverse"))
    url = f"{ADMIN}{quote.pk}/lines/"
    bad = {"address": "x", "vat_number": "DE123", **lines}
    assert "not a VAT number" in desk.post(url, bad).content.decode()
    assert desk.post(url, {**bad, "vat_number": "DE 136 695 976"}).status_code == 302
    assert Quote.objects.get().vat_number == "DE136695976"


def test_an_unconfirmed_wish_is_out_of_staffs_sight(desk, now):
    quote = quote_wishes.ask_public(WISH, now=now)
    assert quote.number not in shown(desk, ADMIN)
    assert desk.get(f"{ADMIN}{quote.pk}/change/").status_code in (302, 404)


def test_staff_read_an_order_and_its_list(desk, now):
    quote = accepted(now)
    order = Order.objects.get()
    assert order.number in shown(desk, f"{ADMIN}{quote.pk}/change/")
    assert quote.number in shown(desk, f"{ADMIN}?q={order.number}")


def test_staff_withdraw_with_a_reason(desk, now):
    quote = sent(now)
    url = f"{ADMIN}{quote.pk}/withdraw/"
    assert desk.post(url, {"reason": ""}).status_code == 200
    assert desk.post(url, {"reason": "wrong price"}).status_code == 302
    assert Quote.objects.get().state == "withdrawn"


def test_others_see_no_quote(client, now, at):
    client.force_login(factories.UserFactory(), backend="accounts.backends.SessionBackend")
    assert client.get(f"{ADMIN}{drafted(now).pk}/change/").status_code in (302, 403)


def test_the_terms_are_published_in_every_language():
    assert Notice.objects.filter(code="quote-terms", version=1).count() == 3


def test_a_quote_is_begun_on_a_ticket_by_its_number(desk, now):
    ticket = cases.a_ticket(now)
    assert ticket.number in shown(desk, f"{ADMIN}add/?ticket={ticket.number}")
    data = {"ticket": ticket.number, "language": "fr"}
    assert desk.post(f"{ADMIN}add/", data).status_code == 302
    assert Quote.objects.get().ticket == ticket
    assert "already" in desk.post(f"{ADMIN}add/", data).content.decode()
    assert "no ticket" in desk.post(f"{ADMIN}add/", {**data, "ticket": "A1"}).content.decode()
    assert quotes.draft_for(WISH, account=ticket.account, by=staff(), now=now).address
