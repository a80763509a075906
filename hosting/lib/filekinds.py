"""What the first bytes of an upload say: its type, whether it is two in one, its pixels (D6).

This runs in the request, before anything is decoded: a few reads of fixed places and no library that
decodes. What it cannot see is found by the check (`hosting.lib.inspection`), in a process of its own.
"""

import re
from collections.abc import Callable
from typing import IO, Literal

import filetype

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
TIFF = "image/tiff"
HEIC = "image/heic"
HEAD = 8192
PDF_SEEN_WITHIN = 1024
"""Readers look that far for `%PDF-`."""
PDF_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*%PDF-")
STARTXREF = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
ENCRYPT = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
TAIL = 2048
MOST_SEGMENTS = 2000
SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG's markers of a frame, which names its width and height."""
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
GENERAL_BRANDS = frozenset({b"mif1", b"msf1"})
WIDTH, HEIGHT = 256, 257
LONG = 4
"""TIFF's tags and its type of four bytes."""


def kind_of(head: bytes) -> str:
    """The media type by the first bytes, "" where they say none. A PDF may have white space or a
    byte order mark before it, nothing else has anything."""
    if PDF_BEGINS.match(head[:PDF_SEEN_WITHIN]):
        return PDF
    if head[4:8] == b"ftyp":
        return HEIC if _is_heic(head) else ""
    kind = filetype.guess(head)
    found = str(kind.mime) if kind else ""
    return "" if found == PDF else found


def _is_heic(head: bytes) -> bool:
    """By its brand; a general one needs another beside it."""
    brands = {head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4]), 256), 4)}
    own = head[8:12]
    return own in HEIC_BRANDS or (own in GENERAL_BRANDS and bool(brands & HEIC_BRANDS))


def is_disguised(head: bytes, kind: str) -> bool:
    """Whether a picture would be read as a PDF by those who look further than its first byte."""
    return kind != PDF and b"%PDF-" in head[:PDF_SEEN_WITHIN]


def says_encrypted(file: IO[bytes]) -> bool:
    """Whether the trailer of a PDF names an encryption."""
    end = file.seek(0, 2)
    file.seek(max(0, end - TAIL))
    tail = file.read(TAIL)
    if ENCRYPT.search(tail.rpartition(b"trailer")[2]):
        return True
    found = STARTXREF.search(tail)
    if not found or int(found[1]) >= end:
        return False
    file.seek(int(found[1]))
    return bool(ENCRYPT.search(file.read(TAIL).partition(b"stream")[0]))


def pixels(file: IO[bytes], kind: str) -> int | None:
    """Width times height as the header says; None where it says nothing that is understood."""
    reader = READERS.get(kind)
    if reader is None:
        return None
    file.seek(0)
    try:
        size = reader(file)
    except (IndexError, ValueError, OverflowError):
        return None
    return size[0] * size[1] if size else None


def _png(file: IO[bytes]) -> tuple[int, int] | None:
    head = file.read(24)
    if head[12:16] != b"IHDR" or len(head) < 24:
        return None
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def _jpeg(file: IO[bytes]) -> tuple[int, int] | None:
    file.seek(2)
    for _segment in range(MOST_SEGMENTS):
        if file.read(1) != b"\xff":
            return None
        marker = file.read(1)
        while marker == b"\xff":
            marker = file.read(1)
        if not marker:
            return None
        if marker[0] in ALONE:
            continue
        length = int.from_bytes(file.read(2))
        if marker[0] in SIZES:
            frame = file.read(5)
            return int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])
        if length < 2:
            return None
        file.seek(length - 2, 1)
    return None


def _webp(file: IO[bytes]) -> tuple[int, int] | None:
    head = file.read(30)
    if len(head) < 30:
        return None
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if head[12:16] == b"VP8 ":
        width, height = head[26:28], head[28:30]
        return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF
    return None


def _tiff(file: IO[bytes]) -> tuple[int, int] | None:
    """The first page's; entries have 12 bytes: tag, type, count, value."""
    head = file.read(8)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    file.seek(int.from_bytes(head[4:8], order))
    count = int.from_bytes(file.read(2), order)
    table = file.read(12 * count)
    sides: dict[int, int] = {}
    for at in range(0, len(table) - 11, 12):
        tag = int.from_bytes(table[at : at + 2], order)
        if tag in (WIDTH, HEIGHT):
            wide = int.from_bytes(table[at + 2 : at + 4], order) == LONG
            value = table[at + 8 : at + (12 if wide else 10)]
            sides[tag] = int.from_bytes(value, order)
    return (sides[WIDTH], sides[HEIGHT]) if len(sides) == 2 else None


READERS: dict[str, Callable[[IO[bytes]], tuple[int, int] | None]] = {
    JPEG: _jpeg,
    PNG: _png,
    WEBP: _webp,
    TIFF: _tiff,
}
