"""Pages of a stored file as pictures, for people who judge it: what they see runs nothing, and an
identity document bears a watermark that says who looked at it, when and why (D6).

Files come from outside, so that they are drawn in a child process (`hosting.lib.child`).
"""

import base64
from collections.abc import Sequence

from hosting.lib.child import Limits, Unreadable, ask

__all__ = ["CONTENT_TYPE", "LIMITS", "TURNS", "Unreadable", "count_pages", "draw_page"]

CHILD = "hosting.lib.pageimages_child"
CONTENT_TYPE = "image/jpeg"
LIMITS = Limits(seconds=20, megabytes=1200, pages=60, megapixels=60)
TURNS = (0, 90, 180, 270)


def count_pages(content: bytes, content_type: str, limits: Limits = LIMITS) -> int:
    """How many pages a PDF or an image has, those beyond the limit too. Raises Unreadable."""
    return int(ask(CHILD, "count", content, limits, content_type=content_type))


def draw_page(
    content: bytes,
    content_type: str,
    page: int,
    *,
    turn: int = 0,
    watermark: Sequence[str] = (),
    limits: Limits = LIMITS,
) -> bytes:
    """Page `page` (from 1) as a JPEG, turned clockwise by `turn` degrees (one of `TURNS`), with the
    lines of `watermark` all over it. Raises Unreadable, also for a page that is not there."""
    order = {"content_type": content_type, "page": page, "turn": turn}
    drawn: str = ask(CHILD, "draw", content, limits, watermark=list(watermark), **order)
    return base64.b64decode(drawn)
