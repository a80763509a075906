"""A hosting server for each test process: sshd and MariaDB, started when a test asks for one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.binaries import find_postgres
from devtools.paths import throwaway_folder
from interventions.backups import FolderStore
from tests.interventions.servers import MariaDBServer, Sshd


@pytest.fixture(scope="session")
def sshd() -> Iterator[Sshd]:
    folder = throwaway_folder()
    server = Sshd(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDBServer]:
    folder = throwaway_folder()
    server = MariaDBServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def _postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """psql and pg_dump on the path of this machine, as they are on a hosting server."""
    monkeypatch.setenv("PATH", f"{find_postgres().bin}:{os.environ['PATH']}")
