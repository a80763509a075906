"""How a page lies: turned by quarters, slanted by a few degrees; told by how its words follow each other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from hosting.lib.reading.words import Word

STEEPEST = 0.3  # of the way: more is no slant, but another line
CLOSE = 3.0  # heights of a word between neighbours of one line


def levelled(words: Sequence[Word]) -> list[Word]:
    """The words of one page with boxes as if it lay upright and level."""
    turn = Counter(_direction(a, b) for a, b in pairwise(words)).most_common()
    way = next((way for way, _count in turn if way), "right")
    upright = [_turned(word, way) for word in words]
    slope = _slope(upright)
    return [_lowered(word, slope * (word.left + word.right) / 2) for word in upright]


def _direction(first: Word, second: Word) -> str:
    """Which way reading goes from a word to the next; empty where they are no neighbours."""
    across = (second.left + second.right - first.left - first.right) / 2
    down = (second.top + second.bottom - first.top - first.bottom) / 2
    thick = min(first.right - first.left, first.bottom - first.top)
    if abs(across) > abs(down):
        gap = max(second.left - first.right, first.left - second.right)
        way = "right" if across > 0 else "left"
    else:
        gap = max(second.top - first.bottom, first.top - second.bottom)
        way = "down" if down > 0 else "up"
    return way if -thick < gap < CLOSE * thick and min(abs(across), abs(down)) < thick else ""


def _turned(word: Word, way: str) -> Word:
    """The word on a page that was turned back, so that reading goes to the right."""
    left, top, right, bottom = word.left, word.top, word.right, word.bottom
    boxes = {
        "right": (left, top, right, bottom),
        "down": (top, 1 - right, bottom, 1 - left),
        "left": (1 - right, 1 - bottom, 1 - left, 1 - top),
        "up": (1 - bottom, left, 1 - top, right),
    }
    return _boxed(word, boxes[way])


def _slope(words: Sequence[Word]) -> float:
    """How much a line falls on its way to the right; 0 without lines."""
    steps = []
    for first, second in pairwise(words):
        across = (second.left + second.right - first.left - first.right) / 2
        down = (second.top + second.bottom - first.top - first.bottom) / 2
        if across > first.bottom - first.top and abs(down) < STEEPEST * across:
            steps.append(down / across)
    return median(steps) if steps else 0.0


def _lowered(word: Word, fall: float) -> Word:
    return _boxed(word, (word.left, word.top - fall, word.right, word.bottom - fall))


def _boxed(word: Word, box: tuple[float, float, float, float]) -> Word:
    left, top, right, bottom = box
    return replace(word, left=left, top=top, right=right, bottom=bottom)
