"""Whether the name of a service stands in a document, in A- and U-label form, with and without www (P5)."""

import re
from collections.abc import Iterator
from itertools import pairwise

import idna

from cessions.policies.findings import Outcome
from cessions.policies.reading.folding import folded, without_slips
from cessions.policies.reading.names import MISSING, Match, find_name
from cessions.policies.reading.page import Pages

NAME = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
AROUND = "()[]{}<>«»“”„\"'‚’,;:!?*"
HYPHENS = str.maketrans("‐‑", "--")
ACCENTS_LOST = 95  # percent
OF_THE_SAME_DOMAIN = 90  # percent: an address in it, a name below it


def find_domain(pages: Pages, wanted: str) -> Match:
    """A service's name (A-label form) among the words. Near: an e-mail address or another host in the
    domain, and what only OCR can have spoiled. Another domain that looks like it is none."""
    if "." not in wanted:
        return find_name(pages, wanted)
    best = MISSING
    for words, host, kind in _hosts(pages):
        match = _compared(pages, words, host, kind, wanted)
        if match.nearness > best.nearness:
            best = match
    return best


def domains_in(pages: Pages) -> list[Match]:
    """All that looks like a domain name, each once; `seen` is its A-label form."""
    found: dict[str, Match] = {}
    for words, host, kind in _hosts(pages):
        name = _a_label(host.removeprefix("www."))
        if len(words) == 1 and name and not host.replace(".", "").isdigit():
            found.setdefault(name, Match(Outcome.FOUND, name, 100, words, kind))
    return list(found.values())


def _compared(pages: Pages, words: tuple[int, ...], host: str, kind: str, wanted: str) -> Match:
    host = host.removeprefix("www.")
    shown, asked = _u_label(host), _u_label(wanted)
    seen = pages.shown(words)
    if shown == asked or _a_label(host) == wanted:
        if kind:
            return Match(Outcome.NEAR, seen, OF_THE_SAME_DOMAIN, words, kind)
        return Match(Outcome.FOUND, seen, 100, words)
    if shown.endswith(f".{asked}"):
        return Match(Outcome.NEAR, seen, OF_THE_SAME_DOMAIN, words, kind or "subdomain")
    if pages.by_ocr and without_slips(folded(shown)) == without_slips(folded(asked)):
        return Match(Outcome.NEAR, seen, ACCENTS_LOST, words, kind)
    return MISSING


def _hosts(pages: Pages) -> Iterator[tuple[tuple[int, ...], str, str]]:
    """Words, the host name in them, and what it is part of: "" or "email"."""
    for number, word in enumerate(pages.words):
        yield from _in_word((number,), word.text)
    for order in pages.orders:
        for first, second in pairwise(order):
            before, after = pages.words[first].text, pages.words[second].text
            if before.endswith(("-", ".", "/")) or after.startswith(("-", ".")):
                yield from _in_word((first, second), before + after)


def _in_word(numbers: tuple[int, ...], text: str) -> Iterator[tuple[tuple[int, ...], str, str]]:
    for piece in re.split(r"[/,;|]+", text.lower().translate(HYPHENS)):
        local, at, host = piece.strip(AROUND + ".").rpartition("@")
        host = host.partition(":")[0].strip(AROUND + ".")
        if NAME.fullmatch(host):
            yield numbers, host, "email" if at and local else ""


def _u_label(name: str) -> str:
    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return name


def _a_label(name: str) -> str:
    try:
        return idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""
