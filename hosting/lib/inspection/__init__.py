"""Looking inside uploads in processes of their own, with limits of time and memory (D6).

    with Inspector(limits) as inspector:
        verdict = inspector.look(path, "image/jpeg", new)

One child imports the libraries and reads no file; for each file it forks a process that does and
ends. So a file costs milliseconds and harms neither the next one nor the worker.
"""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent.parent.parent
CHILD = "hosting.lib.inspection.child"
START_SECONDS = 60
GRACE_SECONDS = 10
DAMAGED, TOO_HEAVY = "damaged", "too_heavy"


@dataclass(frozen=True)
class Limits:
    """How much one file may use: seconds, megabytes of memory, pages, million pixels a page."""

    seconds: int = 60
    megabytes: int = 1200
    pages: int = 60
    megapixels: int = 60


@dataclass(frozen=True)
class Verdict:
    """What was seen: `problem` is a value of `hosting.records.enums.FileProblem`, or "" with the number
    of `pages`. A picture was written anew to the path that was given, as `content_type`; that is ""
    where the file stays as it is. `peak` is the memory that it took, in megabytes."""

    problem: str = ""
    pages: int = 0
    content_type: str = ""
    peak: int = 0


class InspectorGone(Exception):
    """The process that starts the others is away: nothing is known of the file."""


class Inspector:
    """Started at the first file, ended with the block."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def look(self, path: Path, content_type: str, new: Path) -> Verdict:
        """Look at the file at `path`; a picture is written anew to `new`. Raises InspectorGone."""
        order = {**asdict(self._limits), "path": str(path), "new": str(new), "type": content_type}
        started = self._child is not None
        child = self._started()
        sent: Any = child.stdin
        answers: Any = child.stdout
        line = b""
        with suppress(OSError):
            sent.write(json.dumps(order).encode() + b"\n")
            sent.flush()
            wait = self._limits.seconds + GRACE_SECONDS + (0 if started else START_SECONDS)
            if select.select([answers], [], [], wait)[0]:
                line = answers.readline()
        if not line:
            self._end()
            raise InspectorGone(path.name)
        said: dict[str, Any] = json.loads(line)
        return Verdict(**said)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        child.wait()
