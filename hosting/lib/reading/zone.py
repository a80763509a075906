"""Machine-readable zones by tesseract; runs in the child alone (D5).

Its models were not made for OCR-B, the typeface of zones: the zone is sought on the page, cut out, and
read in several sizes, until three readings prove themselves by their check digits.
"""

import csv
import io
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from PIL import Image, ImageOps

from hosting.lib.reading import ocr
from hosting.lib.reading.mrz import FILLER, best_zone
from hosting.lib.reading.mrz_values import Line

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
TURNS = (0, 90, 270, 180)  # degrees, the most usual first
WIDTHS = (0, 900, 700, 1100, 1400)  # pixels of the zone cut out; 0: as it is
ENOUGH = 3
LONG, SOME = 20, 4  # signs and fillers of what may be a line of a zone
BESIDE, ABOVE = 0.08, 1.7  # room around the zone: shares of its width, of its lines' height
DESK = 200

Box = tuple[float, float, float, float]
Back = Callable[[float, float, float, float], Box]


@dataclass(frozen=True)
class Row:
    """A line as tesseract saw it, its box in pixels."""

    text: str
    box: Box


def readings(image: Image.Image, page: int, today: date, ends: float) -> Iterator[list[Line]]:
    """The zone of a page, read again and again; nothing where there seems to be none.

    `ends`: by the monotonic clock. Boxes are shares of the page as it came. Raises
    subprocess.SubprocessError.
    """
    sized = ocr.sized(image)
    for turn in TURNS:
        upright = sized.rotate(turn, expand=True)
        slant = ocr.slant_of(upright)
        straight = upright.rotate(slant, Image.Resampling.BICUBIC, expand=True, fillcolor=DESK)
        rows = recognised(straight, ends)
        if not _of_zone(rows):
            continue
        level = ocr.Back(straight.size, upright.size, slant)

        def back(*box: float, turn: int = turn, level: ocr.Back = level) -> Box:
            return turned_back(level(*box), turn)

        yield from _until_proved(straight, rows, page, today, ends, back)
        return


def _until_proved(
    image: Image.Image, rows: Sequence[Row], page: int, today: date, ends: float, back: Back
) -> Iterator[list[Line]]:
    proved = 0
    for seen in (rows, *(_closer(image, rows, width, ends) for width in WIDTHS)):
        lines = [Line(row.text, page, *back(*row.box)) for row in seen]
        yield lines
        zone = best_zone(lines, today)
        proved += zone is not None and zone.consistent
        if proved == ENOUGH or time.monotonic() > ends:
            return


def _of_zone(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if len(row.text) >= LONG and row.text.count(FILLER) >= SOME]


def _closer(image: Image.Image, rows: Sequence[Row], width: int, ends: float) -> list[Row]:
    """The zone alone, in another size."""
    cut = cut_out(image.size, _of_zone(rows))
    part = image.crop(cut)
    scale = width / part.width if width else 1
    if width:
        height = max(1, round(part.height * scale))
        part = ImageOps.autocontrast(part, cutoff=1).resize(
            (width, height), Image.Resampling.LANCZOS
        )
    left, top = cut[:2]
    return [
        replace(
            row,
            box=(
                row.box[0] / scale + left,
                row.box[1] / scale + top,
                row.box[2] / scale + left,
                row.box[3] / scale + top,
            ),
        )
        for row in recognised(part, ends)
    ]


def cut_out(size: tuple[int, int], rows: Sequence[Row]) -> tuple[int, int, int, int]:
    """The part of a picture around `rows`, with room for a line above and below that was not seen."""
    lefts, tops, rights, bottoms = zip(*(row.box for row in rows), strict=True)
    left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
    height = ABOVE * (bottom - top) / len(rows)
    room = BESIDE * (right - left)
    return (
        max(0, round(left - room)),
        max(0, round(top - height)),
        min(size[0], round(right + room)),
        min(size[1], round(bottom + height)),
    )


def turned_back(box: Box, turn: int) -> Box:
    """Shares of a picture that was turned by `turn` degrees, counter-clockwise, as shares of it before."""
    left, top, right, bottom = box
    return {
        0: box,
        90: (1 - bottom, left, 1 - top, right),
        180: (1 - right, 1 - bottom, 1 - left, 1 - top),
        270: (top, 1 - right, bottom, 1 - left),
    }[turn]


def recognised(image: Image.Image, ends: float) -> list[Row]:
    """What tesseract reads in one block, line by line, with the signs of a zone alone."""
    file = io.BytesIO()
    image.save(file, "PPM")
    words = ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", "6"]
    for setting in (f"tessedit_char_whitelist={SIGNS}", "load_system_dawg=0", "load_freq_dawg=0"):
        words += ["-c", setting]
    done = subprocess.run(
        [*words, "tsv"],
        input=file.getvalue(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=max(0.1, ends - time.monotonic()),
        check=True,
    )
    return _rows(done.stdout.decode(errors="replace"))


def _rows(table: str) -> list[Row]:
    rows: dict[tuple[str, str, str], Row] = {}
    for word in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (word["text"] or "").strip()
        if word["level"] != ocr.WORD_LEVEL or not text:
            continue
        left, top = float(word["left"]), float(word["top"])
        box = (left, top, left + float(word["width"]), top + float(word["height"]))
        line = (word["block_num"], word["par_num"], word["line_num"])
        rows[line] = _joined(rows[line], text, box) if line in rows else Row(text, box)
    return list(rows.values())


def _joined(row: Row, text: str, box: Box) -> Row:
    left, top, right, bottom = row.box
    around = (min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
    return Row(row.text + text, around)
