"""The words of a document are read with the places where they stand, in a child that bad files end (D5)."""

import io
import os
import select
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from hosting.lib.reading import DocumentText, Limits, Word, read_text
from tests.lib.reading.papers import JPEG, PDF, PNG, TIFF, picture, printed, saved, scanned_pdf
from tests.lib.test_paperscan import bomb

DOMAIN = "bäckerei-martin.example"


@pytest.fixture(scope="module")
def letter() -> bytes:
    return printed()


def word(read: DocumentText, text: str) -> Word:
    return next(word for word in read.words if text in word.text)


def test_a_pdf_gives_its_own_words_in_order(letter: bytes):
    read = read_text(letter, PDF)
    assert (read.source, read.pages, read.problem) == ("pdf", 1, "")
    assert "Facture n° F-2026-0042 du 12 mars 2026" in read.text
    assert f"Hébergement web {DOMAIN} 120,00 €" in read.text


def test_a_word_stands_where_it_is_printed(letter: bytes):
    """There is ink in the box of a word, and none above the first line."""
    image = picture(letter)
    found = word(read_text(letter, PDF), "F-2026-0042")
    width, height = image.size
    left, right = round(found.left * width), round(found.right * width)
    box = (left, round(found.top * height), right, round(found.bottom * height))
    assert image.crop(box).getextrema()[0] < 60
    assert image.crop((left, 0, right, 20)).getextrema() == (255, 255)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_words_of_a_turned_page_stand_where_they_are_shown(letter: bytes, turned: int):
    document, file = pypdfium2.PdfDocument(letter), io.BytesIO()
    document[0].set_rotation(turned)
    document.save(file)
    upright = word(read_text(letter, PDF), DOMAIN)
    found = word(read_text(file.getvalue(), PDF), DOMAIN)
    expected = {
        90: (1 - upright.bottom, upright.left),
        180: (1 - upright.right, 1 - upright.bottom),
        270: (upright.top, 1 - upright.right),
    }[turned]
    assert (found.left, found.top) == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize("turned", [3, 90])
def test_a_photo_is_read_though_it_is_turned(letter: bytes, turned: int):
    image = picture(letter, turned=turned)
    read = read_text(saved(image, "JPEG", quality=60), JPEG)
    assert (read.source, read.problem) == ("ocr", "")
    assert "732 829 320 00074" in read.text
    found = word(read, DOMAIN)
    box = (found.left, found.top, found.right, found.bottom)
    sides = [round(share * size) for share, size in zip(box, image.size * 2, strict=True)]
    assert image.crop(tuple(sides)).getextrema()[0] < 90


def test_a_scan_in_a_pdf_and_a_fax_are_read_page_by_page_up_to_a_limit(letter: bytes):
    page = picture(letter)
    read = read_text(scanned_pdf(page, page, page), PDF, ocr_pages=1)
    assert (read.source, read.pages, {word.page for word in read.words}) == ("ocr", 3, {1})
    fax = saved(page, "TIFF", save_all=True, append_images=[page], compression="tiff_lzw")
    assert {word.page for word in read_text(fax, TIFF).words} == {1, 2}


def test_without_tesseract_a_picture_says_so(letter: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    read = read_text(saved(picture(letter), "PNG"), PNG)
    assert (read.source, read.pages, read.problem, read.words) == ("none", 1, "no_ocr", ())
    assert read_text(letter, PDF).source == "pdf"


def test_white_paper_has_no_words():
    read = read_text(saved(Image.new("L", (1000, 1400), 255), "PNG"), PNG)
    assert (read.source, read.pages, read.problem) == ("none", 1, "")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(bomb(), PNG, id="bomb"),
        pytest.param(b"%PDF-1.7\n1 0 obj", PDF, id="cut short"),
        pytest.param(b"\x89PNG\r\n\x1a\n rubbish", PNG, id="rubbish"),
        pytest.param(b"", PDF, id="empty"),
    ],
)
def test_a_bad_file_is_unreadable_and_hurts_nobody(content: bytes, kind: str):
    assert read_text(content, kind) == DocumentText("none", 0, problem="unreadable")


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A tesseract that does something, then hangs. It may write no file: a link tells its process."""

    def make(first: str) -> Path:
        noted, program = tmp_path / "process", tmp_path / "tesseract"
        listing = '[ "$1" = --list-langs ] && { echo fra; exit; }'
        program.write_text(f"#!/bin/sh\n{listing}\nln -s $$ {noted}\n{first}\nexec sleep 600\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return noted

    return make


def gone(noted: Path) -> bool:
    """Whether the process ends within ten seconds; a killed one needs a moment."""
    try:
        process = os.pidfd_open(int(noted.readlink().name))
    except ProcessLookupError:
        return True
    ended, _, _ = select.select([process], [], [], 10)
    os.close(process)
    return bool(ended)


def test_an_ocr_that_hangs_is_given_up(letter: bytes, hanging: Callable[[str], Path]):
    noted = hanging("")
    read = read_text(saved(picture(letter), "PNG"), PNG, Limits(seconds=8))
    assert (read.source, read.problem) == ("none", "unreadable")
    assert gone(noted)


def test_a_child_that_dies_leaves_nothing_behind(letter: bytes, hanging: Callable[[str], Path]):
    noted = hanging("kill -9 $PPID")
    assert read_text(saved(picture(letter), "PNG"), PNG).problem == "unreadable"
    assert gone(noted)
