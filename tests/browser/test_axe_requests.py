"""Requests and agreed transfers of the space in a real browser, at each of their stages (C10, X7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import CustomerAccount, User
from cessions.enums import ChallengeKind, RequestState, SignKind
from cessions.models import AgreedTransfer, AnswerLink, TransferRequest
from cessions.notifications.challenges import OWNERS_PAGE, owners_key
from cessions.services import agreed, signs
from cessions.services.attempts import attempt_contacts
from hosting.lib import clock, links
from hosting.lib.factor import Factor
from tests import factories
from tests.browser.axe import check_page, check_shown
from tests.cessions.agreements import CLIENT, notices
from tests.cessions.cases import a_challenge, approved_case

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], None]


def holder_of(account: CustomerAccount) -> User:
    user = factories.MembershipFactory(account=account).user
    user.set_password("correct horse")
    user.save()
    return user


@pytest.fixture
def request_() -> TransferRequest:
    """Received two days ago, its holder written to today."""
    request = factories.TransferRequestFactory(received_at=clock.now() - timedelta(days=2))
    attempt_contacts(clock.now().replace(hour=10, minute=0))
    return request


def test_requests_are_for_everybody(
    page: Page,
    live_server: object,
    console: list[str],
    sign_in: SignIn,
    request_: TransferRequest,
) -> None:
    """Open, over, and waiting for a transfer that he agreed to."""
    base = f"{live_server.url}/espace/demandes/"
    over = factories.TransferRequestFactory(
        account=request_.account, services=2, state=RequestState.REFUSED
    )
    sign_in(holder_of(request_.account))
    check_page(page, base, console)
    check_page(page, f"{base}{request_.pk}/", console)
    check_page(page, f"{base}{over.pk}/", console)
    link = AnswerLink.objects.get(request=request_)
    signs.holder_answered(link, SignKind.AGREEMENT, clock.now())
    check_page(page, f"{base}{request_.pk}/", console)
    page.get_by_role("button", name="I object").click()
    expect(page.get_by_text("Pressed by mistake?")).to_be_visible()
    check_shown(page, console)


def test_an_approved_request_is_for_everybody(
    page: Page, live_server: object, console: list[str], sign_in: SignIn
) -> None:
    request = approved_case().request
    sign_in(holder_of(request.account))
    check_page(page, f"{live_server.url}/espace/demandes/", console)
    check_page(page, f"{live_server.url}/espace/demandes/{request.pk}/", console)
    expect(page.get_by_role("alert")).to_contain_text("until then you can stop it")


def test_without_any_request_the_pages_are_for_everybody(
    page: Page, live_server: object, console: list[str], sign_in: SignIn
) -> None:
    sign_in(factories.MembershipFactory().user)
    for path in ("demandes/", "remise/", "remise/nouvelle/"):
        check_page(page, f"{live_server.url}/espace/{path}", console)


def test_what_an_emergency_contact_sees_is_for_everybody(
    page: Page,
    live_server: object,
    console: list[str],
    sign_in: SignIn,
    request_: TransferRequest,
) -> None:
    member = factories.MembershipFactory(account=request_.account, role=Role.EMERGENCY)
    sign_in(member.user)
    for path in ("demandes/", f"demandes/{request_.pk}/", "confiance/"):
        check_page(page, f"{live_server.url}/espace/{path}", console)


def test_handing_over_is_for_everybody(
    page: Page, live_server: object, console: list[str], sign_in: SignIn
) -> None:
    """Proposed, refused for want of the factor, and withdrawn."""
    account = factories.CustomerAccountFactory(reachable=True)
    service = factories.ServiceFactory(account=account)
    sign_in(holder_of(account))
    base = f"{live_server.url}/espace/remise/"
    check_page(page, f"{base}nouvelle/", console)
    page.get_by_role("button", name="Propose the transfer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)
    page.get_by_role("checkbox", name=service.name).check()
    page.get_by_label("Full name").fill("Alix Martin")
    page.get_by_label("E-mail address").fill("alix@bakery.example")
    page.get_by_label("I have read what this changes").check()
    page.get_by_label("password").fill("correct horse")
    page.get_by_role("button", name="Propose the transfer").click()
    expect(page.get_by_text("It waits for his answer.")).to_be_visible()
    check_shown(page, console)
    page.get_by_role("button", name="Stop it: I keep the services").click()
    expect(page.get_by_text("It is withdrawn.")).to_be_visible()
    check_shown(page, console)
    check_page(page, base, console)


def test_the_page_of_the_new_holder_is_for_everybody(
    page: Page, live_server: object, console: list[str]
) -> None:
    """Offered, not accepted for want of consent, accepted."""
    transfer = proposed_now()
    token = links.token("cession_agreed", transfer.pk, transfer.generation)
    check_page(page, live_server.url + reverse("cession_agreed", args=[token]), console)
    page.get_by_role("button", name="Accept the services").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)
    agreed.accept(transfer.pk, notices(clock.now()), now=clock.now())
    check_page(page, live_server.url + reverse("cession_agreed", args=[token]), console)


def proposed_now() -> AgreedTransfer:
    owner = factories.MembershipFactory(account__reachable=True)
    services = [factories.ServiceFactory(account=owner.account) for _ in range(2)]
    return agreed.propose(
        owner.account,
        services,
        CLIENT,
        by=owner.user,
        role=Role.OWNER,
        factor=Factor.PASSWORD,
        now=clock.now(),
    )


def test_handing_over_says_when_somebody_else_asks_for_the_services_too(
    page: Page,
    live_server: object,
    console: list[str],
    sign_in: SignIn,
    request_: TransferRequest,
) -> None:
    """T4: between rivals the holder cannot choose in silence; he is told, and whom to call."""
    rival = factories.TransferRequestFactory(account=request_.account, services=0)
    service = request_.services.get().service
    factories.RequestedServiceFactory(request=rival, service=service)
    sign_in(holder_of(request_.account))
    page.goto(f"{live_server.url}/espace/demandes/{request_.pk}/")
    page.get_by_role("button", name="Hand the services over").click()
    expect(page.get_by_role("note")).to_contain_text("somebody else asks for them, too")
    expect(page.get_by_role("button", name="Propose the transfer")).to_have_count(0)
    check_shown(page, console)


def test_v2_the_registered_owners_page_is_for_everybody(
    page: Page, live_server: object, console: list[str]
) -> None:
    """What is asked, and what was answered."""
    request = factories.TransferRequestFactory(received_at=clock.now() - timedelta(days=2))
    challenge = a_challenge(request.services.get(), ChallengeKind.OWNER_EMAIL)
    token = links.token(OWNERS_PAGE, owners_key(challenge))
    check_page(page, live_server.url + reverse(OWNERS_PAGE, args=[token]), console)
    page.get_by_role("button", name="I know nothing of it").click()
    expect(page.get_by_role("status")).to_contain_text("You know nothing of the request.")
    check_shown(page, console)
