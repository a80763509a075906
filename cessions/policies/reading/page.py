"""The words of a document in the orders in which a sentence may run, and their places."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from cessions.policies.findings import Place
from cessions.policies.reading.folding import PARTS, folded
from cessions.policies.reading.posture import levelled
from hosting.lib.reading.words import DocumentText, Word

SAME_ROW = 0.6  # of a word's height
COLUMN_GAP = 2.5  # heights of a word: further apart, words belong to different columns


@dataclass(frozen=True)
class Part:
    """A piece of a word between signs: folded, as it stands, and the number of its word."""

    plain: str
    shown: str
    word: int


class Pages:
    """A document's words, looked at in two orders: as they were read, and row by row."""

    def __init__(self, text: DocumentText) -> None:
        self.words = text.words
        self.by_ocr = text.source == "ocr"

    @cached_property
    def level(self) -> tuple[Word, ...]:
        """The words as they would stand if each page lay upright and level."""
        found = list(self.words)
        for page in {word.page for word in self.words}:
            numbers = [n for n, word in enumerate(self.words) if word.page == page]
            straight = levelled([self.words[n] for n in numbers])
            for number, word in zip(numbers, straight, strict=True):
                found[number] = word
        return tuple(found)

    @cached_property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the words that stand on one line of the paper, from left to right."""
        found: list[tuple[int, ...]] = []
        for page in sorted({word.page for word in self.words}):
            numbers = [n for n, word in enumerate(self.words) if word.page == page]
            found += _rows(numbers, self.level)
        return tuple(found)

    @cached_property
    def segments(self) -> tuple[tuple[int, ...], ...]:
        """The rows, cut where a wide gap parts two columns."""
        return tuple(piece for row in self.rows for piece in _cut(row, self.level))

    @cached_property
    def segment_of(self) -> dict[int, tuple[int, ...]]:
        """The piece of a row that each word stands in."""
        return {number: piece for piece in self.segments for number in piece}

    @cached_property
    def feet(self) -> list[tuple[int, float, tuple[int, ...]]]:
        """Page and lower edge of each piece of a row, and the piece; sorted, to be searched."""
        lowest = ((max(self.level[n].bottom for n in piece), piece) for piece in self.segments)
        return sorted((self.words[piece[0]].page, foot, piece) for foot, piece in lowest)

    @cached_property
    def orders(self) -> tuple[tuple[int, ...], ...]:
        """Each order in which the words may be one sentence."""
        read = tuple(range(len(self.words)))
        by_rows = tuple(number for row in self.rows for number in row)
        columns = sorted(self.segments, key=lambda piece: self._column(piece[0]))
        by_columns = tuple(number for piece in columns for number in piece)
        return tuple(dict.fromkeys((read, by_rows, by_columns)))

    def _column(self, number: int) -> tuple[int, float, float]:
        """Pieces that begin at the same left edge are one column, from top to bottom."""
        word = self.level[number]
        return word.page, round(word.left, 2), word.top

    @cached_property
    def positions(self) -> tuple[dict[int, int], ...]:
        """Where in each order a word stands."""
        return tuple({number: at for at, number in enumerate(order)} for order in self.orders)

    @cached_property
    def parts(self) -> tuple[tuple[Part, ...], ...]:
        """The parts of all words, in each order."""
        of_word = [tuple(_parts(word, number)) for number, word in enumerate(self.words)]
        return tuple(
            tuple(part for number in order for part in of_word[number]) for order in self.orders
        )

    def shown(self, numbers: Iterable[int]) -> str:
        """Words as they stand, with single spaces."""
        return " ".join(self.words[number].text for number in numbers)

    def places(self, numbers: Iterable[int]) -> tuple[Place, ...]:
        """Where words stand; neighbours of one row are one place."""
        found: list[Place] = []
        for number in dict.fromkeys(numbers):
            word = self.words[number]
            if word.page < 1:
                continue
            if found and _beside(found[-1], word):
                found[-1] = _joined(found[-1], word)
            else:
                found.append(Place(word.page, word.left, word.top, word.right, word.bottom))
        return tuple(found)


def in_data(texts: Iterable[str]) -> Pages:
    """Texts that stand on no page, each a line of its own."""
    words = [Word(piece, 0, 0, n, 0, n) for n, text in enumerate(texts) for piece in text.split()]
    return Pages(DocumentText("pdf", 0, tuple(words)))


def _parts(word: Word, number: int) -> Iterator[Part]:
    for shown in PARTS.findall(word.text):
        for plain in PARTS.findall(folded(shown)):
            yield Part(plain, shown, number)


def _middle(word: Word) -> float:
    return (word.top + word.bottom) / 2


def _rows(numbers: Sequence[int], words: Sequence[Word]) -> list[tuple[int, ...]]:
    rows: list[list[int]] = []
    for number in sorted(numbers, key=lambda n: (_middle(words[n]), words[n].left)):
        word = words[number]
        last = words[rows[-1][-1]] if rows else None
        near = SAME_ROW * min(word.bottom - word.top, last.bottom - last.top) if last else 0
        if last is not None and _middle(word) - _middle(last) <= near:
            rows[-1].append(number)
        else:
            rows.append([number])
    return [tuple(sorted(row, key=lambda n: (words[n].left, n))) for row in rows]


def _cut(row: Sequence[int], words: Sequence[Word]) -> Iterator[tuple[int, ...]]:
    piece: list[int] = []
    for number in row:
        if piece:
            before, word = words[piece[-1]], words[number]
            if word.left - before.right > COLUMN_GAP * (word.bottom - word.top):
                yield tuple(piece)
                piece = []
        piece.append(number)
    if piece:
        yield tuple(piece)


def _beside(place: Place, word: Word) -> bool:
    overlap = min(place.bottom, word.bottom) - max(place.top, word.top)
    return place.page == word.page and overlap > (word.bottom - word.top) / 2


def _joined(place: Place, word: Word) -> Place:
    return Place(
        place.page,
        min(place.left, word.left),
        min(place.top, word.top),
        max(place.right, word.right),
        max(place.bottom, word.bottom),
    )
