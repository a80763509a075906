"""The overview and the contacts of the reseller's space in a real browser, wide and narrow."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import EmergencyContact, Membership, User
from cessions.services.preparation import papers_handed
from tests import factories
from tests.browser.axe import check_page
from tests.portal.papers import contract_for

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def owner() -> Membership:
    """An account with something of everything: warnings, an open request, papers handed over."""
    owner = factories.MembershipFactory()
    account = owner.account
    factories.ContactMethodFactory(account=account, verified_at=NOW, verified_how="by a code")
    factories.ContactMethodFactory(account=account, kind="linkedin", value="https://" + 40 * "long")
    factories.ContactMethodFactory(account=account, former=True)
    own = factories.ServiceFactory(
        account=account, registration__owner_name=account.full_name, status="suspended"
    )
    factories.ContactMethodFactory(account=account, value=f"me@{own.name}")
    prepared = factories.ServiceFactory(
        account=account, name=f"{20 * 'long-name'[:9]}.example"[-63:]
    )
    contract_for(prepared)
    papers_handed(prepared, by=owner.user, now=NOW)
    factories.ServiceFactory(account=account, hosting=True)
    outdated = factories.ServiceFactory(account=account)
    contract_for(outdated, context={})
    factories.TransferRequestFactory(account=account)
    return owner


def test_the_overview_and_the_contacts_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    owner: Membership,
) -> None:
    sign_in(owner.user)
    email, *_others = owner.account.contact_methods.current()
    telephone = factories.ContactMethodFactory(account=owner.account, phone=True)
    for address in (
        reverse("portal_home"),
        reverse("portal_contacts"),
        reverse("portal_contacts_add"),
        reverse("portal_contacts_change", args=[email.pk]),
        reverse("portal_contacts_end", args=[telephone.pk]),
        reverse("portal_contacts_verify", args=[email.pk]),
        reverse("portal_contacts_verify", args=[telephone.pk]),
    ):
        check_page(page, f"{live_server.url}{address}", console)


def test_an_emergency_contacts_overview_is_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    owner: Membership,
) -> None:
    contact = EmergencyContact.objects.create(
        account=owner.account,
        full_name="Dominique Petit",
        email="dominique@trusted.example",
        created_at=NOW,
        invited_at=NOW,
        powers=["renew"],
    )
    emergency = factories.MembershipFactory(
        account=owner.account, role=Role.EMERGENCY, emergency_contact=contact
    )
    sign_in(emergency.user)
    check_page(page, f"{live_server.url}{reverse('portal_home')}", console)


def test_a_service_is_ticked_and_the_tick_taken_back(
    page: Page, live_server: Any, sign_in: Callable[[User], None]
) -> None:
    owner = factories.MembershipFactory(account__reachable=True)
    factories.ServiceFactory(account=owner.account)
    sign_in(owner.user)
    page.goto(f"{live_server.url}{reverse('portal_home')}")
    page.get_by_text("3 of 9 in place").click()
    page.get_by_role("button", name="I handed invoice and proof of payment").click()
    page.get_by_text("4 of 9 in place").click()
    expect(page.get_by_text("Your client has the last invoice")).to_be_visible()
    page.get_by_role("button", name="Take this back").click()
    page.get_by_text("3 of 9 in place").click()
    expect(page.get_by_role("button", name="I handed invoice")).to_be_visible()
