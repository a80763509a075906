"""Names of people as machine-readable zones spell them, compared with names as people write them (D5)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from rapidfuzz.fuzz import ratio

ICAO = {
    "Ä": ("AE", "A"),
    "Ö": ("OE", "O"),
    "Ü": ("UE", "U", "UXX"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ø": ("OE", "O"),
    "Œ": ("OE",),
    "Ñ": ("N", "NXX"),
    "ẞ": ("SS",),
    "Þ": ("TH",),
    "Ð": ("D",),
    "Đ": ("D",),
    "Ł": ("L",),
    "Ħ": ("H",),
    "Ĳ": ("IJ",),
}
"""ICAO 9303 part 3, section 6: the recommended transliteration first, then others in use."""

TITLES = frozenset(
    {
        *("M", "MR", "MME", "MLLE", "MONSIEUR", "MADAME", "MADEMOISELLE", "ME", "DR", "PROF"),
        *("HERR", "FRAU", "MRS", "MS", "MISS", "DOCTEUR", "DOKTOR"),
    }
)
OTHER_SURNAME = frozenset(
    {"NEE", "NE", "EPOUSE", "EPOUX", "EP", "VEUVE", "VVE", "GEB", "GEBORENE", "GEBORENER", "BORN"}
)
"""What follows is a surname beside the one in use."""
NEAR = 80  # percent: one sign in five
MOST_SPELLINGS = 32


@dataclass(frozen=True)
class NameMatch:
    """How a wanted name agrees with a zone's: `exact`, or how near in percent (0: another name)."""

    exact: bool
    nearness: int


def compare(wanted: str, surnames: Sequence[str], given: Sequence[str], *, cut: bool) -> NameMatch:
    """Whether `wanted`, as somebody wrote it, is the bearer of `surnames` and `given`.

    Case, accents, order, hyphens and apostrophes do not count; second given names and one of several
    surnames may be left out. `cut`: the last given name may be incomplete. A surname and a given name
    have to agree.
    """
    ways = _ways(_words(wanted))
    return max(
        (_match(way, surnames, given, cut=cut) for way in ways),
        key=lambda match: (match.exact, match.nearness),
        default=NameMatch(exact=False, nearness=0),
    )


def spellings(word: str) -> tuple[str, ...]:
    """The ways in which a zone may spell one word, the recommended one first."""
    choices = [ICAO.get(sign) or (_plain(sign),) for sign in word]
    ways: dict[str, None] = {}
    for chosen in product(*choices):
        ways.setdefault("".join(chosen))
        if len(ways) == MOST_SPELLINGS:
            break
    return tuple(ways)


def _plain(sign: str) -> str:
    bare = "".join(s for s in unicodedata.normalize("NFD", sign) if not unicodedata.combining(s))
    return re.sub(r"[^A-Z0-9]", "", bare)


def _words(name: str) -> list[str]:
    joined = re.sub(r"['’ʼ`´]", "", unicodedata.normalize("NFC", name)).upper()
    words = re.split(r"[\s,.;()/<\-‐‑–]+", joined)
    return [word for word in words if word and _simple(word) not in TITLES]


def _simple(word: str) -> str:
    return spellings(word)[-1] if word else ""


def _ways(words: list[str]) -> list[list[str]]:
    """The name with all its words, and with one surname or the other where both are given."""
    for place, word in enumerate(words):
        if "".join(_plain(sign) for sign in word) in OTHER_SURNAME and 0 < place < len(words) - 1:
            before, after = words[:place], words[place + 1 :]
            instead = [[*before[:i], *before[i + 1 :], *after] for i in range(len(before))]
            return [before, [*before, *after], *(instead if len(before) > 1 else [])]
    return [words] if words else []


def _match(
    words: Sequence[str], surnames: Sequence[str], given: Sequence[str], *, cut: bool
) -> NameMatch:
    with_surname = [_best(word, surnames, cut=False) for word in words]
    with_given = [_best(word, given, cut=cut) for word in words]
    best = [max(pair) for pair in zip(with_surname, with_given, strict=True)]
    shared = min(_reached(with_surname, with_given), min(best, default=0))
    if shared == 100:
        return NameMatch(exact=True, nearness=100)
    nearness = max(shared, _run_together(words, surnames, given))
    if nearness < NEAR and _reached(with_surname, with_given) == 100:
        nearness = _with_a_word_more(best)
    return NameMatch(exact=False, nearness=nearness if nearness >= NEAR else 0)


def _reached(with_surname: Sequence[int], with_given: Sequence[int]) -> int:
    """How well a surname and, by another word, a given name are met."""
    pairs = [
        min(one, other)
        for i, one in enumerate(with_surname)
        for j, other in enumerate(with_given)
        if i != j
    ]
    return max(pairs, default=0)


def _best(word: str, names: Iterable[str], *, cut: bool) -> int:
    names = list(names)
    scores = [int(ratio(spelt, name)) for spelt in spellings(word) for name in names]
    if cut and names and len(names[-1]) > 1:
        scores += [99 for spelt in spellings(word) if spelt.startswith(names[-1])]
    return max(scores, default=0)


def _run_together(words: Sequence[str], surnames: Sequence[str], given: Sequence[str]) -> int:
    """The nearness of the whole, for zones in which a filler was taken for a letter."""
    seen = "".join([*surnames, *given])
    whole = [spellings(word)[0] for word in words]
    turned = [whole[place:] + whole[:place] for place in range(len(whole))]
    if len(seen) < 6 or not (surnames and not given):
        return 0
    return max(int(ratio("".join(way), seen)) for way in turned)


def _with_a_word_more(best: Sequence[int]) -> int:
    """A surname and a given name agree, and a word was written that the zone does not have."""
    agreeing = sum(score == 100 for score in best)
    return NEAR + 10 if agreeing >= 2 and agreeing >= len(best) - 1 else 0
