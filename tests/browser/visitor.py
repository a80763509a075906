"""The story's visitor in a real browser; the same as `devtools.visitor.HttpVisitor` over HTTP."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Page

from devtools.visitor import Fields, Misbehaviour


class BrowserVisitor:
    """A person with a browser context of his own, on the site at `base`."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._note)

    def visit(self, address: str) -> None:
        self.page.goto(urljoin(self.base, address))
        self._check()

    def send(self, fields: Fields, button: str, files: Mapping[str, Path] | None = None) -> None:
        pressed = self.page.locator(button).first
        form = pressed.locator("xpath=ancestor::form")
        for name, value in fields.items():
            self._fill(form.locator(f"[name={name}]").first, value)
        for name, file in (files or {}).items():
            form.locator(f"input[name={name}]").set_input_files(file)
        pressed.click()
        self.page.wait_for_load_state()
        self._check()

    def has(self, selector: str) -> bool:
        return self.page.locator(selector).count() > 0

    def links(self, pattern: str) -> list[str]:
        found = self.page.locator("a[href], form[action]").evaluate_all(
            "found => found.map(each => each.getAttribute('href') || each.getAttribute('action'))"
        )
        return list(dict.fromkeys(href for href in found if re.search(pattern, href)))

    def download(self, address: str) -> bytes:
        answer = self.page.request.get(urljoin(self.page.url, address))
        if not answer.ok:
            raise Misbehaviour(f"{address} answered {answer.status}")
        return answer.body()

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").first.inner_text().split())

    def _fill(self, field, value: str | bool) -> None:
        if isinstance(value, bool):
            field.set_checked(value)
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "radio":
            self.page.locator(f"[name={field.get_attribute('name')}][value={value}]").first.check()
        else:
            field.fill(value)

    def _note(self, response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def _check(self) -> None:
        if self.complaints:
            raise Misbehaviour("; ".join(self.complaints))
