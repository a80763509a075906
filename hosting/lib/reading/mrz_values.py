"""What machine-readable zones are made of, and what one says: values (D5).

ICAO document 9303: cards (TD1: 3 lines of 30, TD2: 2 of 36), passports (TD3: 2 of 44); and the French
card made until 2021 (2 of 36, with check digits of its own).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """The shape of a zone."""

    TD1 = "td1"
    TD2 = "td2"
    TD3 = "td3"
    OLD_FRENCH = "old_french"


class Field(StrEnum):
    """What a check digit protects."""

    NUMBER = "number"
    BIRTH = "birth"
    EXPIRY = "expiry"
    PERSONAL = "personal"
    ALL = "all"


Part = tuple[int, int]
"""Signs of the lines one behind the other: from, up to but without."""


@dataclass(frozen=True)
class Layout:
    """Where things stand in a zone of one kind, counted through its lines."""

    lines: int
    width: int
    first: str
    """What the zone begins with: one of these letters."""
    names: tuple[Part, ...]
    """Surname and given names as one part with `<<` between, or each in its own."""
    number: Part
    birth: Part
    checks: tuple[tuple[Field, tuple[Part, ...], int], ...]
    """What is protected, the signs counted together, the place of the digit."""
    country: Part = (2, 5)
    expiry: Part | None = None
    issued: Part | None = None
    """Year and month, two digits each."""


LAYOUTS = {
    Kind.TD3: Layout(
        lines=2,
        width=44,
        first="P",
        names=((5, 44),),
        number=(44, 53),
        birth=(57, 63),
        expiry=(65, 71),
        checks=(
            (Field.NUMBER, ((44, 53),), 53),
            (Field.BIRTH, ((57, 63),), 63),
            (Field.EXPIRY, ((65, 71),), 71),
            (Field.PERSONAL, ((72, 86),), 86),
            (Field.ALL, ((44, 54), (57, 64), (65, 87)), 87),
        ),
    ),
    Kind.TD1: Layout(
        lines=3,
        width=30,
        first="ACI",
        names=((60, 90),),
        number=(5, 14),
        birth=(30, 36),
        expiry=(38, 44),
        checks=(
            (Field.NUMBER, ((5, 14),), 14),
            (Field.BIRTH, ((30, 36),), 36),
            (Field.EXPIRY, ((38, 44),), 44),
            (Field.ALL, ((5, 30), (30, 37), (38, 45), (48, 59)), 59),
        ),
    ),
    Kind.TD2: Layout(
        lines=2,
        width=36,
        first="ACI",
        names=((5, 36),),
        number=(36, 45),
        birth=(49, 55),
        expiry=(57, 63),
        checks=(
            (Field.NUMBER, ((36, 45),), 45),
            (Field.BIRTH, ((49, 55),), 55),
            (Field.EXPIRY, ((57, 63),), 63),
            (Field.ALL, ((36, 46), (49, 56), (57, 71)), 71),
        ),
    ),
    Kind.OLD_FRENCH: Layout(
        lines=2,
        width=36,
        first="I",
        names=((5, 30), (49, 63)),
        number=(36, 48),
        birth=(63, 69),
        issued=(36, 40),
        checks=(
            (Field.NUMBER, ((36, 48),), 48),
            (Field.BIRTH, ((63, 69),), 69),
            (Field.ALL, ((0, 71),), 71),
        ),
    ),
}


@dataclass(frozen=True)
class Line:
    """A line of signs as read, and its box as in `Word`."""

    text: str
    page: int = 1
    left: float = 0
    top: float = 0
    right: float = 0
    bottom: float = 0


@dataclass(frozen=True)
class Zone:
    """What a machine-readable zone says."""

    kind: Kind
    document: str
    """Its first two signs: P, ID, I, A, C."""
    country: str
    """Who issued it, by ICAO's letters: FRA, D, ..."""
    number: str
    surnames: tuple[str, ...]
    given_names: tuple[str, ...]
    names_cut: bool
    """The names fill their place, so that the last may not be whole."""
    born: date | None
    expires: date | None
    issued: tuple[int, int] | None
    """Year and month, where the zone gives these and no expiry (old French card)."""
    checks: tuple[tuple[Field, bool], ...]
    repaired: int
    """Signs read otherwise than the OCR gave them, because the check digits prove it."""
    doubtful: bool
    """The check digits do not hold, but may be misread: they would hold if some sign were another, or
    no two readings agree."""
    lines: tuple[Line, ...]

    @property
    def consistent(self) -> bool:
        return all(holds for _field, holds in self.checks)

    @property
    def wrong(self) -> tuple[Field, ...]:
        """What the check digits contradict."""
        return tuple(field for field, holds in self.checks if not holds)

    @property
    def last_of_number(self) -> str:
        """The last four signs of the number: enough to tell two documents apart."""
        return self.number[-4:]
