"""A wrongful request is stopped, and a rightful one agreed to, from the mail alone (C10, X7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cessions.enums import AgreedState, RequestState, SignKind
from cessions.models import AgreedTransfer, HolderSign, TransferRequest
from cessions.services.attempts import attempt_contacts
from hosting.lib import clock
from hosting.records.models import OutgoingMail
from tests.browser.mailbox import link_in
from tests.factories import MembershipFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"


@pytest.fixture
def request_(site: str) -> TransferRequest:
    """A request received two days ago, its holder written to."""
    request = TransferRequestFactory(received_at=clock.now() - timedelta(days=2))
    attempt_contacts(clock.now().replace(hour=10, minute=0))
    return request


@pytest.fixture
def supervisor() -> User:
    return UserFactory(supervisor=True)


@pytest.mark.parametrize(
    ("button", "kind", "alarms"),
    [("I object", SignKind.OBJECTION, 0), ("This is theft", SignKind.THEFT, 1)],
)
def test_one_press_ends_the_request_without_any_sign_in(
    page: Page,
    request_: TransferRequest,
    supervisor: User,
    button: str,
    kind: str,
    alarms: int,
) -> None:
    page.goto(link_in("holder_search"))
    expect(page.get_by_role("heading", name="cannot be reached")).to_be_visible()
    assert "sessionid" not in {cookie["name"] for cookie in page.context.cookies()}
    assert not HolderSign.objects.exists(), "looking is no answer"
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="The request has ended")).to_be_visible()
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED
    assert HolderSign.objects.get().kind == kind
    told = OutgoingMail.objects.filter(kind="alarm_theft", recipient=supervisor.email)
    assert told.count() == alarms


def test_agreeing_leads_to_an_agreed_transfer_signed_in_with_a_factor(
    page: Page, request_: TransferRequest, somebody_else: Callable[[], Page]
) -> None:
    owner = MembershipFactory(account=request_.account).user
    owner.set_password(PASSWORD)
    owner.save()
    page.goto(link_in("holder_search"))
    page.get_by_role("button", name="I agree to a transfer").click()
    expect(page.get_by_role("heading", name="The request waits")).to_be_visible()
    page.get_by_role("button", name="Sign in and hand it over").click()
    signs_in(page, owner)
    proposes(page)
    transfer = AgreedTransfer.objects.get()
    assert (transfer.request, transfer.state) == (request_, AgreedState.PROPOSED)
    accepts(somebody_else())
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.ACCEPTED


def signs_in(page: Page, owner: User) -> None:
    page.get_by_label("Email").fill(owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def proposes(page: Page) -> None:
    """Without the factor nothing is proposed; with it, the claimant is asked."""
    page.get_by_label("I have read what this changes").check()
    page.get_by_role("button", name="Propose the transfer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert not AgreedTransfer.objects.exists()
    page.get_by_label("password").fill(PASSWORD)
    page.get_by_role("button", name="Propose the transfer").click()
    expect(page.get_by_text("It waits for his answer.")).to_be_visible()


def accepts(page: Page) -> None:
    """The new holder, by the link of his own mail."""
    page.goto(link_in("agreed_proposed"))
    page.get_by_label("I have read and understood this").check()
    page.get_by_role("button", name="Accept the services").click()
    expect(page.get_by_role("heading", name="You accept the services")).to_be_visible()
