"""The holder answers, staff work through today's contact tasks, in a real browser (C8, C10)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from cessions.enums import OutcomeKind, RequestState, SignKind
from cessions.models import AnswerLink, AttemptOutcome, HolderSign, TransferRequest
from cessions.services import signs
from cessions.services.attempts import attempt_contacts
from hosting.lib import clock, links
from tests.browser.axe import check_page, check_shown
from tests.factories import ContactMethodFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_() -> TransferRequest:
    """A request received two days ago, its holder written to today."""
    received = clock.now() - timedelta(days=2)
    request = TransferRequestFactory(received_at=received)
    ContactMethodFactory(account=request.account, kind="whatsapp", value="+33600000000")
    noon = clock.now().replace(hour=10, minute=0)
    attempt_contacts(noon)
    return request


@pytest.fixture
def link(request_: TransferRequest) -> AnswerLink:
    return AnswerLink.objects.get(request=request_)


@pytest.fixture
def address(live_server: Any, link: AnswerLink) -> str:
    token = links.token("cession_answer", link.pk)
    return live_server.url + reverse("cession_answer", args=[token])


@pytest.mark.parametrize(
    ("button", "heading"),
    [
        ("I object", "The request has ended"),
        ("I agree to a transfer", "The request waits"),
        ("This is theft", "The request has ended"),
    ],
)
def test_the_holder_answers_by_one_button_and_reads_what_follows(
    page: Page, console: list[str], address: str, button: str, heading: str
) -> None:
    check_page(page, address, console)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    check_shown(page, console)
    assert HolderSign.objects.count() == 1


def test_the_pages_through_a_former_contact_and_after_the_end(
    page: Page, console: list[str], address: str, request_: TransferRequest
) -> None:
    request_.account.contact_methods.filter(kind="email").update(ended_at=clock.now())
    page.goto(address)
    page.get_by_role("button", name="I object").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your answer")
    check_shown(page, console)
    TransferRequest.objects.update(state=RequestState.REFUSED)
    check_page(page, address, console)


def test_staff_press_one_key_for_one_result(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    request_: TransferRequest,
) -> None:
    sign_in(UserFactory(support=True))
    check_page(page, live_server.url + reverse("admin:cessions_contactattempt_tasks"), console)
    page.get_by_text("Words to use").first.focus()
    with page.expect_navigation():
        page.keyboard.press("2")
    outcome = AttemptOutcome.objects.get()
    assert outcome.kind == OutcomeKind.VOICEMAIL
    expect(page.get_by_text("Recorded for")).to_be_visible()
    check_shown(page, console)


def test_a_digit_in_the_remark_is_a_digit(
    page: Page,
    live_server: Any,
    sign_in: Callable[[User], None],
    request_: TransferRequest,
) -> None:
    sign_in(UserFactory(support=True))
    page.goto(live_server.url + reverse("admin:cessions_contactattempt_tasks"))
    page.get_by_label("Remark").first.fill("")
    page.keyboard.type("call at 2")
    expect(page.get_by_label("Remark").first).to_have_value("call at 2")
    assert not AttemptOutcome.objects.exists()


def test_what_waits_for_people_and_the_verbs_pages_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    link: AnswerLink,
    request_: TransferRequest,
) -> None:
    request_.account.contact_methods.filter(kind="email").update(ended_at=clock.now())
    signs.holder_answered(link, SignKind.THEFT, clock.now())
    sign_in(UserFactory(support=True))
    check_page(page, live_server.url + reverse("admin:cessions_contactattempt_tasks"), console)
    page.get_by_role("link", name="Judge it").click()
    expect(page.get_by_role("heading", name="Who answered?")).to_be_visible()
    check_shown(page, console)
    for slug in ("sign", "extend", "letter", "undo"):
        verb = reverse(f"admin:cessions_transferrequest_{slug}", args=[request_.pk])
        check_page(page, live_server.url + verb, console)
    check_page(page, live_server.url + reverse("admin:cessions_contactattempt_changelist"), console)
    check_page(page, live_server.url + reverse("admin:cessions_letter_changelist"), console)
