"""ClamAV's daemon with a signature of our own for the EICAR test file, for the tests that scan."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from devtools.processes import Child, spawn, wait_until
from hosting.lib import clamd

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Eicar-Test-Signature"
STREAM_MAXIMUM = 25 * 1024 * 1024  # as Debian sets it


@dataclass
class Clamd:
    """A daemon on a unix socket in `folder`, as the user who runs the tests."""

    folder: Path
    child: Child | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'clamd.sock'}"

    def start(self) -> None:
        signatures = self.folder / "signatures"
        signatures.mkdir(exist_ok=True)
        (signatures / "own.ndb").write_text(f"{NAME}:0:*:{EICAR.hex()}\n")
        (self.folder / "clamd.conf").write_text(
            f"LocalSocket {self.folder / 'clamd.sock'}\nDatabaseDirectory {signatures}\n"
            f"TemporaryDirectory {self.folder}\nForeground yes\nFixStaleSocket yes\n"
            f"StreamMaxLength {STREAM_MAXIMUM}\nMaxThreads 2\nAlertExceedsMax yes\n"
        )
        program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "clamd"
        words = [program, f"--config-file={self.folder / 'clamd.conf'}"]
        self.child = spawn("clamd", words, self.folder / "clamd.log")
        wait_until("clamd", lambda: clamd.answers(self.url), self.child, seconds=30)

    def stop(self) -> None:
        if self.child:
            self.child.stop()
