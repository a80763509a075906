"""A colleague's first day in a real browser: invitation, password, second factor, back office."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page, expect

from accounts import invitations
from hosting.lib.clock import now
from tests.browser.axe import check_shown
from tests.browser.mailbox import code_in, link_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"
EMAIL = "nour@easyhoster.example"


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def codes(secret: str) -> list[str]:
    """The codes an app shows half a minute ago, now, and in half a minute: each works once."""
    return [format_hotp_value(hotp_value(secret, it)) for it in yield_hotp_counters_from_time()]


def test_a_colleague_joins_protects_his_account_and_signs_in(
    page: Page, site: str, console: list[str]
) -> None:
    invitations.invite(
        email=EMAIL,
        full_name="Nour Colleague",
        language="en",
        groups=[],
        by=UserFactory(supervisor=True),
        now=now(),
    )
    joins(page, console)
    secret = sets_up_the_app(page, site, console)
    signs_in_with_both(page, site, secret, console)
    forgets_the_password(page, site, console)


def joins(page: Page, console: list[str]) -> None:
    page.goto(link_in("invitation"))
    check_shown(page, console)
    page.get_by_label("New password").fill("short")
    press(page, "Keep this password")
    expect(page.get_by_label("New password")).to_have_attribute("aria-invalid", "true")
    check_shown(page, console)
    page.get_by_label("New password").fill(PASSWORD)
    press(page, "Keep this password")
    expect(page).to_have_url(re.compile("/compte/login/"))
    signs_in(page)
    expect(page).to_have_url(re.compile("/admin/$"))


def signs_in(page: Page) -> None:
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def sets_up_the_app(page: Page, site: str, console: list[str]) -> str:
    page.goto(site + "/compte/2fa/")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    check_shown(page, console)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    check_shown(page, console)
    secret = page.locator(".code").inner_text()
    page.get_by_label("code").fill(codes(secret)[0])
    press(page, "Switch it on")
    expect(page.locator(".codes li")).to_have_count(10)
    check_shown(page, console)
    for path in ("", "recovery-codes/generate/", "totp/deactivate/"):
        page.goto(f"{site}/compte/2fa/{path}")
        check_shown(page, console)
    return secret


def signs_in_with_both(page: Page, site: str, secret: str, console: list[str]) -> None:
    page.goto(site)
    page.get_by_role("button", name="Sign out").click()
    page.goto(site + "/compte/login/")
    signs_in(page)
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    check_shown(page, console)
    page.get_by_label("code").fill("000000")
    press(page, "Sign in")
    check_shown(page, console)
    page.get_by_label("code").fill(codes(secret)[1])
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/admin/$"))


def forgets_the_password(page: Page, site: str, console: list[str]) -> None:
    page.context.clear_cookies()
    page.goto(site + "/compte/password/reset/")
    page.get_by_label("Email").fill(EMAIL)
    press(page, "Send me the link")
    link = link_in("password_reset_key")
    page.goto(link)
    check_shown(page, console)
    page.get_by_label("New Password", exact=True).fill("another long password")
    page.get_by_label("New Password (again)").fill("another long password")
    press(page, "Keep this password")
    check_shown(page, console)
    page.goto(link)
    check_shown(page, console)


def test_a_code_by_email_is_asked_for_on_a_page_for_everybody(
    page: Page, site: str, console: list[str]
) -> None:
    user = UserFactory(support=True)
    page.goto(site + "/compte/login/code/")
    page.get_by_label("Email").fill(user.email)
    press(page, "Send me a code")
    check_shown(page, console)
    page.get_by_label("Code").fill(code_in("login_code"))
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/admin/$"))


def test_private_links_stay_out_of_the_referer(page: Page, site: str) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.headers.get("referer", "")))
    page.goto(site + "/compte/invitation/a-private-token/")
    assert any(sent)
    assert not [referer for referer in sent if "private" in referer]


def test_everything_works_without_javascript(browser: Any, site: str) -> None:
    user = UserFactory(support=True)
    user.set_password(PASSWORD)
    user.save()
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(site + "/compte/login/")
    page.get_by_role("button", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.url.endswith("/compte/login/")
    page.get_by_role("button", name="English").click()
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    assert page.url.endswith("/admin/")
    context.close()
