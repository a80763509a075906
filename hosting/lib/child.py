"""Files that come from outside are opened in a child process, with limits of time and memory and
without our secrets: a bad one ends the child, never the worker.

The other side is `hosting.lib.child_side`.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


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


def ask(module: str, what: str, content: bytes, limits: Limits = DEFAULT, **more: Any) -> Any:
    """What the child `module` answers to `what` about `content`, as JSON can say it.

    `more` are further words of the order. The child and all that it started end with the time.
    Raises Unreadable.
    """
    order = json.dumps({"what": what, **asdict(limits), **more})
    with subprocess.Popen(
        [sys.executable, "-m", module, order],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    ) as child:
        try:
            said, complaint = child.communicate(content, timeout=limits.seconds)
        except subprocess.TimeoutExpired as error:
            raise Unreadable("it took too long") from error
        finally:
            if child.returncode != 0:
                _end(child)
    if child.returncode:
        raise Unreadable(complaint.decode(errors="replace").strip()[-200:])
    return json.loads(said)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Leave nothing behind of what the child began: programs of its own go with it."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
