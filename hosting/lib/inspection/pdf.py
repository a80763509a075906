"""PDFs are opened, counted and searched for what a paper does not need: scripts, programs, other files (D6).

Two readers look: qpdf (by pikepdf) at every object, with names as they are meant however they are
written; pdfium at every page. An embedded invoice (Factur-X, ZUGFeRD, XRechnung, Order-X) is kept:
an XML by name and by content. The file itself is never changed: signatures hold, hashes stay.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Stream, String

from hosting.lib.inspection.problems import Problem

MEGA = 1_000_000
TAIL = 1024
PIECE = 64 * 1024
MOST_OBJECTS = 400_000
MOST_INFLATED_MEGABYTES = 400
MOST_XML = 5 * MEGA
ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"})
SCRIPT_KEYS = ("/JS", "/JavaScript")
PLAYERS = frozenset({"/RichMedia", "/3D", "/Movie", "/Sound"})
INVOICES = re.compile(r"(factur-x|zugferd-invoice|xrechnung|order-x|cii|ubl)\.xml", re.IGNORECASE)
ROOTS = re.compile(
    rb"<(?:[\w.-]+:)?(CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote|"
    rb"SCRDMCCBDACIOMessageStructure)[\s>/]"
)
ACTIVE_XML = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|<(?:[\w.-]+:)?script", re.IGNORECASE
)
SCRIPT = re.compile(rb"script", re.IGNORECASE)


def pages(path: str, most: int, megapixels: int) -> int:
    """The number of pages of a PDF that is as good as paper. Raises Problem, or what a reader raises."""
    refuse_cut(path)
    if zipfile.is_zipfile(path) and ends_as_archive(path):
        raise Problem("disguised")
    try:
        document = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Problem("encrypted") from error
    with document:
        if document.is_encrypted:
            raise Problem("encrypted")
        count = len(document.pages)
        if count > most:
            raise Problem("too_many_pages")
        Search(document, megapixels).go()
    drawn = drawable(path, most, megapixels)
    if not count or drawn != count:
        raise Problem("damaged")
    return count


def refuse_cut(path: str) -> None:
    """A whole PDF says so at its end."""
    with open(path, "rb") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - TAIL))
        if b"%%EOF" not in file.read():
            raise Problem("damaged")


def ends_as_archive(path: str) -> bool:
    """Whether the directory of a ZIP lies where its last record says: no accident of bytes."""
    with open(path, "rb") as file:
        end = file.seek(0, 2)
        start = max(0, end - 66_000)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        file.seek(max(0, start + at - int.from_bytes(tail[at + 12 : at + 16], "little")))
        return file.read(4) in (b"PK\x01\x02", b"PK\x05\x06")


def drawable(path: str, most: int, megapixels: int) -> int:
    """How many pages pdfium makes out. Raises Problem for one that is as large as a wall."""
    document = pypdfium2.PdfDocument(path)
    try:
        count = len(document)
        if count > most:
            raise Problem("too_many_pages")
        for number in range(count):
            page = document[number]
            width, height = page.get_size()
            page.close()
            if width * height > megapixels * MEGA:
                raise Problem("too_many_pixels")
        return count
    finally:
        document.close()


class Search:
    """One walk over all objects of a document."""

    def __init__(self, document: pikepdf.Pdf, megapixels: int) -> None:
        self._document = document
        self._megapixels = megapixels
        self._left = MOST_OBJECTS
        self._inflated = 0
        self._embedded: set[tuple[int, int]] = set()
        self._invoices: set[tuple[int, int]] = set()

    def go(self) -> None:
        """Raises Problem."""
        self._walk(self._document.trailer)
        for item in self._document.objects:
            self._walk(item)
        if self._embedded - self._invoices:
            raise Problem("embedded")

    def _walk(self, item: Any) -> None:
        """`item` and what lies directly in it; what it only refers to has its own turn."""
        waiting = [item]
        while waiting:
            here = waiting.pop()
            self._left -= 1
            if self._left < 0:
                raise Problem("too_heavy")
            if isinstance(here, Stream):
                self._judge(here)
                self._weigh(here)
                waiting += _direct(here.stream_dict.items())
            elif isinstance(here, Dictionary):
                self._judge(here)
                waiting += _direct(here.items())
            elif isinstance(here, Array):
                waiting += _direct(enumerate(here))

    def _judge(self, item: Any) -> None:
        if any(key in item for key in SCRIPT_KEYS) or _name(item, "/S") in ACTIONS:
            raise Problem("scripts")
        if _name(item, "/Subtype") in PLAYERS or _name(item, "/S") == "/GoToE":
            raise Problem("scripts")
        if (
            _text(item.get("/URI"))
            .lower()
            .lstrip()
            .startswith(("javascript:", "vbscript:", "data:"))
        ):
            raise Problem("scripts")
        if "/XFA" in item and SCRIPT.search(_forms(item["/XFA"])):
            raise Problem("scripts")
        if isinstance(item, Stream) and _name(item, "/Type") == "/EmbeddedFile":
            self._embedded.add(item.objgen)
        if isinstance(item.get("/EF"), Dictionary):
            self._file(item)

    def _file(self, item: Any) -> None:
        """A file in the file: an invoice, or refused."""
        name = _text(item.get("/UF")) or _text(item.get("/F"))
        for _key, stream in item["/EF"].items():
            known = isinstance(stream, Stream) and INVOICES.fullmatch(name)
            if not known or not is_invoice(b"".join(self._inflate(stream, MOST_XML))):
                raise Problem("embedded")
            self._invoices.add(stream.objgen)

    def _weigh(self, stream: Any) -> None:
        """No picture with more pixels than we draw, no stream that swells without end."""
        if _name(stream, "/Subtype") == "/Image":
            width, height = (_number(stream.get(side)) for side in ("/Width", "/Height"))
            if width * height > self._megapixels * MEGA:
                raise Problem("too_many_pixels")
        for piece in self._inflate(stream, MOST_INFLATED_MEGABYTES * MEGA):
            self._inflated += len(piece)
            if self._inflated > MOST_INFLATED_MEGABYTES * MEGA:
                raise Problem("too_heavy")

    def _inflate(self, stream: Any, most: int) -> Iterator[bytes]:
        """What the flate filters that come first in a stream give, piece by piece. Raises Problem over
        `most` bytes."""
        pieces = _pieces(stream.read_raw_bytes())
        for name in _filters(stream):
            if name not in ("/FlateDecode", "/Fl"):
                break
            pieces = _unzipped(pieces)
        given = 0
        for piece in pieces:
            given += len(piece)
            if given > most:
                raise Problem("too_heavy")
            yield piece


def is_invoice(content: bytes) -> bool:
    """Whether `content` is the XML of an invoice or order, and does nothing."""
    plain = content.replace(b"\0", b"")  # UTF-16 hides nothing
    return (
        plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
        and bool(ROOTS.search(plain))
        and not ACTIVE_XML.search(plain)
    )


def _direct(items: Any) -> list[Any]:
    return [
        value
        for _key, value in items
        if isinstance(value, pikepdf.Object)
        and not value.is_indirect
        and isinstance(value, Dictionary | Array | Stream)
    ]


def _name(item: Any, key: str) -> str:
    value = item.get(key)
    return str(value) if isinstance(value, Name) else ""


def _text(value: Any) -> str:
    return str(value) if isinstance(value, String) else ""


def _number(value: Any) -> int:
    try:
        return max(0, int(value or 0))
    except (TypeError, ValueError):
        return 0


def _filters(stream: Any) -> list[str]:
    found = stream.get("/Filter", stream.get("/F"))
    if isinstance(found, Array):
        return [str(one) for one in found if isinstance(one, Name)]
    return [str(found)] if isinstance(found, Name) else []


def _forms(xfa: Any) -> bytes:
    """The text of an XFA form, however many parts it has."""
    parts = list(xfa) if isinstance(xfa, Array) else [xfa]
    streams = [part.read_bytes() for part in parts if isinstance(part, Stream)]
    return b"".join(streams).replace(b"\0", b"")


def _pieces(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), PIECE):
        yield content[at : at + PIECE]


def _unzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Inflated in small pieces, up to where the data are broken."""
    machine = zlib.decompressobj()
    try:
        for piece in pieces:
            left = piece
            while left and not machine.eof:
                yield machine.decompress(left, PIECE)
                left = machine.unconsumed_tail
    except zlib.error:
        return
