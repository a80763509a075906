"""Forms of a text in which the same name is the same, however it was written or read."""

import re
import unicodedata

SPECIAL = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "’": "'", "‐": "-", "‑": "-"})
UMLAUTS_AS_TWO = (("ae", "a"), ("oe", "o"), ("ue", "u"))
SLIPS = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "2": "z"})
DIGIT_SLIPS = str.maketrans(
    {"o": "0", "q": "0", "d": "0", "i": "1", "l": "1", "|": "1", "z": "2", "s": "5", "b": "8"}
)
PARTS = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Without case and accents; ß is ss, and an umlaut the same as its two letters."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(SPECIAL))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for two, one in UMLAUTS_AS_TWO:
        plain = plain.replace(two, one)
    return plain


def parts(text: str) -> list[str]:
    """The folded words of a text, split at all that is neither letter nor digit."""
    return PARTS.findall(folded(text))


def compact(text: str) -> str:
    """Letters and digits alone, folded."""
    return "".join(parts(text))


def without_slips(plain: str) -> str:
    """A folded text in which what OCR takes for one another is the same: 0/O, 1/I/l, 5/S, 8/B, rn/m."""
    return plain.translate(SLIPS).replace("rn", "m").replace("vv", "w")


def as_digits(plain: str) -> str:
    """A folded text in which letters that OCR takes for digits are those digits."""
    return plain.translate(DIGIT_SLIPS)
