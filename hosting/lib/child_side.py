"""The child's side of `hosting.lib.child`: its limits, and the way of an order and its answer.

Nothing of Django is imported here. What goes wrong ends the process; the parent says "unreadable".
"""

import io
import json
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from PIL import Image, ImageOps

POINTS = 72
MEGA = 1_000_000
PDF = "application/pdf"
HEIC = "image/heic"

Order = dict[str, Any]
Reader = Callable[[bytes, Order], Any]


def answer(readers: Mapping[str, Reader]) -> None:
    """Read the file from standard input as the order in the arguments says, within its limits."""
    order: Order = json.loads(sys.argv[1])
    limit(order)
    json.dump(readers[order["what"]](sys.stdin.buffer.read(), order), sys.stdout)


def limit(order: Order) -> None:
    """Take no more memory and time than ordered, whatever the file wants; write no file."""
    memory = order["megabytes"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = max(1, int(order["seconds"]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    Image.MAX_IMAGE_PIXELS = order["megapixels"] * MEGA


def pictures(content: bytes, order: Order) -> Iterator[Image.Image]:
    """The pages of an image, upright and grey; sizes are checked before anything is decoded."""
    if order["content_type"] == HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener()
    with Image.open(io.BytesIO(content)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            refuse_large(image.width * image.height, order)
            yield _grey(ImageOps.exif_transpose(image) or image)


def _grey(image: Image.Image) -> Image.Image:
    """In grey, on white paper where it lets something through."""
    if image.has_transparency_data:
        see_through = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, see_through).convert("L")
    return image.convert("L")


def drawn(page: Any, dpi: float, order: Order) -> Image.Image:
    """A page of a PDF as a grey picture; its size is checked before anything is drawn."""
    width, height = page.get_size()
    refuse_large(width * height * (dpi / POINTS) ** 2, order)
    image: Image.Image = page.render(scale=dpi / POINTS, grayscale=True).to_pil()
    return image


def refuse_large(pixels: float, order: Order) -> None:
    if pixels > order["megapixels"] * MEGA:
        raise SystemExit("too many pixels")
