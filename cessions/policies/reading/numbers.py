"""Whether a registration number stands in a document: by its digits, SIREN inside SIRET inside the VAT
number (A1, P5)."""

from collections.abc import Callable, Iterator, Sequence

import stdnum.fr.siren
import stdnum.fr.siret
import stdnum.fr.tva

from cessions.policies.findings import Outcome
from cessions.policies.reading.folding import as_digits, compact, parts
from cessions.policies.reading.names import MISSING, Match, find_name
from cessions.policies.reading.page import Pages, Part

SIREN, SIRET, VAT = 9, 14, 13
NEARBY = 12  # parts between a register's number and the name of its court
COURT_UNSEEN = 80  # percent
SLIP = 95  # percent: letters read for digits
WRONG_DIGIT = 89  # percent: one digit of a number whose check digit fails
LONG_ENOUGH = 5  # characters of a number of no known kind


def find_number(pages: Pages, kind: str, wanted: str, country: str = "") -> Match:
    """The number of an account (its RegistrationKind, as the account keeps it) among the words.

    Digits count, spaces and signs between them do not. A French company is found by any of its
    numbers, `Match.kind` says by which. Where OCR read the document, letters taken for digits are
    near; so is one wrong digit where the check digit tells that it was misread.
    """
    number = compact(wanted)
    if kind == "hrb":
        return _register_entry(pages, wanted)
    siren = _siren(kind, number)
    if siren:
        return _french(pages, siren, number)
    if kind == "vat":
        return _vat(pages, number)
    return _same(pages, number) if len(number) >= LONG_ENOUGH else find_name(pages, wanted)


def _siren(kind: str, number: str) -> str:
    """The SIREN inside a French number, or empty."""
    if kind in ("siren", "siret"):
        return number[:SIREN]
    if kind == "vat" and number.startswith("fr") and len(number) == VAT:
        return number[-SIREN:]
    return ""


def _french(pages: Pages, siren: str, wanted: str) -> Match:
    forms: list[tuple[str, int, Callable[[str], bool]]] = [
        ("siret", SIRET, lambda n: n.startswith(siren) and stdnum.fr.siret.is_valid(n)),
        ("vat", VAT, lambda n: n.endswith(siren) and n[:2] == "fr" and _is_vat(n)),
        ("siren", SIREN, lambda n: n == siren),
    ]
    exact = [f for name, length, fits in forms if (f := _first(pages, length, fits, name))]
    same = [match for match in exact if compact(match.seen) == wanted]
    if exact:
        return (same or exact)[0]
    return _misread(pages, siren) if pages.by_ocr else MISSING


def _is_vat(number: str) -> bool:
    return bool(stdnum.fr.tva.is_valid(number.upper()))


def _first(pages: Pages, length: int, fits: Callable[[str], bool], kind: str) -> Match | None:
    for order in pages.parts:
        for run in _of_length(order, length):
            if fits("".join(part.plain for part in run)):
                return _match(pages, run, Outcome.FOUND, 100, kind)
    return None


def _of_length(order: Sequence[Part], length: int) -> Iterator[Sequence[Part]]:
    """Parts that together have so many letters and digits."""
    for start in range(len(order)):
        size = 0
        for end in range(start, len(order)):
            size += len(order[end].plain)
            if size == length:
                yield order[start : end + 1]
            if size >= length:
                break


def _misread(pages: Pages, siren: str) -> Match:
    """The SIREN, alone or at the head of a SIRET, or at the end of a VAT number, as OCR spoils it."""
    best = MISSING
    for length, cut in ((SIREN, slice(None)), (SIRET, slice(0, SIREN)), (VAT, slice(-SIREN, None))):
        for order in pages.parts:
            for run in _of_length(order, length):
                plain = "".join(part.plain for part in run)
                nearness = _nearness_of(as_digits(plain[cut]), siren, plain)
                if nearness > best.nearness:
                    best = _match(pages, run, Outcome.NEAR, nearness, "siren")
    return best


def _nearness_of(read: str, siren: str, plain: str) -> int:
    """How near digits are; letters among them must be few."""
    if len(read) != len(siren) or sum(letter.isdigit() for letter in plain) < len(plain) - 3:
        return 0
    wrong = sum(a != b for a, b in zip(read, siren, strict=True))
    if wrong == 0:
        return SLIP
    return WRONG_DIGIT if wrong == 1 and not stdnum.fr.siren.is_valid(read) else 0


def _vat(pages: Pages, number: str) -> Match:
    """A VAT number with its country, or its digits alone."""
    found = _same(pages, number)
    if found is MISSING and number[2:].isdigit():
        return _same(pages, number[2:])
    return found


def _same(pages: Pages, number: str) -> Match:
    for order in pages.parts:
        for run in _of_length(order, len(number)):
            plain = "".join(part.plain for part in run)
            if plain == number:
                return _match(pages, run, Outcome.FOUND, 100)
    return _slipped(pages, number) if pages.by_ocr else MISSING


def _slipped(pages: Pages, number: str) -> Match:
    if sum(letter.isdigit() for letter in number) < LONG_ENOUGH:
        return MISSING
    for order in pages.parts:
        for run in _of_length(order, len(number)):
            if as_digits("".join(part.plain for part in run)) == as_digits(number):
                return _match(pages, run, Outcome.NEAR, SLIP)
    return MISSING


def _register_entry(pages: Pages, wanted: str) -> Match:
    """“Aachen HRB 11223”: the register's letters and number, and the court near them."""
    words = parts(wanted)
    at = next((n for n, word in enumerate(words) if word in ("hrb", "hra")), -1)
    if at < 0 or at + 1 >= len(words):
        return MISSING
    court, entry = words[:at], "".join(words[at:])
    best = MISSING
    for order in pages.parts:
        for run in _of_length(order, len(entry)):
            if "".join(part.plain for part in run) != entry:
                continue
            start = next(n for n, part in enumerate(order) if part is run[0])
            around = [p.plain for p in order[max(0, start - NEARBY) : start + len(run) + NEARBY]]
            if set(court) <= set(around):
                return _match(pages, run, Outcome.FOUND, 100)
            best = _match(pages, run, Outcome.NEAR, COURT_UNSEEN)
    return best


def _match(
    pages: Pages, run: Sequence[Part], outcome: Outcome, nearness: int, kind: str = ""
) -> Match:
    words = tuple(dict.fromkeys(part.word for part in run))
    return Match(outcome, pages.shown(words), nearness, words, kind)


def find_whole(pages: Pages, number: str) -> tuple[int, ...]:
    """The words that are `number`, its parts as they are: never a shorter one and what follows it.
    Letters that OCR takes for digits are the same in a number that is long enough. None: empty."""
    wanted = parts(number)
    forms: list[Callable[[str], str]] = [str]
    if len("".join(wanted)) > LONG_ENOUGH:
        forms.append(as_digits)
    for form in forms:
        asked = [form(part) for part in wanted]
        for order in pages.parts:
            for start in range(len(order) - len(asked) + 1):
                run = order[start : start + len(asked)]
                if [form(part.plain) for part in run] == asked:
                    return tuple(dict.fromkeys(part.word for part in run))
    return ()
