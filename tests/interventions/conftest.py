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
from devtools.paths import is_root, throwaway_folder
from devtools.processes import Leftovers
from hosting.lib import bell
from interventions.backups import FolderStore, scene
from tests.interventions.house import House
from tests.interventions.servers import MariaDBServer, PostgresServer, Sshd, quick_place
from tests.smtp import Peer


@pytest.fixture(autouse=True)
def _nobody_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exchanges wait for no visitor's page."""
    monkeypatch.setattr(scene, "DRAIN_SECONDS", 0)


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


@pytest.fixture
def secrets(tmp_path: Path, settings: Any, sshd: Sshd) -> Path:
    """The folder of secrets, with the key to our server."""
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "web1").write_bytes(sshd.private_key)
    settings.SITE_SECRETS_DIR = str(folder)
    return folder


@pytest.fixture
def house(secrets: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A real worker, broker and mail server on this test's database, all with one clock to be moved."""
    state = throwaway_folder()
    settings.CLOCK_OFFSET_FILE = str(state / "clock-offset")
    names = ("SITE_SECRETS_DIR", "CLOCK_OFFSET_FILE")
    made = House.around(state, **{name: getattr(settings, name) for name in names})
    made.open()
    monkeypatch.setattr(bell, "ring", made.ring)
    yield made
    made.stop()
    Leftovers(state).clear()
    shutil.rmtree(state, ignore_errors=True)


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A real disk of 2 MB: root mounts one. Whoever is not root gets a limit on the size of files,
    which fails in the same place with another number."""
    folder = home.parent / "small"
    folder.mkdir()
    if not is_root():
        import resource

        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
        yield folder
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        return
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    subprocess.run(words, check=True, capture_output=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
