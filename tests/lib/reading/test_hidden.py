"""Words that a PDF holds and does not show are told apart from those that its reader sees (D5)."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from hosting.lib.reading import DocumentText, read_text
from tests.lib.reading.papers import PDF, picture, printed, scanned_pdf

SEEN = "BT /F1 11 Tf 60 700 Td (Facture de quelqu un d autre, que chacun peut lire ici) Tj ET"
NAME = "Atelier Lumen 732829320"
HIDDEN = {
    "white": f"BT 1 1 1 rg /F1 11 Tf 60 600 Td ({NAME}) Tj ET",
    "almost white": f"BT 0.98 g /F1 11 Tf 60 600 Td ({NAME}) Tj ET",
    "not drawn": f"BT 3 Tr /F1 11 Tf 60 600 Td ({NAME}) Tj ET",
    "tiny": f"BT /F1 1 Tf 60 600 Td ({NAME}) Tj ET",
    "beside the page": f"BT /F1 11 Tf 60 2000 Td ({NAME}) Tj ET",
    "covered": f"BT /F1 11 Tf 60 600 Td ({NAME}) Tj ET 1 g 50 590 300 40 re f",
    "clipped": f"q 0 0 5 5 re W n BT /F1 11 Tf 60 600 Td ({NAME}) Tj ET Q",
    "layer that is off": f"/OC /L BDC BT /F1 11 Tf 60 600 Td ({NAME}) Tj ET EMC",
}
SHOWN = {
    "small print": f"BT /F1 5 Tf 60 600 Td ({NAME}) Tj ET",
    "light grey": f"BT 0.75 g /F1 11 Tf 60 600 Td ({NAME}) Tj ET",
    "white on black": f"0 g 50 590 300 40 re f BT 1 g /F1 11 Tf 60 600 Td ({NAME}) Tj ET",
    "upright": f"BT 0 1 -1 0 300 300 Tm /F1 11 Tf ({NAME}) Tj ET",
}


def page(drawn: str) -> bytes:
    """A PDF of one page with something that is seen, and `drawn`."""
    document = pikepdf.new()
    sheet = document.add_blank_page(page_size=(595, 842))
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name="L"))
    sheet.Resources = Dictionary(Font=Dictionary(F1=font), Properties=Dictionary(L=layer))
    off = Dictionary(OFF=Array([layer]), Order=Array([layer]))
    document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=off)
    sheet.Contents = document.make_stream(f"{SEEN}\n{drawn}".encode())
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def hidden(read: DocumentText) -> str:
    return " ".join(word.text for word in read.hidden)


@pytest.mark.parametrize("how", HIDDEN)
def test_a_word_that_nobody_sees_is_not_read(how: str):
    read = read_text(page(HIDDEN[how]), PDF)
    assert "Facture de quelqu un d autre" in read.text
    assert "Lumen" not in read.text
    assert (hidden(read), read.problem) == (NAME, "")


@pytest.mark.parametrize("how", SHOWN)
def test_a_word_that_can_be_seen_is_read(how: str):
    read = read_text(page(SHOWN[how]), PDF)
    assert NAME in read.text
    assert not read.hidden


def test_an_ordinary_letter_hides_nothing():
    assert not read_text(printed(), PDF).hidden


def test_the_words_of_a_scan_are_seen_in_its_picture():
    """Scanners lay words that are not drawn over the picture of the page."""
    letter = printed()
    text = pikepdf.open(io.BytesIO(letter))
    scan = pikepdf.open(io.BytesIO(scanned_pdf(picture(letter))))
    for content in (text.pages[0].Contents,):
        content.write(b"3 Tr\n" + content.read_bytes().replace(b" Tr", b" Tz"))
    text.pages[0].add_underlay(scan.pages[0])
    file = io.BytesIO()
    text.save(file)
    read = read_text(file.getvalue(), PDF)
    assert "Atelier Lumen" in read.text
    assert not read.hidden
