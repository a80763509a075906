"""Somebody who visits the pages: what he sees, fills in and presses. Without JavaScript, over HTTP.

The browser's visitor in `tests/browser/` offers the same, so that one story serves both.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

import mechanicalsoup

Fields = Mapping[str, str | bool]


class Misbehaviour(Exception):
    """A page did not do what the story expects of it."""


class Visitor(Protocol):
    """What a story asks of whoever walks it."""

    def visit(self, address: str) -> None:
        """Open a page, by its path or its whole address."""

    def send(self, fields: Fields, button: str, files: Mapping[str, Path] | None = None) -> None:
        """Fill in the form that has the button `button` (a CSS selector), and press it."""

    def has(self, selector: str) -> bool:
        """Whether the page has an element for the CSS selector."""

    def links(self, pattern: str) -> list[str]:
        """The addresses of links and forms on the page that match the regular expression, in order,
        each once."""

    def download(self, address: str) -> bytes:
        """The bytes behind an address."""

    @property
    def text(self) -> str:
        """What the page says."""


class HttpVisitor:
    """A visitor of `base` (a URL) in `language`, with cookies of his own."""

    def __init__(self, base: str, language: str) -> None:
        self.base = base
        self.browser = mechanicalsoup.StatefulBrowser(
            soup_config={"features": "html.parser"}, raise_on_404=False
        )
        self.browser.session.headers["Accept-Language"] = language

    def visit(self, address: str) -> None:
        self._check(self.browser.open(urljoin(self.base, address)))

    def send(self, fields: Fields, button: str, files: Mapping[str, Path] | None = None) -> None:
        pressed = self.browser.page.select_one(button)
        if pressed is None:
            raise Misbehaviour(f"no button {button} on {self.browser.url}: {self.text[:400]}")
        form = self.browser.select_form(pressed.find_parent("form"))
        for name, value in fields.items():
            self.browser[name] = value
        opened = {name: path.open("rb") for name, path in (files or {}).items()}
        try:
            for name, file in opened.items():
                self.browser[name] = file
            form.choose_submit(pressed if pressed.get("name") else None)
            self._check(self.browser.submit_selected())
        finally:
            for file in opened.values():
                file.close()

    def has(self, selector: str) -> bool:
        return self.browser.page.select_one(selector) is not None

    def links(self, pattern: str) -> list[str]:
        elements = self.browser.page.select("a[href], form[action]")
        found = (element.get("href") or element.get("action") for element in elements)
        return list(dict.fromkeys(address for address in found if re.search(pattern, address)))

    def download(self, address: str) -> bytes:
        answer = self.browser.session.get(urljoin(self.browser.url, address), timeout=30)
        if answer.status_code != 200:
            raise Misbehaviour(f"{address} answered {answer.status_code}")
        return answer.content

    @property
    def text(self) -> str:
        main = self.browser.page.find("main") or self.browser.page
        return " ".join(main.get_text(" ").split())

    def _check(self, answer: object) -> None:
        code = getattr(answer, "status_code", 0)
        if code >= 400:
            raise Misbehaviour(f"{self.browser.url} answered {code}: {self.text[:400]}")
