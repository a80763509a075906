"""Words of a picture by tesseract, with their boxes; runs in the child alone."""

import csv
import io
import math
import os
import shutil
import subprocess
from functools import cache
from itertools import pairwise

from PIL import Image, ImageFilter, ImageOps

from hosting.lib.reading.words import Word

LANGUAGES = ("fra", "deu", "eng")
LARGEST = 10_000_000  # pixels; an A4 page at 300 dpi has 8.7 million
SMALLEST = 1_800  # pixels of the longer side: under it small print is enlarged
GRAIN = 3  # pixels: specks of a sensor or of dust, which tesseract takes for signs
SURE = 20.0  # tesseract's confidence, of 100
PREVIEW = 700  # pixels of the longer side, enough to see a slant
WIDEST_SLANT = 12.0  # degrees
WORD_LEVEL = "5"


@cache
def languages() -> str:
    """Those of `LANGUAGES` that tesseract has, joined by +; empty without tesseract."""
    if shutil.which("tesseract") is None:
        return ""
    listed = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, text=True, check=False
    )
    present = set(listed.stdout.split())
    return "+".join(name for name in LANGUAGES if name in present)


def words_in(image: Image.Image, number: int, seconds: float) -> list[Word]:
    """The words of a grey picture, as page `number`. Boxes are shares of the picture as it came.

    Raises subprocess.SubprocessError when tesseract takes longer than `seconds` or fails.
    """
    fitting = sized(image)
    slant = slant_of(fitting)
    straight = fitting.rotate(slant, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    back = Back(straight.size, fitting.size, slant)
    return [
        Word(text, number, *back(left, top, right, bottom))
        for text, left, top, right, bottom in _recognised(straight, seconds)
    ]


def slant_of(image: Image.Image) -> float:
    """By how many degrees to turn a picture, counter-clockwise, so that its lines lie level.

    The rows of a level page are either full or empty: the angle at which neighbouring rows differ
    most is the right one. 0 where no angle stands out.
    """
    small = ImageOps.autocontrast(image.copy(), cutoff=2)
    small.thumbnail((PREVIEW, PREVIEW))
    ink = ImageOps.invert(small)
    best = 0.0
    for step, reach in ((2.0, WIDEST_SLANT), (0.5, 1.5), (0.1, 0.4)):
        count = round(reach / step)
        angles = [best + step * place for place in range(-count, count + 1)]
        best = max(angles, key=lambda angle: (_levelness(ink, angle), -abs(angle)))
    return best if _levelness(ink, best) > 1.05 * _levelness(ink, 0) else 0.0


def _levelness(ink: Image.Image, angle: float) -> float:
    turned = ink.rotate(angle, Image.Resampling.BILINEAR, fillcolor=0) if angle else ink
    rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return float(sum((below - above) ** 2 for above, below in pairwise(rows)))


def sized(image: Image.Image) -> Image.Image:
    """Neither larger than tesseract needs nor smaller than it can read."""
    pixels, longer = image.width * image.height, max(image.size)
    scale = 1.0
    if pixels > LARGEST:
        scale = math.sqrt(LARGEST / pixels)
    elif longer < SMALLEST:
        scale = min(3.0, SMALLEST / max(1, longer))
    if scale == 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _recognised(image: Image.Image, seconds: float) -> list[tuple[str, float, float, float, float]]:
    """Tesseract's words with their boxes in pixels."""
    file = io.BytesIO()
    image.filter(ImageFilter.MedianFilter(GRAIN)).save(file, "PPM")
    words = ["tesseract", "stdin", "stdout", "-l", languages(), "--psm", "1", "tsv"]
    done = subprocess.run(
        words,
        input=file.getvalue(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=max(0.1, seconds),
        check=True,
    )
    found = []
    for row in csv.DictReader(
        io.StringIO(done.stdout.decode(errors="replace")), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        text = (row["text"] or "").strip()
        if row["level"] != WORD_LEVEL or not text or float(row["conf"]) < SURE:
            continue
        left, top = float(row["left"]), float(row["top"])
        found.append((text, left, top, left + float(row["width"]), top + float(row["height"])))
    return found


class Back:
    """From pixels of the straightened picture to shares of the picture as it came."""

    def __init__(self, straight: tuple[int, int], came: tuple[int, int], slant: float) -> None:
        self.straight, self.came = straight, came
        self.sine, self.cosine = math.sin(math.radians(slant)), math.cos(math.radians(slant))

    def __call__(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        corners = [self._point(x, y) for x in (left, right) for y in (top, bottom)]
        across, down = zip(*corners, strict=True)
        return min(across), min(down), max(across), max(down)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.straight[0] / 2, y - self.straight[1] / 2
        across = self.cosine * x - self.sine * y + self.came[0] / 2
        down = self.sine * x + self.cosine * y + self.came[1] / 2
        return _share(across / self.came[0]), _share(down / self.came[1])


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)
