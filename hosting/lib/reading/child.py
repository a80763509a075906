"""The child of `hosting.lib.reading`: reads one file from standard input under its own limits."""

import base64
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from PIL import Image

from hosting.lib.child_side import PDF, Order, answer, drawn, pictures
from hosting.lib.reading import ocr
from hosting.lib.reading.words import Word

DPI = 200  # measured: grain of a scan grows with more, and costs more words than it wins
FEW_LETTERS = 30  # a page with fewer is a picture with a stamp on it
LETTERS_OVER_A_PICTURE = 200
MOST_OF_THE_PAGE = 0.6
LONGEST = 200  # letters of a word
MOST_HIDDEN = 50  # words that are told
LEFT_FOR_THE_ANSWER = 3  # seconds


@dataclass
class Reading:
    """What was read so far."""

    ends: float
    ocr_pages: int
    pages: int = 0
    by_ocr: bool = False
    problem: str = ""
    words: list[Word] = field(default_factory=list)
    hidden: list[Word] = field(default_factory=list)

    def recognise(self, image: Image.Image, number: int) -> list[Word]:
        """The words of a picture, as long as pages and time are left for OCR."""
        left = self.ends - time.monotonic()
        if not ocr.languages():
            self.problem = "no_ocr"
            return []
        if self.ocr_pages <= 0 or left <= 0:
            return []
        self.ocr_pages -= 1
        try:
            found = ocr.words_in(image, number, left)
        except subprocess.SubprocessError:
            self.problem = "unreadable"
            return []
        self.by_ocr = self.by_ocr or bool(found)
        return found

    def said(self, most: int) -> dict[str, Any]:
        source = ("ocr" if self.by_ocr else "pdf") if self.words else "none"
        return {
            "source": source,
            "pages": self.pages,
            "problem": self.problem,
            "words": [_row(word) for word in self.words[:most]],
            "hidden": [_row(word) for word in self.hidden[:MOST_HIDDEN]],
        }


def _row(word: Word) -> tuple[Any, ...]:
    return (word.text[:LONGEST], *astuple(word)[1:])


def text(content: bytes, order: Order) -> dict[str, Any]:
    """The words of all pages, and where they came from."""
    reading = Reading(time.monotonic() + order["seconds"] - LEFT_FOR_THE_ANSWER, order["ocr_pages"])
    if order["content_type"] == PDF:
        _read_pdf(content, order, reading)
    else:
        _read_pictures(pictures(content, order), order, reading)
    return reading.said(order["words"])


def _read_pictures(images: Iterator[Image.Image], order: Order, reading: Reading) -> None:
    for number, image in enumerate(islice(images, order["pages"]), 1):
        reading.pages = number
        reading.words += reading.recognise(image, number)


def _read_pdf(content: bytes, order: Order, reading: Reading) -> None:
    from hosting.lib.reading import pdfwords

    document = pdfwords.open_pdf(content)
    reading.pages = len(document)
    for number in range(1, min(len(document), order["pages"]) + 1):
        page = document[number - 1]
        own, hidden = pdfwords.seen_and_hidden(page, pdfwords.words_of(page, number))
        if _is_a_picture(own, page) and reading.ocr_pages > 0:
            own = reading.recognise(drawn(page, DPI, order), number) or own
        reading.words += own
        reading.hidden += hidden
        page.close()
        if len(reading.words) >= order["words"]:
            return


def _is_a_picture(words: Iterable[Word], page: Any) -> bool:
    """Whether a page's own words are too few, or in no alphabet, to be all that stands on it."""
    from hosting.lib.reading import pdfwords

    letters = "".join(word.text for word in words)
    readable = sum(letter.isalnum() and letter.isprintable() for letter in letters)
    if readable < FEW_LETTERS or readable < len(letters) / 2:
        return True
    if readable >= LETTERS_OVER_A_PICTURE:
        return False
    return pdfwords.covered_by_pictures(page) > MOST_OF_THE_PAGE


def zone(content: bytes, order: Order) -> list[list[tuple[Any, ...]]]:
    """The machine-readable zone on the first page that seems to bear one, each time it was read."""
    from hosting.lib.reading.zone import readings

    ends = time.monotonic() + order["seconds"] - LEFT_FOR_THE_ANSWER
    if not ocr.languages():
        return []
    for number, image in enumerate(islice(_pages(content, order), order["ocr_pages"]), 1):
        found = list(readings(image, number, date.fromisoformat(order["today"]), ends))
        if found:
            return [[astuple(line) for line in lines] for lines in found]
    return []


def _pages(content: bytes, order: Order) -> Iterator[Image.Image]:
    if order["content_type"] != PDF:
        yield from pictures(content, order)
        return
    from hosting.lib.reading import pdfwords

    document = pdfwords.open_pdf(content)
    for page in islice(document, order["pages"]):
        yield drawn(page, DPI, order)


def xml(content: bytes, order: Order) -> str | None:
    """The XML that the PDF carries, in base64."""
    from hosting.lib.reading import einvoice

    found = einvoice.attached(content)
    return None if found is None else base64.b64encode(found).decode()


def invoice(content: bytes, order: Order) -> dict[str, Any] | None:
    """What that XML says."""
    from hosting.lib.reading import einvoice

    found = einvoice.attached(content)
    return None if found is None else einvoice.facts(found)


if __name__ == "__main__":
    answer({"text": text, "zone": zone, "xml": xml, "invoice": invoice})
