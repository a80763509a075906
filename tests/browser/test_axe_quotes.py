"""Guides, the questions that lead to them, and quotes in a real browser, for everybody."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from hosting.lib import clock, links
from interventions.guides import SLUGS
from interventions.models import Order
from interventions.services import quote_wishes
from tests import factories
from tests.browser.axe import check_page, check_shown
from tests.interventions.quotes import WISH, accepted, drafted, sent

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def link(live_server: Any, quote: Any, purpose: str = "quote") -> str:
    return live_server.url + reverse(purpose, args=[links.token(purpose, quote.pk)])


def test_guides_are_for_everybody(page: Page, live_server: Any, console: list[str]) -> None:
    check_page(page, f"{live_server.url}/assistance/guides/", console)
    for slug in SLUGS:
        check_page(page, f"{live_server.url}/assistance/guides/{slug}/", console)


def test_the_questions_lead_on_and_back_without_a_script(
    page: Page, live_server: Any, console: list[str]
) -> None:
    check_page(page, f"{live_server.url}/assistance/casse/", console)
    for words in ("Content that is not mine", "a standard plan", "No"):
        page.get_by_label(words, exact=words == "No").check()
        page.get_by_role("button", name="Go on").click()
        check_shown(page, console)
    assert page.get_by_role("button", name="Ask for a quote").count() == 1
    page.go_back()
    assert page.get_by_text("Is there a backup from before?").is_visible()
    for query in ("?see=maintenance", "?see=email", "?see=hacked&plan=unknown&backup=automatic"):
        check_page(page, f"{live_server.url}/assistance/casse/{query}", console)


def test_a_client_asks_for_a_quote_reads_it_and_orders(
    page: Page, live_server: Any, console: list[str]
) -> None:
    check_page(page, f"{live_server.url}/assistance/devis/", console)
    page.get_by_role("button", name="Ask for a quote").click()
    check_shown(page, console, expected_failure=True)
    check_page(page, f"{live_server.url}/assistance/devis/envoye/", console)
    wish = quote_wishes.ask_public(WISH, now=NOW)
    check_page(page, link(live_server, wish, "quote_confirm"), console)
    page.get_by_role("button", name="Yes, this is my request").click()
    check_shown(page, console)
    service = factories.ServiceFactory(hosting=True, plan=factories.PlanFactory())
    quote = sent(NOW, service=service, account=service.account, service_name="bakery.example")
    check_page(page, link(live_server, quote), console)
    page.get_by_role("button", name="Order and pay").click()
    check_shown(page, console, expected_failure=True)
    page.get_by_label("Your first and last name").fill("Ada Martin")
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name="Order and pay").click()
    check_shown(page, console)
    assert page.get_by_text(Order.objects.get().number).first.is_visible()


def test_staffs_pages_of_quotes_are_for_everybody(
    page: Page, live_server: Any, console: list[str], sign_in: Callable[[User], None]
) -> None:
    draft, order = drafted(NOW), accepted(NOW)
    sign_in(factories.UserFactory(support=True))
    admin = f"{live_server.url}/admin/interventions/quote/"
    for path in ("", "add/", f"{order.pk}/change/"):
        check_page(page, admin + path, console)
    for verb in ("change", "lines", "send", "withdraw"):
        check_page(page, f"{admin}{draft.pk}/{verb}/", console)
