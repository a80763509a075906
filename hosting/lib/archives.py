"""ZIP archives, written piece by piece: whatever their size, one piece is in memory.

The same content gives the same bytes: an entry carries the instant it is told, never the present one.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO

from django.utils.text import slugify

PIECE = 64 * 1024
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # a ZIP knows no earlier one
READ, RUN = 0o100644, 0o100755
UNIX = 3
LONGEST_SLUG = 40
Content = bytes | IO[bytes] | Iterable[bytes]


class Archive:
    """An open ZIP. `sums` are the SHA-256 of what was added, by name, in that order.

    `folder` is put before each name. Names are refused when they could lead outside of it.
    """

    def __init__(self, target: IO[bytes], folder: str = "") -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)
        self._folder = f"{folder}/" if folder else ""
        self.sums: dict[str, str] = {}

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def add(
        self, name: str, content: Content, *, at: datetime, pack: bool = False, run: bool = False
    ) -> str:
        """Add an entry dated `at`; its SHA-256. `pack` compresses: PDFs and photos are so already.

        Raises ValueError for a name that is there already or is none of plain letters.
        """
        if name in self.sums or not is_plain(name):
            raise ValueError(f"not a name for an entry: {name!r}")
        entry = zipfile.ZipInfo(
            self._folder + name, max(at.astimezone(UTC), EARLIEST).timetuple()[:6]
        )
        entry.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
        entry.create_system = UNIX
        entry.external_attr = (RUN if run else READ) << 16
        sha256 = hashlib.sha256()
        with self._zip.open(entry, "w", force_zip64=True) as target:
            for piece in pieces(content):
                sha256.update(piece)
                target.write(piece)
        self.sums[name] = sha256.hexdigest()
        return self.sums[name]


def is_plain(name: str) -> bool:
    """Whether `name` is a relative path of plain ASCII letters: safe on every system."""
    return all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@+-]*", part) for part in name.split("/"))


def plain_name(number: int | str, *words: str, like: str) -> str:
    """A name for an entry: the number first, then words as ASCII slugs, then the ending of `like`.

    What others typed (paths, line breaks, direction marks) gives at most some letters of it.
    """
    head = f"{number:06}" if isinstance(number, int) else number
    slugs = [slugify(word)[:LONGEST_SLUG].strip("-_") for word in words]
    ending = PurePosixPath(like).suffix.lower()
    ending = ending if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) else ""
    return "-".join([head, *(slug for slug in slugs if slug)]) + ending


def pieces(content: Content) -> Iterator[bytes]:
    """`content` in pieces: bytes as one, an open file as read, anything else as it comes."""
    if isinstance(content, bytes):
        yield content
    elif hasattr(content, "read"):
        while piece := content.read(PIECE):
            yield piece
    else:
        yield from content
