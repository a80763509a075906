"""Guides for somebody whose site is broken (N6): Markdown pages, one folder per language, in the same
order everywhere. Raw HTML in them is not passed on. Each is read once per process."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

SLUGS = ("error-log", "maintenance-mode", "plugins", "restore", "dns")
LANGUAGES = ("en", "fr", "de")
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Heading:
    """One section of a guide: its words, and its place on the page."""

    anchor: str
    words: str


@dataclass(frozen=True)
class Guide:
    """One guide in one language; `html` is safe to be put on a page as it is."""

    slug: str
    title: str
    lead: str
    html: str
    contents: tuple[Heading, ...]


@cache
def guide(slug: str, language: str) -> Guide:
    """The guide `slug`, in English where `language` is none of ours. Raises KeyError for another slug."""
    if slug not in SLUGS:
        raise KeyError(slug)
    folder = language if language in LANGUAGES else LANGUAGES[0]
    return read_guide(slug, (FOLDER / folder / f"{slug}.md").read_text(encoding="utf-8"))


def read_guide(slug: str, text: str) -> Guide:
    """A guide from its Markdown: a title, one paragraph that says what it is for, then sections."""
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    tokens = reader.parse(text)
    kinds = [token.type for token in tokens[:6]]
    beginning = ["heading_open", "inline", "heading_close", "paragraph_open", "inline"]
    if kinds != [*beginning, "paragraph_close"] or tokens[0].tag != "h1":
        raise ValueError(f"the guide {slug} must begin with a title and one paragraph")
    body = tokens[6:]
    contents = tuple(_anchored(body))
    html = reader.renderer.render(body, reader.options, {})
    return Guide(slug, tokens[1].content, tokens[4].content, str(html), contents)


def guides(language: str) -> list[Guide]:
    """All guides in `language`, in their order."""
    return [guide(slug, language) for slug in SLUGS]


def _anchored(tokens: list[Token]) -> list[Heading]:
    """The sections of `tokens`; each heading of them gets its anchor."""
    found: list[Heading] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            words = tokens[place + 1].content
            anchor = _slug(words)
            token.attrSet("id", anchor)
            found.append(Heading(anchor, words))
    return found


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
