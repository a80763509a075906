"""Passwords and keys with texts of their own go the whole way, and are found nowhere but where they
belong (I3): not in a log, a table, the broker, a mail, a command line, a stored file."""

import base64
import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import redis
from django.conf import settings as configured
from django.db import connection
from django.test import Client

from devtools.binaries import find_postgres
from hosting.lib import clock, links
from interventions.enums import BackupState, CredentialKind, InterventionState, RestoreState
from interventions.models import Intervention, SiteCredential
from interventions.services import credentials, work
from tests.interventions import cases
from tests.interventions.cases import again
from tests.interventions.house import FOLLOW, PURGE, RESTORE, SEND_MAIL, House
from tests.interventions.servers import MariaDBServer, Sshd
from tests.interventions.sites import PLAIN, VANDALISM, config, damage, plant, seen

pytestmark = pytest.mark.django_db(transaction=True)
CREDENTIAL = "Kanarienvogel-7b1f-of-the-client"
PASSWORD = "Kanarienvogel-2c9e-of-the-database"
WRONG = "Kanarienvogel-66d0-that-was-refused"
END = "end of the watch"
DAY = timedelta(hours=24)
State = InterventionState


def forms(secret: bytes) -> Iterator[bytes]:
    """A secret as it could be written: plain, in hexadecimal digits, inside of base64."""
    yield secret
    yield secret.hex().encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        yield encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]


class ProcessWatch:
    """Every command line of the machine, all the time."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._over = Event()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> "ProcessWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            for name in filter(str.isdecimal, os.listdir("/proc")):
                with contextlib.suppress(OSError):
                    self.seen.add(Path(f"/proc/{name}/cmdline").read_bytes())


class BrokerWatch:
    """All that anybody says to the broker."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, socket_timeout=None)
        self.said: list[str] = []
        self._ready = Event()
        self._thread = Thread(target=self._listen)

    def __enter__(self) -> "BrokerWatch":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.echo(END)
        self._thread.join()

    def memory(self) -> bytes:
        """All that it holds now."""
        return b"\n".join(key + (self.client.dump(key) or b"") for key in self.client.scan_iter())

    def _listen(self) -> None:
        with self.client.monitor() as monitor:
            self._ready.set()
            for heard in monitor.listen():
                if END in heard["command"]:
                    return
                self.said.append(heard["command"])


@pytest.fixture
def database(mariadb: MariaDBServer) -> Iterator[str]:
    """The name of a database whose account has the canary as its password."""
    filled = mariadb.fill(PLAIN)
    mariadb.sql(
        f"CREATE OR REPLACE USER canary@localhost IDENTIFIED BY '{PASSWORD}';"
        "GRANT ALL ON `site%`.* TO canary@localhost"
    )
    yield filled.name
    mariadb.sql("DROP USER canary@localhost")


def table_dump() -> bytes:
    """The whole database of ours as text."""
    given = connection.settings_dict
    words = [find_postgres().bin / "pg_dump", "-h", given["HOST"] or os.environ["PGHOST"]]
    words += ["-U", given["USER"] or os.environ["PGUSER"], given["NAME"]]
    return subprocess.run(words, capture_output=True, check=True).stdout


def files_under(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_canary_is_found_nowhere_and_gone_after_the_purge(
    home: Path,
    database: str,
    mariadb: MariaDBServer,
    sshd: Sshd,
    house: House,
    caplog: Any,
    capfd: Any,
):
    key = sshd.private_key.splitlines()[2]
    secrets = [CREDENTIAL.encode(), PASSWORD.encode(), WRONG.encode(), key]
    needles = [form for secret in secrets for form in forms(secret)]
    places: dict[str, bytes] = {}
    root = plant(home / "www")
    before = None
    with ProcessWatch() as processes, BrokerWatch(house.environment["REDIS_URL"]) as broker:
        intervention = cases.on_server(root, sshd, clock.now())
        credential = credentials.keep_credential(
            intervention.ticket, kind=CredentialKind.CMS, secret=CREDENTIAL, now=clock.now()
        )
        places["tables, a credential given"] = table_dump()
        configured_with(root, database, mariadb, WRONG)
        assert backed_up(intervention, house) == BackupState.FAILED
        configured_with(root, database, mariadb, PASSWORD)
        assert backed_up(intervention, house) == BackupState.READY
        before = seen(root), mariadb.dump(database)
        places["tables, a backup"] = table_dump()
        places["stored files"] = files_under(Path(configured.PRIVATE_FILES_ROOT))
        assert again(intervention).backup.stored_as.encode() in places["tables, a backup"]
        went_wrong(intervention, credential, root, database, mariadb)
        restored(intervention, house)
        assert (seen(root), mariadb.dump(database)) == before
        places["broker"] = broker.memory()
        purged(intervention, house)
        places["tables, all purged"] = table_dump()
        places["stored files, all purged"] = files_under(Path(configured.PRIVATE_FILES_ROOT))
    places["said to the broker"] = "\n".join(broker.said).encode()
    places["command lines"] = b"\n".join(processes.seen)
    places["logs of the worker and others"] = files_under(house.state / "log")
    places["log of the hosting server"] = (sshd.folder / "log").read_bytes()
    places["log of its database"] = (mariadb.folder / "log").read_bytes()
    places["our own log"] = (caplog.text + "".join(capfd.readouterr())).encode()
    places["mails"] = files_under(house.mail_folder)
    assert_looked(places)
    found = [(place, form) for place, held in places.items() for form in needles if form in held]
    assert found == []
    credential.refresh_from_db()
    assert (credential.sealed, credential.erased_at is not None) == ("", True)
    backup = again(intervention).backup
    assert (backup.sealed_key, backup.stored_as) == ("", "")


def configured_with(root: Path, database: str, mariadb: MariaDBServer, password: str) -> None:
    (root / "wp-config.php").write_text(
        config(database, "canary", password, f"localhost:{mariadb.socket}")
    )


def backed_up(intervention: Intervention, house: House) -> str:
    work.ask_backup(again(intervention), by=intervention.technician, now=clock.now())
    house.has(lambda: again(intervention).state != State.BACKING_UP)
    return again(intervention).backup.state


def went_wrong(
    intervention: Intervention,
    credential: SiteCredential,
    root: Path,
    database: str,
    mariadb: MariaDBServer,
) -> None:
    by = intervention.technician
    shown = credentials.reveal_credential(credential, intervention, by=by, now=clock.now())
    assert shown == CREDENTIAL
    work.start(intervention, by=by, now=clock.now())
    damage(root)
    mariadb.sql(VANDALISM, database)
    work.end(intervention, report="Mended.", by=by, now=clock.now())


def restored(intervention: Intervention, house: House) -> None:
    """The client says that it is wrong, and has it put back, on his page."""
    house.has(lambda: again(intervention).request_mail.accepted_at is not None, SEND_MAIL)
    house.has(lambda: again(intervention).t0_at is not None, FOLLOW)
    page = f"/intervention/{links.token('intervention', intervention.pk, 0)}/"
    for words in ({"do": "invalidate", "remark": "All is gone."}, {"do": "restore"}):
        assert Client().post(page, words).status_code == 302
    house.has(lambda: again(intervention).restore.state == RestoreState.DONE, RESTORE)
    house.has(lambda: again(intervention).told_mail.accepted_at is not None, SEND_MAIL)
    house.has(lambda: again(intervention).t1_at is not None, FOLLOW)


def purged(intervention: Intervention, house: House) -> None:
    house.later(DAY)
    house.has(lambda: again(intervention).backup.state == BackupState.PURGED, PURGE)


def assert_looked(places: dict[str, bytes]) -> None:
    """Each place was really looked at: something that must be there is."""
    assert b"credential.seen" in places["tables, all purged"]
    assert b"interventions.tasks.sweep_backups" in places["said to the broker"]
    assert b"mariadb-dump" in places["command lines"]
    assert b"Accepted publickey" in places["log of the hosting server"]
    assert b"worker" in places["logs of the worker and others"]
    assert b"ada@bakery.example" in places["mails"]
    assert re.search(
        rb"does not accept the user|n\xe2\x80\x99accepte pas", places["tables, a backup"]
    )
    assert len(places["stored files"]) > 10_000
    assert all(places[name] for name in ("broker", "log of its database", "our own log"))
