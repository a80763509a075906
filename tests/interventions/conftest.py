"""A hosting server for each test process: sshd and MariaDB, started when a test asks for one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from devtools.binaries import find_postgres
from devtools.paths import throwaway_folder
from interventions.backups import FolderStore, restoring
from tests.interventions.servers import MariaDBServer, PostgresServer, Sshd, quick_place


@pytest.fixture(autouse=True)
def _nobody_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exchanges wait for no visitor's page."""
    monkeypatch.setattr(restoring, "DRAIN_SECONDS", 0)


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
    folder = throwaway_folder(quick_place())
    server = MariaDBServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """The folder of a customer on a hosting server."""
    folder = throwaway_folder(quick_place()) / "home"
    folder.mkdir()
    yield folder
    make_writable = ["chmod", "-R", "u+rwX", str(folder.parent)]
    subprocess.run(make_writable, check=False)
    shutil.rmtree(folder.parent)


@pytest.fixture
def store(home: Path) -> FolderStore:
    return FolderStore(home.parent / "store")


@pytest.fixture
def postgresql(monkeypatch: pytest.MonkeyPatch) -> PostgresServer:
    """psql and pg_dump are on the path, as they are on a hosting server."""
    monkeypatch.setenv("PATH", f"{find_postgres().bin}:{os.environ['PATH']}")
    given = settings.DATABASES["default"]
    server = PostgresServer(
        given["HOST"] or os.environ["PGHOST"], given["USER"] or os.environ["PGUSER"]
    )
    server.start()
    return server
