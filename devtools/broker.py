"""The embedded broker: a Valkey or Redis server on a unix socket. It is only a bell, and a cache.

Unlike PostgreSQL it may run as root, so it runs as we do.
"""

import socket
from dataclasses import dataclass
from pathlib import Path

from devtools.binaries import find_broker
from devtools.paths import private_folder
from devtools.processes import Child, spawn, wait_until


@dataclass
class Broker:
    """A server whose data folder and socket lie in `folder`; it keeps nothing on disk."""

    folder: Path
    log: Path
    child: Child | None = None

    @property
    def address(self) -> Path:
        return self.folder / "broker.sock"

    def start(self) -> None:
        private_folder(self.folder)
        self.address.unlink(missing_ok=True)
        words: list[str | Path] = [
            "--port",
            "0",
            "--unixsocket",
            self.address,
            "--unixsocketperm",
            "700",
        ]
        words += ["--dir", self.folder, "--save", "", "--appendonly", "no", "--daemonize", "no"]
        self.child = spawn("broker", [find_broker(), *words], self.log)
        wait_until("broker", self._answers, self.child)

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": f"unix://{self.address}"}

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(self.address))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
