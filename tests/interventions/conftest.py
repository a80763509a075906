"""A hosting server for each test process (sshd, MariaDB), started when a test asks for one; a mail
server, and a page that links lead to."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from devtools.binaries import find_postgres
from devtools.paths import throwaway_folder
from interventions.backups import FolderStore
from tests.interventions.servers import MariaDBServer, PostgresServer, Sshd, quick_place
from tests.smtp import Peer


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


@pytest.fixture
def peer(settings: Any) -> Iterator[Callable[..., Peer]]:
    """Starts a mail server and points the product at it."""
    started: list[Peer] = []

    def start() -> Peer:
        server = Peer()
        started.append(server.__enter__())
        settings.EMAIL_BACKEND = "hosting.lib.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT, settings.MAIL_CONNECTIONS = 5, 1
        return server

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def talking(settings: Any) -> None:
    """The installation takes replies by mail."""
    settings.ROOT_URLCONF = "tests.interventions.pages"
    settings.REPLY_ADDRESS = "assistance+{token}@help.example.org"
