"""A real browser: the distribution's Chromium, asking for English, watched for errors."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def base_url() -> None:
    """The plugin's own is written in a way that this pytest warns of."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("Chromium is missing. On Debian: apt-get install -y chromium", pytrace=False)
    arguments = ["--no-sandbox", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": found, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    wide = {"width": 1280, "height": 800}
    return {**browser_context_args, "locale": "en", "viewport": wide, "reduced_motion": "reduce"}


@pytest.fixture
def console(page: Page) -> list[str]:
    """What the browser complains about: refused styles and scripts, failed loads, exceptions."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[[User], None]:
    """`sign_in(user)`: the browser is signed in, without going through the sign-in page."""

    def signed_in(user: User) -> None:
        let_in(page.context, user, live_server.url)

    return signed_in


def let_in(context: BrowserContext, user: User, site: str) -> None:
    """From now on `context` is signed in at `site` as `user`."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the running site, also in the mails that it writes."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def somebody_else(
    browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Callable[[], Page]]:
    """`somebody_else()`: the page of another person, in a browser of his own."""
    contexts: list[BrowserContext] = []

    def page() -> Page:
        contexts.append(browser.new_context(**browser_context_args))
        return contexts[-1].new_page()

    yield page
    for context in contexts:
        context.close()
