"""The words that a PDF brings along, with their boxes; runs in the child alone."""

import ctypes
from collections.abc import Iterator
from math import ceil
from typing import Any
from unicodedata import category

import pypdfium2
from pypdfium2 import raw

from hosting.lib.reading.words import Word

GRID = 1_000_000  # a page in device units, so that its rotation and crop are pdfium's business
LINE_END_HYPHENS = "\x02\ufffe\u00ad"
"""What pdfium says of a hyphen at the end of a line."""
UNKNOWN = "\ufffd"
UNSEEN = "Cf"  # Unicode's category of marks that take no room

SMALLEST = 1.2  # points: the smaller side of the smallest word that anybody reads
FAINTEST = 16  # of 255: how much its darkest and its lightest point differ at least
LOOKED_AT = 100  # dots per inch
MOST_LOOKED_AT = 4_000_000  # pixels of a page
POINTS = 72

Box = tuple[float, float, float, float]


def words_of(page: Any, number: int) -> list[Word]:
    """The words of a page in the order in which the file shows them."""
    textpage = page.get_textpage()
    found: list[Word] = []
    letters, boxes = "", []
    for letter, box in _letters(page, textpage):
        if category(letter) == UNSEEN:
            continue
        if not letter.isspace() and letter.isprintable() and letter != UNKNOWN:
            letters += letter
            boxes += [box] if box else []
            continue
        if letters and boxes:
            found.append(_word(letters, boxes, number))
        letters, boxes = "", []
    if letters and boxes:
        found.append(_word(letters, boxes, number))
    return found


def seen_and_hidden(page: Any, words: list[Word]) -> tuple[list[Word], list[Word]]:
    """The words that somebody who looks at the page sees, and those that he does not: beside it, too small,
    of the paper's colour, covered, in a layer that is off, not drawn at all. A machine that took those for
    written would find what nobody was ever shown. The words of a scan stand over their picture, and are
    seen there."""
    if not words:
        return [], []
    width, height = page.get_size()
    scale = min(LOOKED_AT / POINTS, (MOST_LOOKED_AT / (width * height)) ** 0.5)
    image = page.render(scale=scale, grayscale=True).to_pil()
    seen: list[Word] = []
    hidden: list[Word] = []
    for word in words:
        sides = ((word.right - word.left) * width, (word.bottom - word.top) * height)
        small = min(sides) < SMALLEST and any(letter.isalnum() for letter in word.text)
        (hidden if small or _is_blank(image, word) else seen).append(word)
    return seen, hidden


def _is_blank(image: Any, word: Word) -> bool:
    """Whether nothing stands out where the word should be."""
    left, top = int(word.left * image.width), int(word.top * image.height)
    right = max(left + 1, ceil(word.right * image.width))
    bottom = max(top + 1, ceil(word.bottom * image.height))
    lightest, darkest = reversed(image.crop((left, top, right, bottom)).getextrema())
    return bool(lightest - darkest < FAINTEST)


def covered_by_pictures(page: Any) -> float:
    """The share of a page that its largest picture covers."""
    width, height = page.get_size()
    kinds = [raw.FPDF_PAGEOBJ_IMAGE]
    largest = 0.0
    for item in page.get_objects(filter=kinds, max_depth=3):
        left, bottom, right, top = item.get_bounds()
        largest = max(largest, abs((right - left) * (top - bottom)))
    return largest / (width * height) if width and height else 0


def _letters(page: Any, textpage: Any) -> Iterator[tuple[str, Box | None]]:
    """Each letter and its box; spaces and line ends have none."""
    sides = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = sides
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        letter = chr(code) if 0 < code < 0x110000 else "\0"
        if letter in LINE_END_HYPHENS:
            letter = "-"
        if letter.isspace():
            yield " ", None
            continue
        raw.FPDFText_GetCharBox(textpage, index, *(ctypes.byref(side) for side in sides))
        yield letter, _on_page(page, left.value, top.value, right.value, bottom.value)


def _on_page(page: Any, left: float, top: float, right: float, bottom: float) -> Box:
    """A box in the page's own points as shares of the page as it is shown."""
    corners = [_device(page, left, top), _device(page, right, bottom)]
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def _device(page: Any, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, x, y, across, down)
    return across.value / GRID, down.value / GRID


def _word(letters: str, boxes: list[Box], page: int) -> Word:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    sides = (min(lefts), min(tops), max(rights), max(bottoms))
    return Word(letters, page, *(_share(side) for side in sides))


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)


def open_pdf(content: bytes) -> Any:
    """The document. Raises pypdfium2's PdfiumError for one that cannot be opened."""
    return pypdfium2.PdfDocument(content)
