"""Machine-readable zones of identity documents: found among lines, read, their check digits proved (D5).

What they are made of stands in `mrz_values.py`. Pure: `today` is an argument.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, islice, product

from hosting.lib.reading.mrz_values import LAYOUTS, Field, Kind, Layout, Line, Part, Zone

FILLER = "<"
WEIGHTS = (7, 3, 1)
SLACK = 4  # signs that an OCR loses or doubles in a run of fillers
FEWEST = 24  # signs of a line that may be part of a zone
MOST_SLIPS = 2
PROVED_SLIPS = 1
MOST_TRIES = 20_000
MOST_TOGETHER = 300
AGREEING = 2  # readings that have to see the same forged digit
EXPIRY_YEARS_AHEAD = 50

TO_DIGIT = str.maketrans("OQDUIJLZAGSTB", "0000111246578")
TO_LETTER = str.maketrans("0124568", "OIZASGB")
ALIKE = ("0O", "0D", "1I", "2Z", "5S", "6G", "8B", "K<")
"""Signs that an OCR takes for one another. Few: the more there are, the less a check digit proves."""


Mend = Callable[[str, "Layout"], "Repaired"]


def check_digit(signs: str) -> int:
    """ICAO 9303 part 3: digits count as they are, letters from 10, fillers nothing; weights 7, 3, 1."""
    values = (0 if sign == FILLER else int(sign, 36) for sign in signs)
    return sum(value * WEIGHTS[place % 3] for place, value in enumerate(values)) % 10


def best_zone(lines: Sequence[Line], today: date) -> Zone | None:
    """The zone among lines read one below the other whose check digits hold best."""
    zones = [zone for candidate in candidates(lines) for zone in read_zones(candidate, today)]
    return max(zones, key=_quality, default=None)


def best_of(readings: Iterable[Sequence[Line]], today: date) -> Zone | None:
    """The best zone of several readings of the same page.

    Of those that are proved alike the one with the fewest letters in its names, which have no check
    digit: an OCR takes fillers for letters, hardly ever letters for fillers.
    """
    zones = [zone for lines in readings if (zone := best_zone(lines, today)) is not None]
    together = [] if any(zone.consistent for zone in zones) else _put_together(zones, today)
    best = max(
        (*zones, *together), key=lambda zone: (*_quality(zone), -_letters(zone)), default=None
    )
    if best is None or best.consistent:
        return best
    alike = sum(_told(zone) == _told(best) for zone in zones)
    return best if alike >= AGREEING else replace(best, doubtful=True)


def _told(zone: Zone) -> tuple[object, ...]:
    return (zone.kind, zone.number, zone.born, zone.expires, zone.checks)


def _put_together(zones: Sequence[Zone], today: date) -> Iterator[Zone]:
    """Zones with one line from this reading and another from that. Nothing is repaired in them."""
    for kind in {zone.kind for zone in zones}:
        lines = zip(*(zone.lines for zone in zones if zone.kind is kind), strict=True)
        choices = [list({line.text: line for line in same}.values()) for same in lines]
        for chosen in islice(product(*choices), MOST_TOGETHER):
            yield from read_zones(chosen, today, as_read)


def _letters(zone: Zone) -> int:
    return sum(len(name) for name in (*zone.surnames, *zone.given_names))


def _quality(zone: Zone) -> tuple[int, float, int]:
    holding = [field for field, holds in zone.checks if holds]
    return (zone.consistent, len(holding) / len(zone.checks), -zone.repaired)


def candidates(lines: Iterable[Line]) -> Iterator[tuple[Line, ...]]:
    """Two or three neighbouring lines that are long enough and bear fillers."""
    rows = [replace(line, text=signs_of(line.text)) for line in lines]
    long = [line for line in rows if len(line.text) >= FEWEST]
    for count in (2, 3):
        for start in range(len(long) - count + 1):
            group = tuple(long[start : start + count])
            same_page = len({line.page for line in group}) == 1
            if same_page and any(FILLER * 2 in line.text for line in group):
                yield group


def signs_of(text: str) -> str:
    """Only what a zone can consist of; an OCR reads two fillers as one guillemet."""
    plain = text.upper().replace("«", "<<").replace("‹", "<").replace("»", "<<")
    return re.sub(r"[^A-Z0-9<]", "", re.sub(r"[({\[]", FILLER, plain))


def read_zones(lines: Sequence[Line], today: date, mend: "Mend | None" = None) -> Iterator[Zone]:
    """What `lines` say in each layout that they fit in length, slips put right by `mend`."""
    mend = mend or repair
    for kind, layout in LAYOUTS.items():
        if len(lines) != layout.lines:
            continue
        for rows in _ways(begun(lines, layout)):
            fitted = [fit(row, layout.width) for row in rows]
            signs = typed("".join(fitted), layout) if all(fitted) else ""
            if signs and _begins(signs, kind):
                yield _zone(kind, mend(signs, layout), tuple(lines), today)


def fit(signs: str, width: int) -> str:
    """`signs` as a line of `width`: what an OCR lost or doubled is put right in its longest run of
    fillers, the one place where it tells nothing. Empty where that cannot be."""
    off = len(signs) - width
    if not off:
        return signs
    runs = [match.span() for match in re.finditer(r"<+", signs)]
    if not runs:
        return ""
    start, end = max(runs, key=lambda run: run[1] - run[0])
    if abs(off) > SLACK and end < len(signs):
        return ""
    if end - start - off < 1 or end - start < 3:
        return ""
    return signs[:start] + FILLER * (end - start - off) + signs[end:]


def typed(signs: str, layout: Layout) -> str:
    """Letters where only digits can stand, and the other way round, read as what they look like."""
    chars = list(signs)
    digits = [layout.birth, layout.expiry, layout.issued]
    places = [place for part in digits if part for place in range(*part)]
    for place in [*places, *(digit for _field, _parts, digit in layout.checks)]:
        chars[place] = chars[place].translate(TO_DIGIT)
    for part in (layout.country, *layout.names):
        for place in range(*part):
            chars[place] = chars[place].translate(TO_LETTER)
    return "".join(chars)


def begun(lines: Sequence[Line], layout: Layout) -> list[str]:
    """The lines' signs, the first from its true beginning: a border of the card may look like a sign
    before it, an I like L or 1, or be lost."""
    first, *others = (line.text for line in lines)
    if "I" in layout.first:
        first = re.sub(r"^.{0,3}?[IL1][DO0](?=[A-Z<]{3})", "ID", first)
        first = re.sub(r"^D(?=[A-Z<]{3})", "ID", first)
    else:
        first = re.sub(r"^.{0,3}?P(?=[<A-Z][A-Z<]{3})", "P", first)
    return [first, *others]


def _ways(rows: list[str]) -> Iterator[list[str]]:
    """The lines as read, and without the letters that an OCR sees in long runs of fillers."""
    calmed = [re.sub(r"<<<[<KSCELXRG]*(?=\d|$)", _fillers, row) for row in rows]
    yield calmed
    quiet = [re.sub(r"<[<KSCELXRG]{4,}(?=\d|$)", _fillers, row) for row in rows]
    if quiet != calmed:
        yield quiet


def _fillers(match: re.Match[str]) -> str:
    return FILLER * len(match[0])


def _begins(signs: str, kind: Kind) -> bool:
    """The French card of old is told from TD2 by its own beginning, and by its digits."""
    if kind is Kind.OLD_FRENCH:
        return signs.startswith("IDFRA")
    return signs[0] in LAYOUTS[kind].first and not (kind is Kind.TD2 and signs.startswith("IDFRA"))


@dataclass(frozen=True)
class Repaired:
    """A zone after the attempt to put slips right."""

    signs: str
    slips: int = 0
    """How many signs are read otherwise than the OCR gave them."""
    doubtful: bool = False
    """Several such readings would make the digits hold, or only with two signs read otherwise: none
    of them is proved."""


def as_read(signs: str, layout: Layout) -> Repaired:
    """Nothing put right."""
    return Repaired(signs)


def repair(signs: str, layout: Layout) -> Repaired:
    """`signs` with one sign read as one that looks alike, where every check digit then holds and no
    other such reading does the same: a forged digit is not talked away.
    """
    if all(_holds(signs, layout)):
        return Repaired(signs)
    doubtful = _doubtful(signs, layout)
    for slips in range(1, MOST_SLIPS + 1):
        found = {
            changed
            for changed in islice(_changed(signs, doubtful, slips), MOST_TRIES)
            if all(_holds(changed, layout))
        }
        if len(found) == 1 and slips <= PROVED_SLIPS:
            return Repaired(found.pop(), slips)
        if found:
            return Repaired(signs, doubtful=True)
    return Repaired(signs)


def _doubtful(signs: str, layout: Layout) -> list[tuple[int, str]]:
    """The protected places whose sign looks like others, where these may stand; of the parts whose
    own digit does not hold, if there are such."""
    holds = dict(zip(layout.checks, _holds(signs, layout), strict=True))
    failed = [check for check, held in holds.items() if not held]
    single = [check for check in failed if check[0] is not Field.ALL]
    places: dict[int, None] = {}
    for _field, parts, digit in single or failed:
        places |= dict.fromkeys(place for part in parts for place in range(*part))
        places[digit] = None
    fixed = {digit for _field, _parts, digit in layout.checks}
    for part in (layout.birth, layout.expiry, layout.issued):
        fixed |= set(range(*part)) if part else set()
    letters = {place for part in layout.names for place in range(*part)}
    return [
        (place, others)
        for place in places
        if (others := _others(signs[place], digits=place in fixed, letters=place in letters))
    ]


def _others(sign: str, *, digits: bool, letters: bool) -> str:
    alike = {other for group in ALIKE if sign in group for other in group} - {sign}
    if digits:
        alike = {other for other in alike if other.isdigit()}
    if letters:
        alike = {other for other in alike if not other.isdigit()}
    return "".join(sorted(alike))


def _changed(signs: str, doubtful: Sequence[tuple[int, str]], slips: int) -> Iterator[str]:
    for chosen in combinations(doubtful, slips):
        for others in product(*(others for _place, others in chosen)):
            chars = list(signs)
            for (place, _all), other in zip(chosen, others, strict=True):
                chars[place] = other
            yield "".join(chars)


def _holds(signs: str, layout: Layout) -> list[bool]:
    return [_digit_holds(signs, parts, digit) for _field, parts, digit in layout.checks]


def _digit_holds(signs: str, parts: tuple[Part, ...], digit: int) -> bool:
    """An empty field may have a filler as its digit; a long number of TD1 goes on behind its filler."""
    protected = "".join(signs[start:end] for start, end in parts)
    if signs[digit] == FILLER:
        return not protected.strip(FILLER) or _long_number(signs, digit) is not None
    return signs[digit].isdigit() and check_digit(protected) == int(signs[digit])


def _long_number(signs: str, digit: int) -> str | None:
    """TD1: a number of more than nine signs, whose own digit ends the optional data."""
    layout = LAYOUTS[Kind.TD1]
    if len(signs) != layout.lines * layout.width or digit != layout.number[1]:
        return None
    rest = signs[15:30].split(FILLER)[0]
    number = signs[5:14] + rest[:-1]
    return number if rest[-1:].isdigit() and check_digit(number) == int(rest[-1]) else None


def _zone(kind: Kind, read: Repaired, lines: tuple[Line, ...], today: date) -> Zone:
    layout, signs = LAYOUTS[kind], read.signs
    fields = [field for field, _parts, _digit in layout.checks]
    surnames, given = _names(signs, layout)
    long = _long_number(signs, layout.number[1]) if signs[layout.number[1]] == FILLER else None
    start, end = layout.names[-1]
    return Zone(
        kind=kind,
        document=signs[:2].strip(FILLER),
        country=signs[2:5].strip(FILLER),
        number=(long or signs[slice(*layout.number)]).strip(FILLER),
        surnames=surnames,
        given_names=given,
        names_cut=signs[start:end][-1] != FILLER,
        born=birth_date(signs[slice(*layout.birth)], today),
        expires=expiry_date(signs[slice(*layout.expiry)], today) if layout.expiry else None,
        issued=_year_and_month(signs[slice(*layout.issued)], today) if layout.issued else None,
        checks=tuple(zip(fields, _holds(signs, layout), strict=True)),
        repaired=read.slips,
        doubtful=read.doubtful,
        lines=lines,
    )


def _names(signs: str, layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = [without_noise(signs[start:end]) for start, end in layout.names]
    if len(parts) == 1:
        surname, _two, given = parts[0].partition(FILLER * 2)
    else:
        surname, given = parts
    return _words(surname), _words(given)


def without_noise(names: str) -> str:
    """`names` without the K, C, L and so on that an OCR sees in the fillers at their end: more than
    two fillers in a row, or one sign four times, stand nowhere else."""
    names = re.sub(r"<{3}[<KCLSEXG]*$", "", names)
    names = re.sub(r"<?([KCLSE])\1{3}[<KCLSEX]*$", "", names)
    return names.strip(FILLER)


def _words(part: str) -> tuple[str, ...]:
    return tuple(word for word in part.split(FILLER) if word)


def birth_date(signs: str, today: date) -> date | None:
    """YYMMDD as the last such day that is not ahead of `today`; None where it is no date."""
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
        day = _date(signs, century)
        if day is not None and day <= today:
            return day
    return None


def expiry_date(signs: str, today: date) -> date | None:
    """YYMMDD as the day nearest to `today` by century: documents live ten years or so."""
    century = today.year // 100 * 100
    days = [_date(signs, base) for base in (century - 100, century, century + 100)]
    near = [day for day in days if day and abs(day.year - today.year) <= EXPIRY_YEARS_AHEAD]
    return min(near, key=lambda day: abs((day - today).days), default=None)


def _date(signs: str, century: int) -> date | None:
    if not re.fullmatch(r"\d{6}", signs):
        return None
    try:
        return date(century + int(signs[:2]), int(signs[2:4]), int(signs[4:]))
    except ValueError:
        return None


def _year_and_month(signs: str, today: date) -> tuple[int, int] | None:
    """YYMM in the past."""
    day = birth_date(f"{signs}01", today)
    return (day.year, day.month) if day else None
