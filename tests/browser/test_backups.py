"""A client's backups in a real browser: started, restored, put back as it was, without a reload (N7)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Membership, User
from hosting.enums import PlanKind
from hosting.lib import clock
from interventions.enums import SiteKind
from interventions.models import Site, SiteBackup
from interventions.services import backing_up, restoring
from tests import factories
from tests.browser.axe import check_page, check_shown

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "a long secret"
SLOW = 60_000
DAY = timedelta(days=1)


@pytest.fixture
def owner() -> Membership:
    owner = factories.MembershipFactory()
    owner.user.set_password(SECRET)
    owner.user.save()
    return owner


@pytest.fixture
def site(owner: Membership, tmp_path: Path) -> Site:
    """A site of one page, in a folder of this machine."""
    root = tmp_path / "www"
    root.mkdir()
    (root / "index.html").write_text("as it was")
    plan = factories.PlanFactory(
        kind=PlanKind.MANAGED, automatic_backups=True, backup_retention_days=35
    )
    service = factories.ServiceFactory(account=owner.account, hosting=True, plan=plan)
    return Site.objects.create(service=service, kind=SiteKind.OTHER, root=str(root))


def address(live_server: Any, name: str, *keys: Any) -> str:
    return f"{live_server.url}{reverse(name, args=keys)}"


def words_of(site: Site) -> str:
    return (Path(site.root) / "index.html").read_text()


def press(page: Page, name: str) -> None:
    """The red button, with the password."""
    page.get_by_label("Your password").fill(SECRET)
    page.get_by_role("button", name=name).click()


def test_a_client_backs_up_restores_and_puts_it_back_without_a_reload(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    owner: Membership,
    site: Site,
) -> None:
    sign_in(owner.user)
    page.goto(address(live_server, "portal_backups"))
    page.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    check_shown(page, console)
    progress = {"phase": "files", "bytes": 30, "total": 100}
    SiteBackup.objects.update(progress=progress)
    expect(page.get_by_text("The files are being read.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "30", timeout=SLOW)
    assert backing_up.make_due(clock.now) == 1
    expect(page.get_by_role("link", name="Restore this backup")).to_be_visible(timeout=SLOW)
    check_shown(page, console)

    (Path(site.root) / "index.html").write_text("broken")
    page.get_by_role("link", name="Restore this backup").click()
    check_shown(page, console)
    press(page, "Restore the site now")
    expect(page.get_by_text("Step 1 of 2")).to_be_visible()
    assert backing_up.make_due(clock.now) == 1
    expect(page.get_by_text("The site is being restored")).to_be_visible(timeout=SLOW)
    assert restoring.restore_due(clock.now) == 1
    expect(page.get_by_text("the site was put back")).to_be_visible(timeout=SLOW)
    assert words_of(site) == "as it was"
    check_shown(page, console)

    page.get_by_role("link", name="Put it back as it was").click()
    press(page, "Put it back as it was")
    expect(page.get_by_text("Step 1 of 2")).to_be_visible()
    assert backing_up.make_due(clock.now) == 1
    assert restoring.restore_due(clock.now) == 1
    expect(page.get_by_text("the site was put back")).to_be_visible(timeout=SLOW)
    assert words_of(site) == "broken"


def test_the_pages_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    owner: Membership,
    site: Site,
) -> None:
    at = clock.now()
    long_name = f"{20 * 'long-name'[:9]}.example"[-63:]
    unknown = factories.ServiceFactory(account=owner.account, hosting=True, name=long_name)
    for days, purpose in ((0, "manual"), (1, "automatic"), (2, "automatic"), (3, "safety")):
        made = at - days * DAY
        SiteBackup.objects.create(
            site=site,
            purpose=purpose,
            state="ready",
            asked_at=made,
            verified_at=made,
            size=7_000_000_000,
            purge_after=made + DAY,
        )
    failed = SiteBackup.objects.create(site=site, purpose="manual", state="failed", asked_at=at)
    sign_in(owner.user)
    check_page(page, address(live_server, "portal_backups"), console)
    check_page(page, address(live_server, "portal_backups_site", site.service_id), console)
    check_page(page, address(live_server, "portal_backups_site", unknown.pk), console)
    check_page(page, address(live_server, "portal_backups_restore", failed.pk), console)
    good = site.backups.filter(purpose="manual", state="ready").get()
    page.goto(address(live_server, "portal_backups_restore", good.pk))
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Restore the site now").click()
    page.get_by_role("alert").wait_for()
    console.clear()  # that the answer was 422
    check_shown(page, console)


def test_without_javascript_a_reload_shows_how_far_it_is(
    browser: Any, live_server: Any, owner: Membership, site: Site
) -> None:
    client = Client()
    client.force_login(owner.user, backend="accounts.backends.SessionBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context = browser.new_context(java_script_enabled=False, locale="en")
    context.add_cookies([{**cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(address(live_server, "portal_backups"))
    page.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    assert backing_up.make_due(clock.now) == 1
    page.get_by_role("link", name="See how far it is").click()
    expect(page.get_by_role("link", name="Restore this backup")).to_be_visible()
    context.close()
