"""Hostile files, made here: each says what has to become of it (D6)."""

from collections.abc import Iterator
from dataclasses import dataclass

FORM = "refused by the form"
INFECTED = "infected"
HARMLESS = "written anew"
"""The file is taken, and what was hostile about it is gone."""


@dataclass(frozen=True)
class Hostile:
    """A file, and what may become of it: FORM, INFECTED, HARMLESS, or a problem's code."""

    what: str
    name: str
    content: bytes
    outcomes: frozenset[str]
    gone: bytes = b""
    """What must not be in the bytes that are kept."""


def hostile(what: str, name: str, content: bytes, *outcomes: str, gone: bytes = b"") -> Hostile:
    return Hostile(what, name, content, frozenset(outcomes), gone)


def everything() -> Iterator[Hostile]:
    """All of them."""
    from tests.hostile import names, papers, pictures, programs

    for module in (programs, papers, pictures, names):
        yield from module.made()
