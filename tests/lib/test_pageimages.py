"""Pages are drawn as pictures in a child with limits; a watermark is really there (D6)."""

import subprocess
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from hosting.lib import pageimages, pageimages_child
from hosting.lib.pageimages import Limits, Unreadable, count_pages, draw_page

PDF = "application/pdf"
LINES = ("TR-2026-00042 · transfer request", "Claire Besançon", "09/06/2026 11:00 CEST")
WORDS = "The bearer of this card is Dominique Martin"


def picture(kind: str, size: tuple[int, int] = (900, 600), **more: object) -> bytes:
    """A white picture with words on it, as `kind`."""
    image = Image.new("RGB", size, "white")
    font = ImageFont.truetype(str(pageimages_child.FONTS[0]), size[0] // 36)
    ImageDraw.Draw(image).text((size[0] // 12, size[1] // 2), WORDS, fill="black", font=font)
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def a_pdf(*sizes: tuple[float, float]) -> bytes:
    """Empty pages of these sizes in points."""
    document = pypdfium2.PdfDocument.new()
    for width, height in sizes:
        document.new_page(width, height)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def seen(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    assert image.format == "JPEG"
    return image.convert("RGB")


def read(image: Image.Image) -> str:
    """What tesseract reads."""
    out = BytesIO()
    image.save(out, "PNG")
    done = subprocess.run(
        ["tesseract", "-", "-", "-l", "fra", "--psm", "11"],
        input=out.getvalue(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode()


def test_a_pdf_is_counted_and_each_of_its_pages_drawn_at_a_width_that_can_be_read() -> None:
    content = a_pdf((595, 842), (842, 595))
    assert count_pages(content, PDF) == 2
    tall, flat = (seen(draw_page(content, PDF, page)) for page in (1, 2))
    assert tall.size == (1400, 1982)
    assert flat.width == 1400
    assert seen(draw_page(content, PDF, 2, turn=90)).size == flat.size[::-1]


def test_photos_of_all_kinds_are_drawn_upright_neither_larger_nor_smaller_than_sensible() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    photo = picture("JPEG", (4000, 2000), exif=turned)
    assert seen(draw_page(photo, "image/jpeg", 1)).size == (1400, 2800)
    assert seen(draw_page(picture("PNG", (300, 200)), "image/png", 1)).width == 1000
    assert seen(draw_page(picture("WEBP"), "image/webp", 1)).width == 1000


def test_photos_of_telephones_are_drawn() -> None:
    import pillow_heif

    out = BytesIO()
    pillow_heif.from_pillow(Image.open(BytesIO(picture("PNG")))).save(out, quality=80)
    assert seen(draw_page(out.getvalue(), "image/heic", 1)).width == 1000


def test_a_tiff_has_pages() -> None:
    first = Image.new("RGB", (1200, 900), "white")
    out = BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=[Image.new("RGB", (1200, 900), "blue")])
    content = out.getvalue()
    assert count_pages(content, "image/tiff") == 2
    second = seen(draw_page(content, "image/tiff", 2))
    assert second.getpixel((600, 450))[2] > 200
    assert second.getpixel((600, 450))[0] < 50
    with pytest.raises(Unreadable):
        draw_page(content, "image/tiff", 3)


def test_transparent_pictures_lie_on_white_paper() -> None:
    out = BytesIO()
    Image.new("RGBA", (1200, 800), (0, 0, 0, 0)).save(out, "PNG")
    assert seen(draw_page(out.getvalue(), "image/png", 1)).getpixel((600, 400)) == (255, 255, 255)


def test_the_watermark_is_on_every_part_of_the_page() -> None:
    content = picture("PNG", (1400, 1900))
    without = seen(draw_page(content, "image/png", 1))
    marked = seen(draw_page(content, "image/png", 1, watermark=LINES))
    changed = ImageChops.difference(without, marked).convert("L")
    assert changed.getbbox() is not None
    part = 350
    for left in range(0, 1400, part):
        for top in range(0, 1900 - part, part):
            piece = changed.crop((left, top, left + part, top + part))
            share = sum(piece.histogram()[24:]) / (part * part)
            assert share > 0.01, f"hardly anything at {left}, {top}"


def test_the_watermark_can_be_read_and_hides_no_word() -> None:
    marked = seen(draw_page(picture("PNG", (1400, 1000)), "image/png", 1, watermark=LINES))
    grey = marked.convert("L")
    own = grey.crop((0, 400, 1400, 620)).point(lambda shade: 0 if shade < 110 else 255)
    assert "is Dominique Martin" in read(own)
    level = grey.rotate(-pageimages_child.SLANT, expand=True, fillcolor=255)
    middle = level.crop((400, 300, level.width - 300, level.height - 300))
    said = read(middle.point(lambda shade: 255 if shade < 110 else shade))
    assert "Claire Besancon" in pageimages_child.plain(said)
    assert "TR-2026-00042" in said
    assert "09/06/2026 11:00" in said


def test_the_turns_of_a_page_laid_over_each_other_keep_the_watermark() -> None:
    """Whoever takes the lightest of four turns would have the page without it, if it stood elsewhere."""
    content = picture("PNG")
    lightest = seen(draw_page(content, "image/png", 1, watermark=LINES))
    for turn in (90, 180, 270):
        turned = seen(draw_page(content, "image/png", 1, turn=turn, watermark=LINES))
        lightest = ImageChops.lighter(lightest, turned.rotate(turn, expand=True))
    ink = ImageChops.invert(lightest.convert("L")).point(lambda value: 255 if value > 40 else 0)
    upper = ink.crop((0, 0, ink.width, ink.height // 3))  # no words of the page stand there
    assert upper.getbbox() is not None
    assert upper.histogram()[255] > 0.02 * upper.width * upper.height


def test_the_watermark_can_be_seen_on_a_dark_photo_and_on_a_small_one() -> None:
    for size in ((1400, 1000), (120, 80)):
        out = BytesIO()
        Image.new("RGB", size, "black").save(out, "PNG")
        marked = seen(draw_page(out.getvalue(), "image/png", 1, watermark=LINES))
        assert sum(marked.convert("L").histogram()[30:]) > marked.width * marked.height * 0.02


def test_a_name_that_no_font_knows_is_written_without_its_accents() -> None:
    assert pageimages_child.plain("Łukasz Žižek, Besançon ·") == "ukasz Zizek, Besancon "


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 nothing of the kind", PDF),
        (b"", PDF),
        (b"\xff\xd8\xff but no photo", "image/jpeg"),
        (picture("PNG")[:200], "image/png"),
        (b"II*\x00" + b"\xff" * 40, "image/tiff"),
    ],
)
def test_what_is_damaged_or_hostile_is_unreadable_and_no_fault_of_ours(content, kind) -> None:
    with pytest.raises(Unreadable):
        draw_page(content, kind, 1)


def test_a_picture_too_large_is_refused_before_it_is_decoded() -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(Unreadable):
        draw_page(out.getvalue(), "image/png", 1)


def test_a_page_beyond_the_end_or_the_limit_is_not_drawn() -> None:
    content = a_pdf(*[(100, 100)] * 3)
    assert count_pages(content, PDF, Limits(pages=2)) == 3
    for page, limits in ((0, pageimages.LIMITS), (4, pageimages.LIMITS), (3, Limits(pages=2))):
        with pytest.raises(Unreadable):
            draw_page(content, PDF, page, limits=limits)


def test_a_page_as_long_as_a_road_is_drawn_small() -> None:
    drawn = seen(draw_page(a_pdf((100, 14_000)), PDF, 1))
    assert drawn.width * drawn.height < 9_000_000


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(Unreadable, match="too long"):
        draw_page(a_pdf((595, 842)), PDF, 1, limits=Limits(seconds=0.01))
