"""The claimant's status page on a telephone: a refused document replaced in one step, a message, a code
(T5, D4, V2)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cessions.enums import ChallengeKind, ChallengeState, DocumentKind, DocumentState
from cessions.models import Challenge, Document, Filing
from cessions.services import challenges, conversation, documents, questions
from hosting.lib import clock, links
from hosting.records.enums import ScanState
from hosting.records.models import StoredFile
from tests.browser.axe import NARROW, check_page, check_shown
from tests.cessions.cases import fresh_case
from tests.cessions.samples import pdf
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filing() -> Filing:
    """Received yesterday; one document was refused, one was infected."""
    now = clock.now() - timedelta(days=1)
    filing = fresh_case(received_at=now).filing
    refused = documents.add_document(
        filing, pdf("identity.pdf"), kind=DocumentKind.OWNER_IDENTITY, now=now
    )
    Document.objects.filter(pk=refused.pk).update(
        state=DocumentState.REFUSED,
        refusal="outdated",
        reason="It ended in 2019.",
        reviewed_by=UserFactory(support=True),
        reviewed_at=now,
    )
    infected = documents.add_document(filing, pdf("b.pdf"), kind=DocumentKind.INVOICE, now=now)
    StoredFile.objects.filter(pk=infected.file_id).update(scan_state=ScanState.INFECTED)
    return filing


def address(filing: Filing, live_server: Any) -> str:
    token = links.token("cession_status", filing.pk, filing.link_generation)
    return f"{live_server.url}/cession/suivi/{token}/"


def a_call(filing: Filing) -> Challenge:
    return challenges.begin(
        filing.services.get(),
        ChallengeKind.CALL,
        now=clock.now(),
        by=UserFactory(support=True),
        target="+33 3 88 99 88 77",
        source="https://bakery.example/contact",
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_a_refused_document_is_replaced_a_message_sent_and_a_code_entered_on_a_telephone(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    filing: Filing,
    tmp_path: Path,
    javascript: bool,
) -> None:
    better = tmp_path / "better.pdf"
    better.write_bytes(pdf().read())
    call = a_call(filing)
    options = {**browser_context_args, "viewport": NARROW, "java_script_enabled": javascript}
    with browser.new_context(**options) as context:
        page = context.new_page()
        page.goto(address(filing, live_server))
        page.get_by_role("link", name="Send again: Identity document").click()
        if javascript:
            page.get_by_label("Your message").fill("I am still here.")
        page.locator(".document-again [type=file]").first.set_input_files(better)
        if not javascript:
            page.get_by_role("button", name="Replace identity.pdf").click()
        expect(page.get_by_text("Thank you, we have your file.")).to_be_visible()
        expect(page.get_by_role("link", name="Send again: Identity document")).to_have_count(0)
        if not javascript:
            page.get_by_label("Your message").fill("I am still here.")
        page.get_by_role("button", name="Send my message").click()
        expect(page.locator("#messages .talk")).to_contain_text("I am still here.")
        page.get_by_label("The code").fill("AAAA-AAAA")
        page.get_by_role("button", name="Enter the code").click()
        expect(page.locator("#error")).to_contain_text("You can try 4 more times.")
        page.get_by_label("The code").fill(challenges.code_of(call))
        page.get_by_role("button", name="Enter the code").click()
        expect(page.get_by_text("The code is right.")).to_be_visible()
    call.refresh_from_db()
    assert call.state == ChallengeState.PASSED
    assert filing.messages.get().text == "I am still here."
    new = filing.documents.get(file__original_name="better.pdf")
    assert new.replaces.state == DocumentState.REPLACED


def test_what_is_wrong_with_a_file_is_said_at_once_and_what_was_typed_stays(
    page: Page, live_server: Any, filing: Filing, tmp_path: Path
) -> None:
    """A program, then a broken connection."""
    program = tmp_path / "tool.exe"
    program.write_bytes(b"MZ a program")
    page.set_viewport_size(NARROW)
    page.goto(address(filing, live_server))
    page.get_by_label("Your message").fill("Half a thou")
    page.locator(".document-again [type=file]").first.set_input_files(program)
    expect(page.locator(".document-again #error")).to_be_visible()
    page.route("**/cession/suivi/**", lambda route: route.abort())
    page.locator(".document-again [type=file]").first.set_input_files(program)
    expect(page.get_by_text("The connection broke")).to_be_visible()
    assert page.get_by_label("Your message").input_value() == "Half a thou"


def test_the_status_page_is_for_everybody_at_each_stage(
    page: Page, live_server: Any, filing: Filing, console: list[str]
) -> None:
    url = address(filing, live_server)
    staff = UserFactory(support=True)
    service = filing.services.get()
    check_page(page, url, console)
    for kind in (ChallengeKind.DNS, ChallengeKind.FILE):
        challenges.begin(service, kind, now=clock.now())
    a_call(filing)
    for kind, words in (
        (ChallengeKind.QUESTION, {"question": "Which colour?"}),
        (ChallengeKind.OWNER_EMAIL, {"target": "o@mail.example", "source": "registry"}),
    ):
        challenges.begin(service, kind, now=clock.now(), by=staff, **words)
    conversation.write_to_staff(filing, "Are you there?", now=clock.now())
    conversation.write_to_claimant(filing.requests.get().pk, text="Yes.", by=staff, now=clock.now())
    questions.ask_claimant(filing, "Who paid?", by=staff, now=clock.now())
    check_page(page, url, console)
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    check_shown(page, console)
    page.get_by_role("button", name="Copy the value").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.get_by_role("button", name="Enter the code").first.click()
    check_shown(page, console, expected_failure=True)


def test_staffs_messages_are_for_everybody(
    page: Page, live_server: Any, filing: Filing, console: list[str], sign_in: Any
) -> None:
    conversation.write_to_staff(filing, "Are you there?", now=clock.now())
    sign_in(UserFactory(support=True))
    base = f"{live_server.url}/admin/cessions/transferrequest/{filing.requests.get().pk}/"
    check_page(page, f"{base}change/?words=missing", console)
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("Sent, by e-mail and to the claimant's page.")).to_be_visible()
    check_page(page, f"{base}message/", console)
