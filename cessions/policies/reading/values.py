"""Dates, amounts and numbers as invoices write them, with the words that say what they are."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from cessions.policies.reading.folding import folded
from cessions.policies.reading.page import Pages

Value = TypeVar("Value")

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan januar january janner",
            "fevrier fevr fev februar february feb",
            "mars marz mar march mrz",
            "avril avr april apr",
            "mai may",
            "juin juni june jun",
            "juillet juil juli july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct oktober october okt",
            "novembre nov november",
            "decembre dec dezember december dez",
        ),
        1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
EDGE, END = r"(?<![\w./-])", r"(?![\w/-]|\.\d)"
DATES = (
    re.compile(rf"{EDGE}(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d){END}"),
    re.compile(rf"{EDGE}(?P<d>\d{{1,2}}) ?([./-]) ?(?P<m>\d{{1,2}}) ?\2 ?(?P<y>\d{{4}}|\d\d){END}"),
    re.compile(
        rf"{EDGE}(?P<d>\d{{1,2}}|[li|](?=er ))(?:er|\.)? ?(?P<n>{MONTH})\.? (?P<y>\d{{4}}){END}"
    ),
    re.compile(rf"{EDGE}(?P<n>{MONTH})\.? (?P<d>\d{{1,2}}),? (?P<y>\d{{4}}){END}"),
)
CENTURY = 2000
EARLIEST, LATEST = 1990, 2100
CURRENCY = r"(?:€|eur\b|euros?\b|chf\b)"
FIGURES = (
    r"\d{1,3}(?:[ .'’]\d{3}){1,4},\d\d|\d{1,9},\d\d"  # 1 234,56 and 1.234,56
    r"|\d{1,3}(?:[,'’]\d{3}){1,4}\.\d\d|\d{1,9}\.\d\d"  # 1,234.56
)
AMOUNT = re.compile(
    rf"(?<![\w.,/-])(?P<before>{CURRENCY} ?)?(?P<sign>[-+−] ?)?(?P<figures>{FIGURES})"
    r"(?![\d/]|[.,-]\d| ?%)"
    rf"(?P<after> ?{CURRENCY})?"
)
WHOLE = re.compile(rf"(?<![\w.,/-])(?P<figures>\d{{1,6}}) ?{CURRENCY}")
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "−": "-", "’": "'"})


@dataclass(frozen=True)
class Written(Generic[Value]):
    """A value and the numbers of the words that say it."""

    value: Value
    words: tuple[int, ...]
    shown: str


def dates(pages: Pages) -> list[Written[date]]:
    """All dates, in reading order; day first where only figures stand (France, Germany)."""
    return _everywhere(pages, _dates_in)


def amounts(pages: Pages) -> list[Written[Decimal]]:
    """All amounts of money with cents, or with a currency, in reading order."""
    return _everywhere(pages, _amounts_in)


class _Line:
    """The words of one order as one folded text, and which word each sign of it belongs to."""

    def __init__(self, pages: Pages, numbers: tuple[int, ...]) -> None:
        self.pages = pages
        self.text = ""
        self.owner: list[int] = []
        for number in numbers:
            plain = folded(pages.words[number].text.translate(SPACES)) + " "
            self.text += plain
            self.owner += [number] * len(plain)

    def written(self, match: re.Match[str], value: Value) -> Written[Value]:
        words = tuple(dict.fromkeys(self.owner[match.start() : match.end()]))
        return Written(value, words, self.pages.shown(words))


def _everywhere(
    pages: Pages, search: Callable[[_Line], Iterator[Written[Value]]]
) -> list[Written[Value]]:
    """What `search` finds in the order of reading, then what only another order shows."""
    found: list[Written[Value]] = []
    taken: set[int] = set()
    for order in pages.orders:
        for written in search(_Line(pages, order)):
            if not taken & set(written.words) or order is pages.orders[0]:
                found.append(written)
        taken = {number for written in found for number in written.words}
    return found


def _dates_in(line: _Line) -> Iterator[Written[date]]:
    matches = [match for form in DATES for match in form.finditer(line.text)]
    for match in sorted(matches, key=lambda match: match.start()):
        value = _date(match)
        if value is not None:
            yield line.written(match, value)


def _date(match: re.Match[str]) -> date | None:
    said = match.groupdict()
    year = int(said["y"]) + (CENTURY if len(said["y"]) == 2 else 0)
    month = MONTHS[said["n"]] if said.get("n") else int(said["m"])
    try:
        found = date(year, month, int(said["d"]) if said["d"].isdigit() else 1)  # ler: 1er
    except ValueError:
        return None
    return found if EARLIEST <= year <= LATEST else None


def _amounts_in(line: _Line) -> Iterator[Written[Decimal]]:
    matches = [*AMOUNT.finditer(line.text), *WHOLE.finditer(line.text)]
    for match in sorted(matches, key=lambda match: match.start()):
        said = match.groupdict()
        figures = re.sub(r"[ .,'](?=\d{3})", "", said["figures"]).replace(",", ".")
        negative = "-" in (said.get("sign") or "")
        yield line.written(match, -Decimal(figures) if negative else Decimal(figures))
