"""Help with a site in a real browser: on a telephone, without JavaScript, for everybody (I2, I3, I14)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from hosting.lib import clock, links
from interventions.models import Complaint, Ticket
from interventions.services import credentials, eligibility
from tests import factories
from tests.browser.axe import NARROW, check_page, check_shown
from tests.interventions import cases
from tests.interventions.visitor import CANARY, last_mail, link_in

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
LONG_NAME = f"{20 * 'long-name'[:9]}.example"[-63:]


def fill_in(page: Page) -> None:
    page.get_by_label("The address of your site").fill("https://www.example.fr/")
    page.get_by_label("Your first and last name").fill("Dominique Martin")
    page.get_by_label("Your e-mail address").fill("dominique@mail.example")
    page.get_by_label("I hold the account").check()
    page.get_by_label("What is wrong?").fill("The cart is empty.")
    page.get_by_label("Pages we should look at").fill("example.fr/cart")
    page.get_by_label("SFTP").fill(CANARY)
    page.get_by_label("I accept some disruption").check()


def send(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="Send my request for help").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_help_is_asked_for_on_a_telephone(
    browser: Browser, browser_context_args: dict[str, Any], live_server: Any, javascript: bool
) -> None:
    narrow = {
        **browser_context_args,
        "viewport": NARROW,
        "java_script_enabled": javascript,
        "timezone_id": "America/New_York",
    }
    with browser.new_context(**narrow) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/assistance/")
        fill_in(page)
        send(page)
        page.get_by_role("alert").wait_for()
        expect(page.get_by_text("Please type it once more")).to_be_visible()
        assert page.get_by_label("What is wrong?").input_value() == "The cart is empty."
        assert page.get_by_label("SFTP").input_value() == ""
        assert CANARY not in page.content()
        page.get_by_label("SFTP").fill(CANARY)
        page.get_by_label("I have read the notices").check()
        send(page)
        page.get_by_role("heading", name="One more step").wait_for()
        page.goto(live_server.url + link_in(last_mail("ticket_confirm")))
        page.get_by_role("button", name="Yes, I asked for this").click()
        page.get_by_role("heading", name="Your request for help H2").wait_for()
        page.get_by_role("button", name="Erase SFTP").click()
        page.get_by_text("Erased.", exact=True).wait_for()
        page.get_by_role("button", name="Close this request").click()
        page.get_by_text("This request is closed.").wait_for()
    ticket = Ticket.objects.get()
    assert ticket.state == "closed"
    assert ticket.time_zone == ("America/New_York" if javascript else "")
    assert ticket.credentials.get().sealed == ""


def test_the_public_pages_are_for_everybody(
    page: Page, live_server: Any, console: list[str]
) -> None:
    check_page(page, f"{live_server.url}/assistance/", console)
    send(page)
    page.get_by_role("alert").wait_for()
    check_shown(page, console, expected_failure=True)
    fill_in(page)
    page.get_by_label("I have read the notices").check()
    send(page)
    page.get_by_role("heading", name="One more step").wait_for()
    check_shown(page, console)
    check_page(page, live_server.url + link_in(last_mail("ticket_confirm")), console)
    page.get_by_role("button", name="Yes, I asked for this").click()
    page.get_by_role("heading", name="Your request for help H2").wait_for()
    page.get_by_text("Give us access", exact=True).click()
    check_shown(page, console)


def test_the_page_of_a_ticket_with_work_on_it_is_for_everybody(
    page: Page, live_server: Any, console: list[str], sign_in: Callable[[User], None]
) -> None:
    ticket = cases.asked(NOW, service_name=LONG_NAME, pages=["https://" + 60 * "long"]).ticket
    for kind in ("cms", "database"):
        credentials.keep_credential(ticket, kind=kind, secret="x", now=NOW)
    token = links.token("assistance_ticket", ticket.pk)
    check_page(page, f"{live_server.url}/assistance/suivi/{token}/", console)
    owner = factories.MembershipFactory(account=ticket.account)
    factories.ServiceFactory(account=owner.account, hosting=True, name=LONG_NAME)
    sign_in(owner.user)
    for address in (
        reverse("portal_assistance"),
        reverse("portal_assistance_page", args=[ticket.pk]),
        "/assistance/",
        f"/assistance/?service={ticket.service_id}",
        "/assistance/contester/",
    ):
        check_page(page, f"{live_server.url}{address}", console)


def test_the_pages_of_an_ineligible_account_are_for_everybody(
    page: Page, live_server: Any, console: list[str], sign_in: Callable[[User], None]
) -> None:
    intervention = cases.unanswered(NOW)
    account = intervention.ticket.account
    owner = factories.MembershipFactory(account=account)
    note = factories.InternalNoteFactory(account=account, effect="ineligible", text="Too late.")
    Complaint.objects.create(
        intervention=intervention,
        made_at=NOW,
        text="It is broken.",
        recorded_by=note.author,
        recorded_at=NOW,
        note=note,
    )
    sign_in(owner.user)
    for address in ("/assistance/", "/assistance/contester/", reverse("portal_assistance")):
        check_page(page, f"{live_server.url}{address}", console)
    page.goto(f"{live_server.url}/assistance/contester/")
    page.get_by_role("button", name="Contest this").click()
    page.get_by_role("alert").wait_for()
    check_shown(page, console, expected_failure=True)
    page.get_by_label("Why do you see it differently?").fill("I wrote in time.")
    page.get_by_role("button", name="Contest this").click()
    page.get_by_text("waits for our answer").wait_for()
    check_shown(page, console)
    eligibility.answer_contest(
        note.contests.get(),
        granted=False,
        answer="The facts stand.",
        by=factories.UserFactory(supervisor=True),
        now=clock.now(),
    )
    check_page(page, f"{live_server.url}/assistance/contester/", console)
