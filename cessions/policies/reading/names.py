"""Whether a name stands in a document: of a company, of a person (A1, D4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from cessions.policies.findings import Outcome
from cessions.policies.reading.folding import PARTS, compact, parts, without_slips
from cessions.policies.reading.page import Pages, Part

SHORT = 3  # letters: such a name is a word like others unless it is written as the file has it
LEGAL_FORMS = frozenset(
    parts(
        "sarl sas sasu eurl sa snc sci ei eirl scop gmbh ug ag ohg kg gbr ek ev mbh gmbhco ltd bv srl"
    )
)
EVERYDAY = frozenset(
    parts("""
    a au aux avec by client clients conseil das de der des die digital domain domaine domaines
    domains du en et facture factures for fur hebergement hosting im internet kunde kunden la le les
    mail media nom of online paris payment pro rechnung reseau rechnungen server service services
    site sites studio support system systems the und von web webdesign webhosting website websites
    """)
)
SLIPS_ALLOWED = ((20, 3), (12, 2), (8, 1))  # letters of the name, letters that may be wrong
MORE_PARTS = 3


@dataclass(frozen=True)
class Match:
    """What came of looking for one value: where it stands, as it stands, how near it is."""

    outcome: Outcome
    seen: str = ""
    nearness: int = 100
    words: tuple[int, ...] = ()
    kind: str = ""
    """In which form, where it has several: "siret", "email", say."""


MISSING = Match(Outcome.MISSING, nearness=0)


def find_name(pages: Pages, wanted: str, *, person: bool = False) -> Match:
    """`wanted` among the words of `pages`, whatever its case, accents, hyphens and line breaks.

    A name of up to three letters must be written as it is, or in capitals; so must one of everyday
    words, which also must have a line to itself. A person's last name may come first. Near: OCR slips, single letters, or
    the name without its legal form.
    """
    if not compact(wanted):
        return MISSING
    forms = _orders(wanted) if person else [wanted]
    found = [match for form in forms if (match := _exact(pages, form))]
    return found[0] if found else _nearest(pages, wanted, forms)


def _orders(wanted: str) -> list[str]:
    """A person's name from each of its words on: Durand Camille is Camille Durand."""
    words = wanted.split()
    return [" ".join(words[start:] + words[:start]) for start in range(len(words))]


def _exact(pages: Pages, wanted: str) -> Match | None:
    name = compact(wanted)
    for order in pages.parts:
        for run in _runs(order, name):
            if _counts(pages, run, wanted):
                return _match(pages, run, Outcome.FOUND, 100)
    return None


def _runs(order: Sequence[Part], name: str) -> Iterator[Sequence[Part]]:
    """Parts that together are `name`, no letter more or less."""
    for start, first in enumerate(order):
        if not name.startswith(first.plain):
            continue
        joined = ""
        for end in range(start, len(order)):
            joined += order[end].plain
            if joined == name:
                yield order[start : end + 1]
            if not name.startswith(joined):
                break


def _counts(pages: Pages, run: Sequence[Part], wanted: str) -> bool:
    named = [part for part in parts(wanted) if part not in LEGAL_FORMS]
    everyday = set(named) <= EVERYDAY
    if everyday or len(compact(wanted)) <= SHORT:
        shown = [part.shown for part in run]
        if shown not in (PARTS.findall(wanted), PARTS.findall(wanted.upper())):
            return False
    return not everyday or _stands_alone(pages, run, named)


def _stands_alone(pages: Pages, run: Sequence[Part], named: Sequence[str]) -> bool:
    """Whether a line of the paper, or of a column, is this name and at most its legal form."""
    piece = pages.segment_of[run[0].word]
    return [p for p in parts(pages.shown(piece)) if p not in LEGAL_FORMS] == list(named)


def _nearest(pages: Pages, wanted: str, forms: Sequence[str]) -> Match:
    found = [match for form in forms if (match := _slipped(pages, form))]
    if found:
        return max(found, key=lambda match: match.nearness)
    bare = " ".join(word for word in wanted.split() if compact(word) not in LEGAL_FORMS)
    if compact(bare) != compact(wanted) and compact(bare):
        exact = _exact(pages, bare)
        if exact is not None:
            return Match(Outcome.NEAR, exact.seen, _nearness(wanted, exact.seen), exact.words)
    return MISSING


def _slipped(pages: Pages, wanted: str) -> Match | None:
    """The nearest run of parts that is `wanted` but for OCR slips and a few wrong letters."""
    name = without_slips(compact(wanted))
    allowed = next((wrong for length, wrong in SLIPS_ALLOWED if len(name) >= length), 0)
    if len(name) <= SHORT or set(parts(wanted)) <= EVERYDAY:
        return None
    best: tuple[int, Sequence[Part]] | None = None
    for order in pages.parts:
        for run in _windows(order, len(name), allowed, len(parts(wanted)) + MORE_PARTS):
            plain = without_slips("".join(part.plain for part in run))
            wrong = Levenshtein.distance(plain, name, score_cutoff=allowed)
            if wrong <= allowed and plain[0] == name[0] and (best is None or wrong < best[0]):
                best = (wrong, run)
    if best is None:
        return None
    seen = " ".join(part.plain for part in best[1])
    return _match(pages, best[1], Outcome.NEAR, _nearness(wanted, seen))


def _windows(
    order: Sequence[Part], length: int, allowed: int, most: int
) -> Iterator[Sequence[Part]]:
    for start in range(len(order)):
        size = 0
        for end in range(start, min(len(order), start + most)):
            size += len(order[end].plain)
            if size > 2 * length + allowed:
                break
            if size >= length - allowed:
                yield order[start : end + 1]


def _nearness(wanted: str, seen: str) -> int:
    """Percent, never 100: that is said of what was found."""
    return min(99, round(fuzz.ratio(compact(wanted), compact(seen))))


def _match(pages: Pages, run: Sequence[Part], outcome: Outcome, nearness: int) -> Match:
    words = tuple(dict.fromkeys(part.word for part in run))
    return Match(outcome, pages.shown(words), nearness, words)
