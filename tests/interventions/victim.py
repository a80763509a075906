"""Restores in processes that can be killed: one that has everything imported, and forks for each.

Jobs come as files (a pickle of site, manifest, folder of the store, key); answers are lines: the
child's process number when it begins, its exit code when it ended.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from devtools.paths import ROOT


class Victims:
    """The other side: starts restores, kills them."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "tests.interventions.victim"]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def begin(self, job: Path, *what: Any) -> int:
        """Begin a restore; its process number. All of its children are in its process group."""
        job.write_bytes(pickle.dumps(what))
        assert self._process.stdin
        self._process.stdin.write(f"{job}\n")
        self._process.stdin.flush()
        return int(self._line())

    def killed(self, pid: int) -> int:
        with contextlib.suppress(ProcessLookupError):  # it was quicker
            os.kill(pid, signal.SIGKILL)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end of the restore begun last; its exit code, or minus the signal."""
        return int(self._line())

    def stop(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


def main() -> None:
    from interventions.backups import FolderStore, restore, scene

    scene.DRAIN_SECONDS = 0  # nobody visits
    for line in iter(sys.stdin.readline, ""):
        site, manifest, folder, key = pickle.loads(Path(line.strip()).read_bytes())  # noqa: S301
        pid = os.fork()
        if not pid:
            restore(site, manifest, FolderStore(folder), key=key)
            os._exit(0)
        print(pid, flush=True)  # noqa: T201
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
