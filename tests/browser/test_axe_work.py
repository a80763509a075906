"""Staff's pages of the assistance are for everybody, in every state of an intervention."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from hosting.lib.clock import now
from interventions.models import Intervention, Probe, SiteBackup, TicketMessage
from interventions.services import answers, credentials, eligibility
from tests.browser.axe import check_page, check_shown
from tests.factories import InternalNoteFactory, UserFactory
from tests.interventions import cases

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"
HOUR = timedelta(hours=1)


@pytest.fixture
def boss(sign_in) -> Any:
    user = UserFactory(supervisor=True)
    user.set_password(PASSWORD)
    user.save()
    sign_in(user)
    return user


def address(live_server: Any, name: str, *keys: Any) -> str:
    return live_server.url + reverse(f"admin:interventions_{name}", args=keys)


def with_everything(boss: Any) -> Intervention:
    """An intervention of the person who looks, with looks, credentials, words and a complaint."""
    at = now() - 30 * HOUR
    work = cases.unanswered(at, pages=["https://shop.example/cart"])
    credentials.keep_credential(work.ticket, kind="cms", secret="access", now=at)
    TicketMessage.objects.create(ticket=work.ticket, at=at, text="Hello", content_hash="0" * 64)
    work.ticket.consents.create(notice="access", version=1, language="en", at=at)
    looks = {"intervention": work, "url": "https://shop.example/cart", "at": at}
    Probe.objects.create(**looks, after=False, status=200, title="Cart")
    Probe.objects.create(
        **looks, after=True, status=500, broken_links=["https://shop.example/x"], error="no picture"
    )
    eligibility.record_complaint(work, text="You broke it.", made_at=now(), by=boss, now=now())
    return work


def test_the_pages_of_every_state_are_for_everybody(
    page: Page, live_server: Any, console: list[str], boss: Any
) -> None:
    at = now()
    rows = [
        cases.opened(at),
        cases.ready(at),
        cases.ended(at - 2 * HOUR),
        cases.asked(at),
        with_everything(boss),
    ]
    held = cases.asked(at)
    answers.invalidate(held, remark="The cart is broken.", now=at)
    for row in (*rows, held):
        check_page(page, address(live_server, "intervention_change", row.pk), console)
        check_page(page, address(live_server, "ticket_change", row.ticket.pk), console)


def test_the_pages_of_the_verbs_are_for_everybody(
    page: Page, live_server: Any, console: list[str], boss: Any
) -> None:
    work = with_everything(boss)
    complaint = work.complaints.get()
    for slug in ("assign", "backup", "end", "told", "restore", "purge", "complaint"):
        check_page(page, address(live_server, f"intervention_{slug}", work.pk), console)
    check_page(page, address(live_server, "intervention_revoke", work.pk, complaint.pk), console)
    check_page(page, address(live_server, "ticket_open-intervention", work.ticket.pk), console)
    account = cases.a_ticket(now()).account
    InternalNoteFactory(account=account, effect="ineligible")
    contest = eligibility.contest(account, text="We were away.", now=now())
    check_page(page, address(live_server, "contest_change", contest.pk), console)
    check_page(page, address(live_server, "contest_answer", contest.pk), console)
    for name in ("ticket", "intervention", "contest", "site", "hostingserver"):
        check_page(page, address(live_server, f"{name}_changelist"), console)
    check_page(page, address(live_server, "site_add"), console)
    check_page(page, address(live_server, "site_change", work.site_id), console)
    check_page(page, address(live_server, "hostingserver_add"), console)


def test_a_credential_is_shown_to_its_technician(
    page: Page, live_server: Any, console: list[str], boss: Any
) -> None:
    work = cases.ready(now())
    Intervention.objects.filter(pk=work.pk).update(technician=boss)
    credentials.keep_credential(work.ticket, kind="sftp", secret="host\nname\nword", now=now())
    page.goto(address(live_server, "intervention_change", work.pk))
    page.get_by_role("link", name="Show it (SFTP)").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Show it once").click()
    assert page.locator(".secret").text_content() == "host\nname\nword"
    check_shown(page, console)


def test_progress_moves_without_a_reload_and_the_page_follows_the_end(
    page: Page, live_server: Any, console: list[str], boss: Any
) -> None:
    work = cases.opened(now())
    page.goto(address(live_server, "intervention_backup", work.pk))
    page.get_by_role("button", name="Make the backup").click()
    check_page(page, address(live_server, "intervention_change", work.pk), console)
    box = page.locator(".work-progress")
    assert "Waiting for its turn" in (box.text_content() or "")
    backup = cases.again(work).backup
    assert backup is not None
    SiteBackup.objects.filter(pk=backup.pk).update(
        state="running", progress={"phase": "database", "bytes": 50, "total": 100}
    )
    box.get_by_text("Reading the database").wait_for()
    assert box.locator("progress").get_attribute("value") == "50"
    cases.work.backup_ended(cases.verified(backup, now()), now=now())
    page.get_by_text("backup verified", exact=True).wait_for()
    assert box.count() == 0
    assert console == []
