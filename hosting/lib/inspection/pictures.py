"""Pictures are decoded under limits and written anew: pixels alone come through, upright (D6).

JPEG stays JPEG and PNG stays PNG; HEIC and WebP become JPEG, or PNG where they are transparent; a
TIFF of one page becomes JPEG, or PNG where it is black and white; one of several pages becomes a PDF,
which every part of the house shows, of those pages as JPEG. An animation keeps its first picture.
"""

import io
import zipfile
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image, ImageOps

from hosting.lib.inspection.problems import Problem

JPEG, PNG, PDF, TIFF = "image/jpeg", "image/png", "application/pdf", "image/tiff"
FORMATS = {
    JPEG: ("JPEG", "MPO"),
    PNG: ("PNG",),
    TIFF: ("TIFF",),
    "image/webp": ("WEBP",),
    "image/heic": ("HEIF",),
}
KEPT_AS_PNG = frozenset({"1", "L", "LA", "RGB", "RGBA"})
QUALITY = 90
MEGA = 1_000_000
POINTS, DPI = 72, 150
PIECE = 1024 * 1024

pillow_heif.options.DECODE_THREADS = 1
pillow_heif.register_heif_opener(thumbnails=False)


def renew(path: str, new: str, content_type: str, most: int, megapixels: int) -> dict[str, Any]:
    """Write the picture at `path` anew to `new`; its pages and its type from now on. Raises Problem."""
    refuse_hidden(path)
    Image.MAX_IMAGE_PIXELS = None  # asked below, of every page, in words
    with Image.open(path, formats=FORMATS[content_type]) as image:
        refuse_large(image, megapixels)
        count = frames(image, most) if content_type == TIFF else 1
        if count > 1:
            bind(image, count, new, megapixels)
            return {"pages": count, "content_type": PDF}
        kind = written(upright(image), new, content_type)
    return {"pages": 1, "content_type": kind}


def refuse_hidden(path: str) -> None:
    """No archive and no PDF behind the picture: its own reader would find it."""
    if zipfile.is_zipfile(path):
        raise Problem("disguised")
    kept, seen = b"", set()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            window = kept + piece
            seen |= {mark for mark in (b"%PDF-", b"startxref") if mark in window}
            kept = window[-16:]
    if len(seen) == 2:
        raise Problem("disguised")


def refuse_large(image: Image.Image, megapixels: int) -> None:
    if image.width * image.height > megapixels * MEGA:
        raise Problem("too_many_pixels")


def frames(image: Image.Image, most: int) -> int:
    """How many pages a TIFF has. Raises Problem over `most`."""
    count = 1
    try:
        while True:
            image.seek(count)
            count += 1
            if count > most:
                raise Problem("too_many_pages")
    except EOFError:
        image.seek(0)
        return count


def upright(image: Image.Image) -> Image.Image:
    """The pixels, turned as the camera was held, with nothing that was said beside them."""
    image.load()
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "P":
        turned = turned.convert("RGBA" if "transparency" in turned.info else "RGB")
    turned.info = {}
    if turned.mode.startswith("I;16") or turned.mode == "I":
        return turned.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if turned.mode in KEPT_AS_PNG:
        return turned
    return turned.convert("RGBA" if turned.mode in ("PA", "La", "RGBa") else "RGB")


def written(image: Image.Image, new: str, content_type: str) -> str:
    """Write `image` to `new`; as what."""
    lossless = image.mode in ("1", "LA", "RGBA") and content_type != JPEG
    if content_type == PNG or lossless:
        image.save(new, "PNG")
        return PNG
    flat(image).save(new, "JPEG", quality=QUALITY)
    return JPEG


def flat(image: Image.Image) -> Image.Image:
    """Without transparency: on white paper."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode in ("LA", "RGBA"):
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        return paper.convert("RGB")
    return image.convert("L" if image.mode == "1" else "RGB")


def bind(image: Image.Image, count: int, new: str, megapixels: int) -> None:
    """Write the pages of `image` as a PDF to `new`."""
    with pikepdf.new() as document:
        for number in range(count):
            image.seek(number)
            refuse_large(image, megapixels)
            add_page(document, flat(upright(image.copy())))
        document.save(new)


def add_page(document: pikepdf.Pdf, image: Image.Image) -> None:
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=QUALITY)
    width, height = (side * POINTS / DPI for side in image.size)
    colours = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
    picture = pikepdf.Stream(
        document,
        encoded.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=colours,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    drawn = f"{width:.2f} 0 0 {height:.2f} 0 0 cm /P Do".encode()
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, round(width, 2), round(height, 2)],
        Contents=document.make_stream(drawn),
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture)),
    )
    document.pages.append(pikepdf.Page(document.make_indirect(page)))
