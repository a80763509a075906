"""Staff's pages of accounts, services, plans and notices in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import CustomerAccount, FormerIdentity, User
from accounts.services import supersede_note, write_note
from tests import factories
from tests.browser.axe import check_page, check_shown

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def account() -> CustomerAccount:
    """An account with something of everything."""
    account = factories.CustomerAccountFactory(reachable=True)
    factories.ContactMethodFactory(
        account=account, kind="linkedin", value="https://linkedin.example/" + 12 * "long-name-"
    )
    factories.ContactMethodFactory(account=account, former=True, verified_at=NOW)
    FormerIdentity.objects.create(
        account=account, field="trade_name", value="Before & Co", ended_at=NOW
    )
    author = factories.UserFactory(support=True)
    write_note(account, kind="contact", text="In hospital.", pinned=True, author=author, now=NOW)
    old = write_note(
        account, kind="intervention", text="No more.", effect="ineligible", author=author, now=NOW
    )
    supersede_note(old, text="No more, see the mail.", author=author, now=NOW)
    factories.ServiceFactory(account=account, registration__owner_name=account.trade_name)
    factories.ServiceFactory(account=account, hosting=True)
    CustomerAccount.objects.filter(pk=account.pk).update(city="Lyon")
    return account


def test_pages_of_an_account_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    account: CustomerAccount,
) -> None:
    sign_in(factories.UserFactory(supervisor=True))
    base = f"{live_server.url}/admin/accounts/customeraccount/"
    check_page(page, base, console)
    check_page(page, f"{base}?q=nobody", console)
    check_page(page, f"{base}add/", console)
    check_page(page, f"{base}{account.pk}/change/", console)
    method = account.contact_methods.current().first()
    note = account.notes.filter(superseded_by=None).first()
    assert method
    assert note
    for verb in (
        "identity",
        "contacts/add",
        "contacts/order",
        f"contacts/change/{method.pk}",
        f"contacts/verify/{method.pk}",
        f"contacts/end/{method.pk}",
        "notes/add",
        f"notes/supersede/{note.pk}",
        "services/add",
    ):
        check_page(page, f"{base}{account.pk}/{verb}/", console)


def test_a_refused_entry_is_said_on_a_page_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    account: CustomerAccount,
) -> None:
    sign_in(factories.UserFactory(support=True))
    page.goto(f"{live_server.url}/admin/accounts/customeraccount/{account.pk}/contacts/add/")
    page.get_by_label("Address or number").fill("a@b.fr, c@d.fr")
    page.get_by_role("button", name="Add the contact").click()
    page.get_by_role("alert").wait_for()
    check_shown(page, console)


def test_pages_of_services_and_the_catalogue_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    account: CustomerAccount,
) -> None:
    sign_in(factories.UserFactory(supervisor=True))
    base = f"{live_server.url}/admin/hosting/"
    domain = account.services.get(kind="domain")
    hosting = account.services.get(kind="hosting")
    tld = factories.TopLevelDomainFactory()
    for path in (
        "service/",
        f"service/{domain.pk}/change/",
        f"service/{hosting.pk}/change/",
        f"service/{domain.pk}/owner/",
        f"service/{hosting.pk}/terms/",
        f"service/{hosting.pk}/status/",
        "plan/",
        "plan/add/",
        f"plan/{hosting.plan_id}/change/",
        "topleveldomain/",
        f"topleveldomain/{tld.pk}/change/",
        "notice/",
        "notice/add/",
    ):
        check_page(page, base + path, console)
