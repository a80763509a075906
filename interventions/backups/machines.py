"""Where a site lives: a machine that runs shell commands and streams their bytes in and out.

A command is a script for a POSIX shell. What is secret goes in through standard input, never into
its words, which every user of that machine may read.
"""

import contextlib
import fcntl
import os
import shlex
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from interventions.backups.errors import CommandFailed, DiskFullThere

PIECE = 1024 * 1024
LAST_WORDS = 64 * 1024
FULL = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    ": Wrote only ",
    "printf: I/O error",
)
HOUSEHOLD = "export LC_ALL=C; unset GZIP TAR_OPTIONS POSIXLY_CORRECT; "


@dataclass(frozen=True)
class Answer:
    """How a command ended, what it said, and what it complained about (its last 64 KB)."""

    status: int
    output: bytes
    complaints: str

    def checked(self) -> "Answer":
        """Itself. Raises CommandFailed or DiskFullThere unless it ended well."""
        if self.status:
            raise trouble(self.status, self.complaints)
        return self


class Running(ABC):
    """A command under way: write its input, read its output, then `finish`."""

    @abstractmethod
    def write(self, piece: bytes) -> None:
        """Raises BrokenPipeError when the command reads no more: `finish` tells why."""

    @abstractmethod
    def end_of_input(self) -> None: ...

    @abstractmethod
    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""

    @abstractmethod
    def finish(self) -> Answer:
        """Wait for its end."""

    @abstractmethod
    def abort(self) -> None:
        """Ask it to end, and let go of it."""


class Machine(ABC):
    """One machine, as one of its users."""

    @abstractmethod
    def _start(self, script: str) -> Running: ...

    @abstractmethod
    def close(self) -> None: ...

    @contextlib.contextmanager
    def start(self, script: str) -> Iterator[Running]:
        """`script` running; ended when the block ends, unless it was finished."""
        running = self._start(HOUSEHOLD + script)
        try:
            yield running
        finally:
            running.abort()

    def run(self, script: str, given: bytes = b"") -> Answer:
        """`script` from start to end; its output is kept in memory."""
        with self.start(script) as running:
            with contextlib.suppress(BrokenPipeError):
                running.write(given)
            running.end_of_input()
            output = b"".join(iter(lambda: running.read(PIECE), b""))
            answer = running.finish()
        return Answer(answer.status, output, answer.complaints)


class ThisMachine(Machine):
    """The machine that this process runs on."""

    def _start(self, script: str) -> Running:
        return _Child(script)

    def close(self) -> None:
        """Nothing is open."""


class _Child(Running):
    def __init__(self, script: str) -> None:
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in abort)
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            bufsize=0,
            cwd="/",
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            start_new_session=True,
        )
        self._answer: Answer | None = None
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # the kernel's limit is lower
                fcntl.fcntl(pipe or -1, fcntl.F_SETPIPE_SZ, PIECE)

    def write(self, piece: bytes) -> None:
        left = memoryview(piece)
        while left:
            left = left[os.write(self._stdin.fileno(), left) :]

    def end_of_input(self) -> None:
        self._stdin.close()

    def read(self, size: int, /) -> bytes:
        assert self._process.stdout  # noqa: S101 (for the types)
        return os.read(self._process.stdout.fileno(), size)

    def finish(self) -> Answer:
        if self._answer is None:
            self._stdin.close()
            status = self._process.wait()
            self._complaints.seek(max(self._complaints.seek(0, os.SEEK_END) - LAST_WORDS, 0))
            words = self._complaints.read().decode("utf-8", "backslashreplace")
            self._answer = Answer(status, b"", words)
        return self._answer

    def abort(self) -> None:
        """Politely: an exchange of a site does not let itself be disturbed, and is waited for."""
        if self._answer is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process.wait()
        self._complaints.close()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin  # noqa: S101 (for the types)
        return self._process.stdin


def trouble(status: int, complaints: str) -> CommandFailed | DiskFullThere:
    """The error for a command that ended badly."""
    words = complaints.strip()[-600:]
    if any(sign in complaints for sign in FULL):
        return DiskFullThere(detail=words)
    return CommandFailed(status=status, detail=words)


def quoted(text: str) -> str:
    """`text` as one word of a shell."""
    return shlex.quote(text)
