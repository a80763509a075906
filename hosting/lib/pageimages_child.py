"""The child of `hosting.lib.pageimages`: draws one page of one file from standard input.

Nothing of Django is imported here. What goes wrong ends the process; the parent says "unreadable".
"""

import base64
import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

from hosting.lib.child_side import HEIC, PDF, Order, answer, refuse_large

WIDTH = 1400  # pixels: small print of an A4 page can be read
NARROWEST = 1000  # a smaller picture is enlarged, so that the watermark fits in
MOST_PIXELS = 8_000_000
QUALITY = 85
SIDEWAYS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180}
SIDEWAYS |= {270: Image.Transpose.ROTATE_90}

SLANT = 30  # degrees by which the lines of the watermark rise
LETTERS = 44  # how many times the size of its letters the page is wide
INK, HALO = (140, 0, 50, 84), (255, 255, 255, 64)  # readable on paper and on dark photos
FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/TTF/DejaVuSans.ttf"),
)


def count(content: bytes, order: Order) -> int:
    """How many pages there are."""
    if order["content_type"] == PDF:
        import pypdfium2

        return len(pypdfium2.PdfDocument(content))
    with opened(content, order) as image:
        return int(getattr(image, "n_frames", 1))


def draw(content: bytes, order: Order) -> str:
    """The page as a JPEG in base 64."""
    number = order["page"]
    if not 1 <= number <= order["pages"]:
        raise SystemExit("no such page")
    make = pdf_page if order["content_type"] == PDF else image_page
    page = make(content, number, order)
    if order[
        "watermark"
    ]:  # before it is turned: laid over each other, the turns of a page would lose it
        page = marked(page, order["watermark"])
    if order["turn"]:
        page = page.transpose(SIDEWAYS[order["turn"]])
    out = io.BytesIO()
    page.save(out, "JPEG", quality=QUALITY)
    return base64.b64encode(out.getvalue()).decode()


def pdf_page(content: bytes, number: int, order: Order) -> Image.Image:
    """A page of a PDF, drawn so wide that it can be read."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    if number > len(document):
        raise SystemExit("no such page")
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)
    drawn: Image.Image = page.render(scale=scale).to_pil()
    return drawn.convert("RGB")


def image_page(content: bytes, number: int, order: Order) -> Image.Image:
    """A photo, or a page of a TIFF, upright and neither larger nor smaller than sensible."""
    with opened(content, order) as image:
        if number > getattr(image, "n_frames", 1):
            raise SystemExit("no such page")
        if number > 1:
            image.seek(number - 1)
            refuse_large(image.width * image.height, order)
        upright = on_white(ImageOps.exif_transpose(image) or image)
    width = min(max(upright.width, NARROWEST), WIDTH)
    scale = min(width / upright.width, (MOST_PIXELS / (upright.width * upright.height)) ** 0.5)
    size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
    return upright.resize(size, Image.Resampling.LANCZOS)


@contextmanager
def opened(content: bytes, order: Order) -> Iterator[Image.Image]:
    """An image of which only the size is known yet, and is not too large."""
    if order["content_type"] == HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener()
    with Image.open(io.BytesIO(content)) as image:
        refuse_large(image.width * image.height, order)
        yield image


def on_white(image: Image.Image) -> Image.Image:
    """The image without transparency: what is not there is paper."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")


def marked(page: Image.Image, lines: Sequence[str]) -> Image.Image:
    """The page with the lines all over it: no part that is worth having can be cut out without them,
    and the page's own words stay readable below."""
    stamp = stamp_of(lines, max(12, page.width // LETTERS))
    layer = Image.new("RGBA", page.size)
    across, down = round(stamp.width * 0.94), round(stamp.height * 0.72)
    for row, top in enumerate(range(-stamp.height // 2, page.height, down)):
        for left in range(-stamp.width + (row % 2) * across // 2, page.width, across):
            layer.alpha_composite(*placed(stamp, left, top))
    return Image.alpha_composite(page.convert("RGBA"), layer).convert("RGB")


def placed(stamp: Image.Image, left: int, top: int) -> tuple[Image.Image, tuple[int, int]]:
    """The part of the stamp that falls on the page, and where."""
    inside = stamp.crop((max(0, -left), max(0, -top), stamp.width, stamp.height))
    return inside, (max(0, left), max(0, top))


def stamp_of(lines: Sequence[str], size: int) -> Image.Image:
    """The lines below each other, slanting."""
    font, known = font_of(size)
    text = "\n".join(line if known else plain(line) for line in lines)
    look: dict[str, Any] = {
        "font": font,
        "align": "center",
        "spacing": size // 3,
        "stroke_width": size // 12,
    }
    measure = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = (round(side) for side in measure.textbbox((0, 0), text, **look))
    block = Image.new("RGBA", (right - left + size, bottom - top + size // 2))
    draw = ImageDraw.Draw(block)
    corner = (size // 2 - left, size // 4 - top)
    draw.text(corner, text, fill=HALO, stroke_fill=HALO, **look)
    draw.text(corner, text, fill=INK, **(look | {"stroke_width": 0}))
    return block.rotate(SLANT, Image.Resampling.BICUBIC, expand=True)


def font_of(size: int) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    """A font that is surely there, and whether it knows letters with accents."""
    for file in FONTS:
        if file.is_file():
            return ImageFont.truetype(str(file), size), True
    return ImageFont.load_default(size), False


def plain(line: str) -> str:
    """The line without accents and the like, for a font that knows none."""
    return unicodedata.normalize("NFKD", line).encode("ascii", "ignore").decode()


if __name__ == "__main__":
    answer({"count": count, "draw": draw})
