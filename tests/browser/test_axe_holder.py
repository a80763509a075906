"""Absence, check-in and own data in a real browser: on a telephone, in light and dark (A11, L2)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import CheckIn, User
from accounts.services.absence import announce_absence
from accounts.services.corrections import ask_correction
from cessions.models import Assignee
from hosting.lib import clock
from tests import factories
from tests.browser.axe import check_page, check_shown

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def owner() -> User:
    """The owner of an account with something of everything."""
    account = factories.CustomerAccountFactory(reachable=True)
    user = factories.MembershipFactory(account=account).user
    user.set_password("correct horse")
    user.save()
    assignee = Assignee.objects.create(
        account=account,
        full_name="Boulangerie-Pâtisserie " + "Martin" * 8,
        emails=["m@bakery.example"],
        created_at=NOW,
        verified_at=NOW,
    )
    assignee.services.add(factories.ServiceFactory(account=account))
    CheckIn.objects.create(account=account, opened_at=NOW)
    announce_absence(
        account,
        from_on=NOW.date(),
        until_on=date(2026, 6, 20),
        remark="long " * 30,
        by=user,
        now=NOW,
    )
    today = clock.now().date()
    later = today + timedelta(days=40)
    announce_absence(account, from_on=later, until_on=later, by=user, now=clock.now())
    return user


def test_the_pages_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    owner: User,
) -> None:
    sign_in(owner)
    space = f"{live_server.url}/espace/"
    check_page(page, f"{space}absence/", console)
    page.get_by_role("button", name="Announce this absence").click()
    check_shown(page, console)
    for path in ("donnees/", "donnees/adresse/", "donnees/correction/", "donnees/export/"):
        check_page(page, f"{space}{path}", console)
    page.get_by_role("button", name="Download").click()
    check_shown(page, console)
    check_page(page, f"{space}bilan/", console)
    page.get_by_label("Boulangerie-Pâtisserie").uncheck()
    page.get_by_role("button", name="All that is ticked is right").click()
    check_shown(page, console)


def test_staffs_pages_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    owner: User,
) -> None:
    account = owner.memberships.get().account
    wanted = {"full_name": "Camille Weber"}
    correction = ask_correction(account, wanted, reason="I married.", by=owner, now=NOW)
    sign_in(factories.UserFactory(support=True))
    base = f"{live_server.url}/admin/accounts/"
    check_page(page, f"{base}correctionrequest/", console)
    check_page(page, f"{base}customeraccount/{account.pk}/change/", console)
    check_page(page, f"{base}customeraccount/{account.pk}/absence/add/", console)
    judge = f"{base}customeraccount/{account.pk}/corrections/judge/{correction.pk}/"
    check_page(page, judge, console)
