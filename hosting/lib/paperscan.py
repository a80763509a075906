"""What a scan of a signed paper carries: the codes on its pages, its electronic signatures (P3, D5).

Files come from outside, so that they are looked at in a child process with limits of time and memory
and without our secrets: a bad one ends the child, never the worker.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CHILD = "hosting.lib.paperscan_child"


class Unreadable(ValueError):
    """The file could not be looked at: damaged, hostile, or beyond the limits."""


@dataclass(frozen=True)
class Limits:
    """How much a child may use: seconds by the clock, megabytes, pages, million pixels a page."""

    seconds: float = 30
    megabytes: int = 1500
    pages: int = 40
    megapixels: int = 60


DEFAULT = Limits()


def read_codes(content: bytes, content_type: str, limits: Limits = DEFAULT) -> tuple[str, ...]:
    """The references that `hosting.lib.papercode.code_svg` printed on the pages of a PDF or an
    image, each once, in order. None found: empty. Raises Unreadable."""
    return tuple(_ask("codes", content, limits, content_type=content_type))


def read_signatures(
    content: bytes, roots: str = "", limits: Limits = DEFAULT
) -> list[dict[str, Any]]:
    """The electronic signatures of a PDF, each a dict of `signer` (text), `intact` (nobody altered
    what was signed), `whole` (it covers the whole file), `trusted` (issued below a certificate in
    the folder `roots`), `signed_at` (ISO 8601 or ""). Raises Unreadable."""
    return _ask("signatures", content, limits, roots=roots)


def _ask(what: str, content: bytes, limits: Limits, **more: str) -> list[Any]:
    order = json.dumps({"what": what, **asdict(limits), **more})
    try:
        done = subprocess.run(
            [sys.executable, "-m", CHILD, order],
            input=content,
            capture_output=True,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("it took too long") from error
    if done.returncode:
        raise Unreadable(done.stderr.decode(errors="replace").strip()[-200:])
    found: list[Any] = json.loads(done.stdout)
    return found
