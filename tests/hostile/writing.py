"""PDFs written by hand, so that they can be as wrong as wanted."""

import zlib
from functools import cache

CATALOG = b"<</Type/Catalog/Pages 2 0 R%s>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]%s>>"
END = b"%%EOF\n"


def stream(content: bytes, words: bytes = b"", *, flate: bool = False) -> bytes:
    """The text of a stream object; `words` go into its dictionary."""
    if flate:
        content, words = zlib.compress(content), words + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (words, len(content), content)


def pdf(
    *more: bytes,
    catalog: bytes = b"",
    page: bytes = b"",
    pages: bytes = PAGES,
    trailer: bytes = b"",
    head: bytes = b"%PDF-1.7\n",
) -> bytes:
    """A PDF of one page; `more` are further objects, from 4 on."""
    return assemble([CATALOG % catalog, pages, PAGE % page, *more], trailer, head)


def assemble(objects: list[bytes], trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """Objects from 1 on with a right table; the first is the root."""
    out, places = bytearray(head), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Root 1 0 R/Size %d%s>>\n" % (len(objects) + 1, trailer)
    out += b"startxref\n%d\n%s" % (table, END)
    return bytes(out)


MEGA = 1024 * 1024
ADLER = 65521


@cache
def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, squeezed: one block again and again."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = machine.compress(bytes(MEGA)) + machine.flush(zlib.Z_FULL_FLUSH)
    check = (megabytes * MEGA % ADLER) << 16 | 1
    return b"\x78\xda" + block * megabytes + b"\x03\0" + check.to_bytes(4)
