"""What is no paper and no photo, the EICAR test file in many places, and two kinds of file in one."""

import base64
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.clamd import EICAR
from tests.hostile import FORM, HARMLESS, INFECTED, Hostile, hostile
from tests.hostile.writing import pdf, stream

pillow_heif.register_heif_opener()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00" + bytes(56) + struct.pack("<I", 64) + b"PE\0\0" + bytes(400)
GIF = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
OTHERS = {
    "empty": b"",
    "one byte": b"%",
    "nothing but zeros": bytes(5000),
    "SVG": SVG,
    "SVG with a declaration": b'<?xml version="1.0"?>' + SVG,
    "SVGZ": gzip.compress(SVG, mtime=0),
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "XHTML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
    "EXE": EXE,
    "ELF": b"\x7fELF\x02\x01\x01" + bytes(200),
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "JavaScript": b"alert(1)//",
    "batch file": b"@echo off\r\nformat c:\r\n",
    "GIF": GIF,
    "BMP": b"BM" + bytes(200),
    "ICO": b"\0\0\1\0\1\0" + bytes(200),
    "PSD": b"8BPS\0\1" + bytes(200),
    "PostScript": b"%!PS-Adobe-3.0\n(%pipe%id) (w) file\n",
    "RTF": rb"{\rtf1\ansi{\object\objocx}}",
    "OLE document": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    "shortcut": bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(60),
    "gzip": gzip.compress(b"x" * 300, mtime=0),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(60),
    "RAR": b"Rar!\x1a\x07\x01\0" + bytes(60),
    "tar": b"a.txt" + bytes(252) + b"ustar\x0000" + bytes(300),
    "Java class": b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(60),
    "WebAssembly": b"\0asm\1\0\0\0" + bytes(60),
    "MP4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(60),
    "AVIF": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(60),
    "MP3": b"ID3\3" + bytes(200),
    "SQLite": b"SQLite format 3\0" + bytes(200),
    "e-mail": b"From: a@b.example\r\nSubject: x\r\n\r\nx",
    "PHP": b"<?php system($_GET['x']);",
    "EMF": b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60),
    "text": b"Une facture, dit-on.",
}
DISGUISES = (b"\0" * 12, b"\xff" * 8, b"<!-- -->", b"GIF89a", b"MZ", b"#!/bin/sh\n", b"/*")


def made() -> Iterator[Hostile]:
    yield from no_papers()
    yield from eicar()
    yield from two_in_one()


def no_papers() -> Iterator[Hostile]:
    others = {**OTHERS, "ZIP": archive(), "DOCX": archive("word/document.xml"), "JAR": jar()}
    for what, content in others.items():
        for name in (what.lower().replace(" ", "."), "facture.pdf"):
            yield hostile(f"{what} named {name}", name, content, FORM)


def archive(name: str = "a.txt", content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return out.getvalue()


def jar() -> bytes:
    return archive("META-INF/MANIFEST.MF", b"Main-Class: x")


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **words: object) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, kind, **words)
    return out.getvalue()


def text_chunk(content: bytes) -> PngInfo:
    chunk = PngInfo()
    chunk.add_text("Comment", content.decode("latin-1"))
    return chunk


def eicar() -> Iterator[Hostile]:
    for name in ("eicar.com", "eicar.pdf", "eicar.jpg"):
        yield hostile(f"EICAR plain as {name}", name, EICAR, FORM)
    zipped = archive("eicar.com", EICAR)
    yield hostile("EICAR in a ZIP", "a.zip", zipped, FORM)
    yield hostile("EICAR in a ZIP in a ZIP", "a.zip", archive("b.zip", zipped), FORM)
    inside = {
        "in a stream": pdf(stream(EICAR), page=b"/Contents 4 0 R"),
        "in a squeezed stream": pdf(stream(EICAR, flate=True), page=b"/Contents 4 0 R"),
        "in a stream that nobody refers to": pdf(stream(EICAR, flate=True)),
        "in the metadata": pdf(
            stream(EICAR, b"/Type/Metadata/Subtype/XML"), catalog=b"/Metadata 4 0 R"
        ),
        "in a comment": pdf(head=b"%PDF-1.7\n%" + EICAR + b"\n"),
        "after its end": pdf() + EICAR + b"\n%%EOF\n",
        "as a ZIP in a stream": pdf(stream(zipped), page=b"/Contents 4 0 R"),
        "as an embedded file": pdf(
            stream(EICAR, b"/Type/EmbeddedFile", flate=True),
            b"<</Type/Filespec/F(a.txt)/UF(a.txt)/EF<</F 4 0 R>>>>",
            catalog=b"/Names<</EmbeddedFiles<</Names[(a)5 0 R]>>>>",
        ),
    }
    for where, content in inside.items():
        yield hostile(f"EICAR {where} of a PDF", "facture.pdf", content, INFECTED)
    pictures = {
        "in the comment of a JPEG": photo(comment=EICAR),
        "behind a JPEG": photo() + EICAR,
        "in the description of a JPEG": photo(exif=described()),
        "in a PNG's text": photo("PNG", pnginfo=text_chunk(EICAR)),
        "behind a PNG": photo("PNG") + EICAR,
        "in the description of a WebP": photo("WEBP", exif=described()),
        "in the description of a TIFF": photo("TIFF", description=EICAR.decode()),
        "behind a TIFF": photo("TIFF") + EICAR,
    }
    for where, content in pictures.items():
        yield hostile(f"EICAR {where}", "carte.jpg", content, INFECTED)


def described() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = EICAR.decode()
    return exif.tobytes()


def two_in_one() -> Iterator[Hostile]:
    paper = pdf()
    for before in (*DISGUISES, b"<html><script>alert(1)</script>", GIF, EXE, archive()):
        yield hostile(f"PDF behind {before[:10]!r}", "a.pdf", before + paper, FORM)
    yield hostile("HTML that begins as a PDF", "a.pdf", b"%PDF-1.7\n<html><script>", "damaged")
    html = b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF\n"
    yield hostile("HTML that begins and ends as a PDF", "a.pdf", html, "damaged")
    zipped = archive("a.exe", EXE)
    yield hostile("ZIP behind a PDF", "a.pdf", paper + zipped, "disguised", "damaged")
    yield hostile("ZIP with a PDF's end", "a.pdf", paper + with_comment(zipped), "disguised")
    yield hostile("JAR with a PDF's end", "a.pdf", paper + with_comment(jar()), "disguised")
    yield hostile("PDF in a JPEG's comment", "a.jpg", photo(comment=paper), FORM)
    yield hostile("PDF in a PNG's text", "a.png", photo("PNG", pnginfo=text_chunk(paper)), FORM)
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        whole = photo(kind, (400, 300))
        yield hostile(f"ZIP behind a {kind}", "a.jpg", whole + zipped, "disguised")
        yield hostile(f"JAR behind a {kind}", "a.jpg", whole + jar(), "disguised")
        yield hostile(
            f"PDF behind a {kind}", "a.jpg", whole + bytes(900) + paper, "disguised", FORM
        )
        for word, content in (("HTML", b"<html><script>alert(1)</script>"), ("EXE", EXE)):
            yield hostile(
                f"{word} behind a {kind}", "a.jpg", whole + content, HARMLESS, gone=content
            )
    commented = photo(comment=b"<script>alert(document.domain)</script>")
    yield hostile("HTML in a JPEG's comment", "a.jpg", commented, HARMLESS, gone=b"<script>")
    hidden = zlib.compress(base64.b64encode(EXE))
    yield hostile("EXE in a PNG's profile", "a.png", profiled(hidden), HARMLESS, gone=hidden)


def profiled(content: bytes) -> bytes:
    """A PNG with a chunk of its own before the pixels."""
    whole = photo("PNG")
    chunk = b"prVt" + content
    return (
        whole[:33]
        + struct.pack("!I", len(content))
        + chunk
        + struct.pack("!I", zlib.crc32(chunk))
        + whole[33:]
    )


def with_comment(zipped: bytes) -> bytes:
    """A ZIP that ends as a PDF does, in its own comment."""
    return zipped[:-2] + struct.pack("<H", 6) + b"%%EOF\n"
