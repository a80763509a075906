"""The transfer request in a real browser: on a telephone, without JavaScript, with real PDF files
(T1, T3, T5)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import User
from cessions.enums import FilingState
from cessions.models import Filing
from cessions.services import questions, reception
from hosting.lib import clock
from hosting.records.models import OutgoingMail
from tests.browser.axe import NARROW, check_page, check_shown
from tests.cessions.samples import pdf
from tests.cessions.visitor import last_mail, link_in
from tests.factories import DraftFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invoice(tmp_path: Path) -> str:
    file = tmp_path / "facture été.pdf"
    file.write_bytes(pdf().read())
    return str(file)


def fill_in(page: Page, invoice: str) -> None:
    page.get_by_label("Name or address").first.fill("https://www.example.fr/")
    page.get_by_label("Your first and last name").fill("Dominique Martin")
    page.get_by_label("Your e-mail address").fill("dominique@mail.example")
    page.get_by_label("I do not know, or it is not").check()
    page.get_by_label("Since when").fill("2026-01-15")
    page.get_by_label("The last invoice").set_input_files(invoice)
    page.get_by_label("I have read the terms").check()


def send(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="Send my request").click()


def walk(page: Page, server: str, invoice: str) -> str:
    """From the empty form to the status page; its address."""
    page.goto(f"{server}/cession/")
    fill_in(page, invoice)
    send(page)
    page.get_by_role("alert").wait_for()
    assert "facture été.pdf" in page.content()
    page.get_by_label("I have read how my data").check()
    send(page)
    page.get_by_role("heading", name="One more step").wait_for()
    page.goto(server + link_in(last_mail("cession_confirm")))
    page.get_by_role("button", name="Yes, this is my request").click()
    page.get_by_role("heading", name="Your request T2").wait_for()
    return page.url


@pytest.mark.parametrize("javascript", [True, False])
def test_a_request_is_filed_on_a_telephone(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    invoice: str,
    javascript: bool,
) -> None:
    ServiceFactory(name="example.fr")
    narrow = {**browser_context_args, "viewport": NARROW, "java_script_enabled": javascript}
    with browser.new_context(**narrow) as context:
        page = context.new_page()
        walk(page, live_server.url, invoice)
    filing = Filing.objects.get()
    assert filing.state == FilingState.CONFIRMED
    assert {s.kind for s in filing.services.all()} == {"domain", "hosting"}
    assert filing.documents.get().file.original_name == "facture été.pdf"


@pytest.mark.parametrize("javascript", [True, False])
def test_another_service_is_added(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any, javascript: bool
) -> None:
    options = {**browser_context_args, "java_script_enabled": javascript}
    with browser.new_context(**options) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/cession/")
        page.get_by_label("Name or address").fill("one.fr")
        page.get_by_role("button", name="Add another service").click()
        page.get_by_label("Name or address").nth(1).fill("two.fr")
        assert page.get_by_label("Name or address").first.input_value() == "one.fr"
        assert page.get_by_label("What it is").count() == 2


def test_the_form_is_for_everybody(page: Page, live_server: Any, console: list[str]) -> None:
    check_page(page, f"{live_server.url}/cession/", console)
    send(page)
    page.get_by_role("alert").wait_for()
    check_shown(page, console, expected_failure=True)


def test_the_pages_after_the_form_are_for_everybody(
    page: Page, live_server: Any, console: list[str], invoice: str
) -> None:
    check_page(page, f"{live_server.url}/cession/lien/", console)
    page.goto(f"{live_server.url}/cession/")
    fill_in(page, invoice)
    page.get_by_label("I have read how my data").check()
    page.get_by_role("button", name="Save and continue later").click()
    page.get_by_text("Your draft is kept until").wait_for()
    check_shown(page, console)
    page.get_by_label("I have read the terms").check()
    page.get_by_label("I have read how my data").check()
    send(page)
    page.get_by_role("heading", name="One more step").wait_for()
    check_shown(page, console)
    check_page(page, live_server.url + link_in(last_mail("cession_confirm")), console)
    page.get_by_role("button", name="Yes, this is my request").click()
    page.get_by_role("heading", name="Your request T2").wait_for()
    questions.ask_claimant(
        Filing.objects.get(), "Which colour?", by=UserFactory(support=True), now=clock.now()
    )
    check_page(page, page.url, console)
    page.get_by_text("Withdraw my request", exact=True).click()
    page.get_by_label("Yes, I want to withdraw").check()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    page.get_by_text("The request was withdrawn.").first.wait_for()
    check_shown(page, console)


def test_no_token_reaches_a_referer(page: Page, live_server: Any, invoice: str) -> None:
    """Neither the pages' own parts nor the next page are told the private address (T5)."""
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.headers.get("referer", "")))
    status = walk(page, live_server.url, invoice)
    page.goto(status)
    page.get_by_role("link", name="EasyHoster").first.click()
    page.wait_for_url(f"{live_server.url}/")
    assert not [address for address in heard if "/cession/" in address and len(address) > 60]
    assert OutgoingMail.objects.count() == 2


def test_staff_pages_of_a_filing_are_for_everybody(
    page: Page, live_server: Any, console: list[str], sign_in: Callable[[User], None]
) -> None:
    staff = UserFactory(support=True)
    sign_in(staff)
    filing = DraftFactory(unconfirmed=True)
    reception.confirm(filing, now=clock.now())
    questions.ask_claimant(filing, "Which colour?", by=staff, now=clock.now())
    for path in ("", "add/", f"{filing.pk}/change/", f"{filing.pk}/document/"):
        check_page(page, f"{live_server.url}/admin/cessions/filing/{path}", console)
