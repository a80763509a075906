"""Long papers: many HTML pages -> one PDF with contents, bookmarks and page numbers.

WeasyPrint keeps the whole layout of a document in memory, and a table of thousands of rows costs more
than its rows. So a long paper is laid out in parts, one after the other, and bound afterwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, BinaryIO, cast

import pikepdf

from hosting.lib.pdf import render_pdf

MOST_COVERS = 3  # a longer list of contents moves the pages it names


@dataclass(frozen=True)
class Line:
    """One line of the contents, and the page it leads to (counted from 1)."""

    title: str
    page: int


def bind(
    parts: Iterable[str],
    target: IO[bytes],
    *,
    cover: Callable[[Sequence[Line]], str],
    feet: Callable[[int], str],
    stylesheet: str,
    language: str,
    title: str,
) -> int:
    """Write the book into `target`; its number of pages. `parts` are whole HTML pages; their headings
    that the stylesheet makes bookmarks are the lines of the contents.

    `cover` gives the HTML in front from the contents; `feet` that of as many empty pages as it is told,
    with nothing but their margins: they are laid over the others. Raises PdfUnavailable.
    """
    with pikepdf.Pdf.new() as book:
        lines: list[Line] = []
        for html in parts:
            lines += _append(book, render_pdf(html, stylesheet))
        lines = _put_cover(book, lines, cover, stylesheet)
        _lay_over(book, render_pdf(feet(len(book.pages)), stylesheet))
        with book.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(line.title, line.page - 1) for line in lines)
        book.Root.Lang = language
        book.docinfo[pikepdf.Name.Title] = title
        book.save(
            cast(BinaryIO, target),
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return len(book.pages)


def _append(book: pikepdf.Pdf, content: bytes) -> list[Line]:
    """Add the pages of a part; its bookmarks, with the pages they have in the book so far."""
    before = len(book.pages)
    with pikepdf.Pdf.open(BytesIO(content)) as part:
        numbers: dict[Any, int] = {page.objgen: n for n, page in enumerate(part.pages, 1)}
        with part.open_outline() as outline:
            lines = [
                Line(str(item.title), before + numbers[_page_of(item)]) for item in outline.root
            ]
        book.pages.extend(part.pages)
    return lines


def _page_of(item: pikepdf.OutlineItem) -> Any:
    """What names the page that a bookmark leads to."""
    destination: Any = item.destination
    return destination[0].objgen


def _put_cover(
    book: pikepdf.Pdf,
    lines: Sequence[Line],
    cover: Callable[[Sequence[Line]], str],
    stylesheet: str,
) -> list[Line]:
    """Put the cover in front; the contents with the numbers of the pages as they are then."""
    length = 1
    for _ in range(MOST_COVERS):
        moved = [Line(line.title, line.page + length) for line in lines]
        with pikepdf.Pdf.open(BytesIO(render_pdf(cover(moved), stylesheet))) as front:
            if len(front.pages) == length:
                for number, page in enumerate(front.pages):
                    book.pages.insert(number, page)
                return moved
            length = len(front.pages)
    raise ValueError("the contents do not settle")


def _lay_over(book: pikepdf.Pdf, content: bytes) -> None:
    with pikepdf.Pdf.open(BytesIO(content)) as over:
        for number, (page, foot) in enumerate(zip(book.pages, over.pages, strict=True)):
            drawing = book.copy_foreign(foot.as_form_xobject())
            # Not `add_overlay`: it invents names, and the same book would have other bytes each time.
            # A name for each page, as the pages of a part share their resources.
            name = pikepdf.Name(f"/Foot{number}")
            page.add_resource(drawing, pikepdf.Name.XObject, name=name)
            page.contents_add(b"q", prepend=True)
            page.contents_add(b"Q q %s Do Q" % str(name).encode())
