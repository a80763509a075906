"""The frame in a real browser: home, sign-in, what goes wrong, the back office."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.axe import check_page, check_shown
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/compte/login/",
        "/compte/login/code/",
        "/compte/password/reset/",
        "/compte/password/reset/done/",
        "/compte/signup/",
        "/compte/inactive/",
    ],
)
def test_page_for_visitors_is_for_everybody(
    page: Page, live_server: Any, console: list[str], path: str
) -> None:
    check_page(page, live_server.url + path, console)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing-here/", 404),
        ("/compte/email/", 404),
        ("/compte/invitation/rubbish/", 410),
    ],
)
def test_page_of_an_error_is_for_everybody(
    page: Page, live_server: Any, console: list[str], path: str, status: int
) -> None:
    check_page(page, live_server.url + path, console, status=status)


@pytest.mark.urls("tests.desk.wrong_turns")
@pytest.mark.parametrize(
    ("path", "status"), [("boom/", 500), ("suspicious/", 400), ("denied/", 403), ("often/", 429)]
)
def test_page_of_what_goes_wrong_is_for_everybody(
    page: Page, live_server: Any, console: list[str], path: str, status: int
) -> None:
    check_page(page, f"{live_server.url}/{path}", console, status=status)


def test_a_wrong_password_is_said_on_a_page_for_everybody(
    page: Page, live_server: Any, console: list[str]
) -> None:
    page.goto(live_server.url + "/compte/login/")
    page.get_by_label("Email").fill("nobody@client.example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    check_shown(page, console)


@pytest.mark.parametrize(
    "path", ["/", "/compte/2fa/", "/compte/password/change/", "/compte/logout/"]
)
def test_page_of_somebody_signed_in_is_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    path: str,
) -> None:
    sign_in(with_password(UserFactory()))
    check_page(page, live_server.url + path, console)


@pytest.mark.parametrize("path", ["", "accounts/user/", "accounts/user/add/"])
def test_page_of_the_back_office_is_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    path: str,
) -> None:
    sign_in(UserFactory(supervisor=True))
    check_page(page, f"{live_server.url}/admin/{path}", console)


def test_form_of_a_user_is_for_everybody(
    page: Page, live_server: Any, console: list[str], sign_in: Callable[[User], None]
) -> None:
    sign_in(UserFactory(is_superuser=True, is_staff=True))
    colleague = UserFactory(support=True)
    check_page(page, f"{live_server.url}/admin/accounts/user/{colleague.pk}/change/", console)


def with_password(user: User) -> User:
    user.set_password("correct horse battery")
    user.save()
    return user
