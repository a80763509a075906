"""What the report is made of: headings, facts, tables, lists of many entries; and its parts.

Long lists are cut into pieces of a few hundred entries, each laid out as a page of its own: layout
keeps all of a page in memory, and takes longer than in proportion (measured by `./dev bench bundle`).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cessions.facts import provider_zone

ENTRIES_A_PART = 500
ENTRIES_A_LIST = 40


@dataclass(frozen=True)
class Title:
    """The head of a chapter; one that goes on has no line in the contents."""

    words: str
    goes_on: bool = False
    kind: str = "title"


@dataclass(frozen=True)
class Heading:
    words: str
    kind: str = "heading"


@dataclass(frozen=True)
class Words:
    """A text as somebody wrote it."""

    words: str
    kind: str = "words"


@dataclass(frozen=True)
class Facts:
    """Pairs of a label and words; those without words are left out."""

    pairs: Sequence[tuple[Any, str]]
    kind: str = "facts"

    @property
    def shown(self) -> list[tuple[Any, str]]:
        return [(label, words) for label, words in self.pairs if words]


@dataclass(frozen=True)
class Item:
    """An entry of a long list: what stands at the margin, its title, who, what is said, small print."""

    margin: Sequence[str]
    title: str
    lines: Sequence[str] = ()
    small: str = ""
    who: str = ""


@dataclass(frozen=True)
class Items:
    entries: Sequence[Item]
    kind: str = "items"


Block = Title | Heading | Words | Facts | Items


@dataclass(frozen=True)
class Piece:
    """As much of a chapter as is laid out at once, and how many entries are in it."""

    blocks: Sequence[Block]
    entries: int


@dataclass(frozen=True)
class Section:
    """A chapter: short blocks first, then a list that may be as long as it likes."""

    title: str
    blocks: Sequence[Block] = ()
    many: Iterable[Item] = ()

    def pieces(self) -> Iterator[Piece]:
        """The chapter in pieces of at most ENTRIES_A_PART entries."""
        entries, number = iter(self.many), 0
        while piece := list(islice(entries, ENTRIES_A_PART)):
            yield Piece([*self._head(number, len(piece)), *_lists(piece)], len(piece))
            number += len(piece)
        if number == 0:
            empty = [] if self.blocks else [Words(_("none"))]
            yield Piece([*self._head(0, 0), *empty], 0)

    def _head(self, number: int, length: int) -> list[Block]:
        if number == 0:
            return [Title(self.title), *self.blocks]
        words = {"title": self.title, "first": number + 1, "last": number + length}
        return [Title(_("%(title)s, %(first)d to %(last)d") % words, goes_on=True)]


def pages(sections: Iterable[Section], language: str) -> Iterator[str]:
    """The chapters as HTML pages to be laid out one after the other; short ones share a page."""
    waiting: list[Block] = []
    entries = 0
    for section in sections:
        for piece in section.pieces():
            if waiting and entries + piece.entries > ENTRIES_A_PART:
                yield _page(waiting, language)
                waiting, entries = [], 0
            waiting += piece.blocks
            entries += piece.entries
    if waiting:
        yield _page(waiting, language)


def _page(blocks: Sequence[Block], language: str) -> str:
    words = {"language": language, "blocks": blocks}
    return render_to_string("pdf/evidence/part.html", words)


def _lists(entries: Sequence[Item]) -> list[Items]:
    return [
        Items(entries[start : start + ENTRIES_A_LIST])
        for start in range(0, len(entries), ENTRIES_A_LIST)
    ]


def shown(at: datetime | None) -> str:
    """An instant on the provider's clock, with its zone: the same in every language."""
    return at.astimezone(provider_zone()).strftime("%Y-%m-%d %H:%M:%S %Z") if at else ""


def day(on: date | None) -> str:
    """A date, the same in every language."""
    return on.isoformat() if on else ""


def signed(name: str, at: datetime | None) -> str:
    """Who, and when."""
    return ", ".join(word for word in (name, shown(at)) if word)


def yes(value: bool | None) -> str:
    """Yes, no, or nothing where it was never said."""
    return "" if value is None else _("yes") if value else _("no")


def plain(text: str) -> str:
    """`text` without control and direction characters, which could make a page say another thing."""
    return "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf")
    )
