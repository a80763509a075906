"""Documents are judged by keyboard, several in a row; the page is for everybody (D4, D5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from accounts.models import User
from cessions.enums import DocumentKind, DocumentState
from cessions.models import Document
from cessions.policies.findings import Findings
from cessions.policies.refusal_words import usual_reasons
from hosting.lib import clock
from hosting.records.enums import ScanState
from tests.browser.axe import check_page, check_shown
from tests.cessions.cases import RIPE, fresh_case
from tests.cessions.documents import IN_AN_INVOICE, ON_A_CARD, a_paper, read
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ripe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: RIPE)


@pytest.fixture
def staff(sign_in: Callable[[User], None]) -> User:
    user = UserFactory(support=True)
    sign_in(user)
    return user


@pytest.fixture
def address(live_server: Any) -> Callable[[Document], str]:
    def of(document: Document) -> str:
        return live_server.url + reverse("admin:cessions_document_review", args=[document.pk])

    return of


def state(document: Document) -> str:
    return Document.objects.get(pk=document.pk).state


@pytest.mark.usefixtures("english")
def test_documents_are_judged_one_after_the_other_by_keyboard_alone(
    page: Page, console, staff, address, live_server
):
    request = fresh_case()
    card = a_paper(request, DocumentKind.OWNER_IDENTITY)
    invoice = a_paper(request)
    proof = a_paper(request, DocumentKind.PAYMENT_PROOF)
    read(card, ON_A_CARD[1:])
    read(invoice, IN_AN_INVOICE)
    page.goto(address(card))
    page.keyboard.press("a")
    expect(page.get_by_label("Valid until")).to_be_focused()
    expect(page.get_by_label("Valid until")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_label("Valid until")).to_have_value("2031-03-12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Accepted.", exact=True)).to_be_visible()
    assert page.url == address(invoice)
    page.keyboard.press("r")
    page.keyboard.press("1")
    with translation.override(request.filing.language):
        usual = str(usual_reasons(DocumentKind.INVOICE)[0].words)
    words = page.get_by_label("Why (the claimant reads this)")
    expect(words).to_be_focused()
    expect(words).to_have_value(usual)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Thank you.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Refused. The claimant is told by e-mail.")).to_be_visible()
    assert page.url == address(proof)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Accepted.", exact=True)).to_be_visible()
    assert page.url.startswith(f"{live_server.url}/admin/cessions/transferrequest/{request.pk}/")
    judged = [state(each) for each in (card, invoice, proof)]
    assert judged == [DocumentState.ACCEPTED, DocumentState.REFUSED, DocumentState.ACCEPTED]
    assert Document.objects.get(pk=invoice.pk).reason == f"{usual} Thank you."
    assert console == []


def test_keys_turn_and_enlarge_the_pages_go_to_other_documents_and_are_told(
    page: Page, console, staff, address
):
    request = fresh_case()
    first, second = a_paper(request), a_paper(request, DocumentKind.CONTRACT)
    read(first, IN_AN_INVOICE)
    page.goto(address(first))
    picture = page.get_by_role("img", name="Page 1 of 1")
    width = picture.bounding_box()["width"]
    page.keyboard.press("+")
    assert picture.bounding_box()["width"] > width * 1.3
    page.keyboard.press("-")
    assert picture.bounding_box()["width"] == width
    with page.expect_response(lambda answer: "turn=90" in answer.url):
        page.keyboard.press("t")
    turned = page.locator("svg g[transform='rotate(90 0.5 0.5)']")
    expect(turned).to_have_count(1)
    page.keyboard.press("?")
    expect(page.get_by_text("next, previous document")).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url(address(second))
    page.keyboard.press("k")
    expect(page).to_have_url(address(first))
    page.get_by_label("Remark").click()
    page.keyboard.type("jar")
    expect(page.get_by_label("Remark")).to_have_value("jar")
    assert console == []


def test_a_finding_that_is_looked_at_lights_its_marks(page: Page, console, staff, address):
    document = a_paper(fresh_case())
    read(document, IN_AN_INVOICE)
    page.goto(address(document))
    lit = page.locator("rect.mark-on")
    expect(page.locator("rect.mark")).to_have_count(5)
    expect(lit).to_have_count(0)
    page.locator(".finding", has_text="Registration number").get_by_role("link").focus()
    expect(lit).to_have_count(1)
    assert lit.get_attribute("data-finding") == "2"
    page.get_by_text("Something like it stands").hover()
    expect(page.locator("rect.mark-on[data-finding='3']")).to_have_count(1)


def test_a_page_that_cannot_be_shown_says_so(page: Page, staff, address):
    document = a_paper(fresh_case(), content=b"%PDF-1.7 x", content_type="application/pdf")
    document.file.pages = 1
    document.file.save()
    page.goto(address(document))
    expect(page.get_by_text("This page cannot be shown")).to_be_visible()


def test_the_page_can_be_read_by_everybody(page: Page, console, staff, address):
    request = fresh_case()
    card = a_paper(request, DocumentKind.OWNER_IDENTITY)
    invoice = a_paper(request)
    locked = a_paper(request, scan=ScanState.NOT_SCANNED)
    read(card, ON_A_CARD)
    read(invoice, IN_AN_INVOICE)
    for document in (card, locked):
        check_page(page, address(document), console)
    page.goto(address(invoice))
    page.locator("summary", has_text="Refuse").click()
    page.get_by_role("button", name="Refuse it").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    check_shown(page, console)
    assert Findings.of_json(card.reading.findings).findings == ON_A_CARD
