"""A PostgreSQL cluster of our own: made, started on a unix socket, stopped."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from devtools.binaries import Postgres, find_postgres
from devtools.identity import as_server, give_to_server
from devtools.paths import Trouble, private_folder
from devtools.processes import Child, spawn, wait_until

OWNER = "easyhoster"
DATABASE = "easyhoster"
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Cluster:
    """A data folder and the server on it. `durable=False` trades safety for speed (tests)."""

    data: Path
    sockets: Path
    log: Path
    durable: bool = True
    programs: Postgres = field(default_factory=find_postgres)
    child: Child | None = None

    def start(self) -> None:
        """Make the cluster if it is new, start the server, wait until it answers."""
        private_folder(self.sockets)
        give_to_server(self.sockets)
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._refuse_other_version()
        self._drop_stale_lock()
        for attempt in range(10):
            try:
                self._start_once()
                break
            except Trouble as trouble:
                # After kill -9 the last orphaned backend needs a moment to see that it is alone.
                if "shared memory" not in str(trouble) or attempt == 9:
                    raise
                time.sleep(0.3)
        self._ensure_database()

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def environment(self) -> dict[str, str]:
        """What Django and psql need to find this server."""
        return {
            "PGHOST": str(self.sockets),
            "PGUSER": OWNER,
            "DATABASE_URL": f"postgresql:///{DATABASE}",
        }

    def _make(self) -> None:
        part = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        private_folder(part)
        give_to_server(part)
        words: list[str | Path] = [
            "-D",
            part,
            "-U",
            OWNER,
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        done = subprocess.run(
            [self.programs.bin / "initdb", *words, *locale_words(self.programs.version)],
            capture_output=True,
            text=True,
            check=False,
            **as_server(),
        )
        if done.returncode:
            raise Trouble(f"initdb failed:\n{done.stderr.strip()}")
        part.rename(self.data)

    def _refuse_other_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.programs.version):
            raise Trouble(
                f"the database in {self.data} was made by PostgreSQL {made_by}, this is "
                f"{self.programs.version}. Dump and restore it, or remove the folder."
            )

    def _drop_stale_lock(self) -> None:
        """Remove the lock of a killed server. PostgreSQL itself refuses it when its process
        number belongs to any program of the same account by now."""
        lock = self.data / "postmaster.pid"
        if lock.exists() and not serves(lock, self.data):
            lock.unlink()
        for stale in self.sockets.glob(".s.PGSQL.*"):
            stale.unlink()

    def _start_once(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "timezone": "UTC",
            **({} if self.durable else FAST_AND_FORGETFUL),
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.child = spawn(
            "PostgreSQL",
            [self.programs.bin / "postgres", "-D", self.data, *words],
            self.log,
            polite=signal.SIGINT if self.durable else signal.SIGQUIT,
            **as_server(),
        )
        wait_until("PostgreSQL", self._answers, self.child, seconds=60)

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _ensure_database(self) -> None:
        with self._connect("postgres") as connection:
            known = "select 1 from pg_database where datname = %s"
            if not connection.execute(known, [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} template template0")

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets),
            user=OWNER,
            dbname=database,
            connect_timeout=2,
            autocommit=True,
        )


def locale_words(version: int) -> list[str]:
    """initdb's words for a bytewise UTF-8 collation; before 17 there is no builtin provider."""
    if version < 17:
        return ["--locale=C.UTF-8"]
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]


def serves(lock: Path, data: Path, proc: Path = Path("/proc")) -> bool:
    """Whether the process that `lock` (postmaster.pid) names lives and works in `data`."""
    first_line = lock.read_text().partition("\n")[0].strip()
    if not first_line.isdecimal():
        return False
    try:
        return Path(os.readlink(proc / first_line / "cwd")) == data
    except OSError:
        return False
