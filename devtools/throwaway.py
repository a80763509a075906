"""A PostgreSQL and a broker for one test run, in a folder that goes away with it."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from devtools.broker import Broker
from devtools.paths import throwaway_folder
from devtools.postgres import Cluster


@dataclass
class ThrowawayServers:
    """Starts what the environment does not name already; forgets all of it in the end."""

    folder: Path = field(default_factory=throwaway_folder)
    started: list[Cluster | Broker] = field(default_factory=list)

    def start(self) -> dict[str, str]:
        """Start the servers; the environment variables that lead to them."""
        found: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL") and not os.environ.get("PGHOST"):
            found |= self._start(
                Cluster(
                    self.folder / "pg", self.folder / "s", self.folder / "pg.log", durable=False
                )
            )
        if not os.environ.get("REDIS_URL"):
            found |= self._start(Broker(self.folder / "b", self.folder / "broker.log"))
        return found

    def stop(self) -> None:
        for server in reversed(self.started):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, server: Cluster | Broker) -> dict[str, str]:
        server.start()
        self.started.append(server)
        return server.environment()
