"""The words of a document and where they stand, as values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One word on a page; the sides of its box are shares of the page, from its top left."""

    text: str
    page: int
    """From 1."""
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class DocumentText:
    """What could be read of a document, in reading order."""

    source: str
    """"pdf", "ocr", or "none" where nothing could be read."""
    pages: int
    words: tuple[Word, ...] = ()
    problem: str = ""
    """"no_ocr" where only OCR could read it and none is installed; "unreadable"; or empty."""
    hidden: tuple[Word, ...] = ()
    """Words of a PDF that nobody sees on its pages: `words` is without them. The first of them only."""

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)
