"""Children: started in sessions of their own, told when we die, stopped in order, never forgotten.

On Linux the kernel sends each child a signal when its starter dies, even by `kill -9`. What
survives that (a child of a child) is found again at the next start by the mark in its
environment, or by its working folder inside the installation's state.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devtools.paths import Trouble

MARK = "EASYHOSTER_STATE"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A started program: its name for messages, the process, its log, how to end it politely."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    polite: signal.Signals = signal.SIGTERM

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.alive:
            self.process.send_signal(self.polite)

    def stop(self, patience: float = 15) -> None:
        """Ask politely, wait `patience` seconds, then insist; gone when this returns."""
        if self.alive:
            self.ask_to_stop()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.kill()

    def kill(self) -> None:
        """`kill -9` for it and for the children of its session, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def spawn(
    name: str,
    command: Sequence[str | Path],
    log: Path,
    *,
    polite: signal.Signals = signal.SIGTERM,
    **words: Any,
) -> Child:
    """Start `command` with its output in `log`; `words` go to `subprocess.Popen`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_us(polite),
            **words,
        )
    return Child(name, process, log, polite)


def wait_until(what: str, ready: Callable[[], bool], child: Child, seconds: float = 90) -> None:
    """Poll `ready` until true. Raises Trouble when `child` dies or the time is over."""
    limit = time.monotonic() + seconds
    while not ready():
        if not child.alive:
            code = child.process.returncode
            raise Trouble(f"{child.name} stopped (exit code {code}):\n{child.last_words()}")
        if time.monotonic() > limit:
            raise Trouble(f"{what}: no answer in {seconds:.0f} s; log {child.log}")
        time.sleep(0.02)


@dataclass
class Leftovers:
    """Processes of an earlier start of the same state folder that outlived it."""

    state: Path
    proc: Path = Path("/proc")
    _found: list[int] = field(default_factory=list)

    def clear(self, patience: float = 4) -> None:
        """Give them `patience` seconds to end by themselves, then kill them."""
        limit = time.monotonic() + patience
        while (pids := list(self.pids())) and time.monotonic() < limit:
            time.sleep(0.05)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while list(self.pids()):
            time.sleep(0.02)

    def pids(self) -> Iterator[int]:
        for folder in self.proc.glob("[0-9]*"):
            pid = int(folder.name)
            if pid != os.getpid() and self._is_ours(folder):
                yield pid

    def _is_ours(self, folder: Path) -> bool:
        """By working folder (database, broker) or by the mark in its environment (Python)."""
        try:
            if Path(os.readlink(folder / "cwd")).is_relative_to(self.state):
                return True
            mark = f"{MARK}={self.state}".encode()
            return mark in (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # gone meanwhile, or somebody else's
            return False


def marked(state: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with the mark by which the next start finds what outlived this one."""
    return {**environment, MARK: str(state)}


def _die_with_us(polite: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, number = _libc, int(polite)

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, number)

    return ask_the_kernel
