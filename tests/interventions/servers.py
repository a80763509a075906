"""A hosting server's real parts on this machine: sshd on loopback, MariaDB on a unix socket."""

import contextlib
import getpass
import os
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from devtools.binaries import find_postgres
from devtools.identity import as_server, give_to_server
from devtools.paths import is_root, private_folder
from devtools.processes import Child, spawn, wait_until
from interventions.backups import Database, Engine, Server

NUMBERS = count()
NASTY = "p\"a'ss \\ #;%é $(x) `y`"


@dataclass
class Sshd:
    """OpenSSH on a free port of loopback, for the user who runs the tests and one key."""

    folder: Path
    port: int = 0
    child: Child | None = None
    private_key: bytes = b""
    host_key: str = ""

    def start(self) -> None:
        for name in ("host", "client"):
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name]
            subprocess.run(words, check=True)
        self.private_key = (self.folder / "client").read_bytes()
        self.host_key = " ".join((self.folder / "host.pub").read_text().split()[:2])
        shutil.copy(self.folder / "client.pub", self.folder / "authorized")
        self.port = free_port()
        if is_root():
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        (self.folder / "config").write_text(self._configuration())
        program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "sshd"
        words = [program, "-D", "-e", "-f", str(self.folder / "config")]
        self.child = spawn("sshd", words, self.folder / "log")
        wait_until("sshd", self._answers, self.child, seconds=20)

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def server(self, **changed: object) -> Server:
        """How the engine reaches it."""
        words = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": getpass.getuser(),
            "host_key": self.host_key,
            "private_key": self.private_key,
        }
        return Server(**{**words, **changed})  # type: ignore[arg-type]

    def sessions(self) -> list[int]:
        """The processes that serve a connection."""
        assert self.child
        main = self.child.process.pid
        tasks = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [int(pid) for pid in tasks]

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def _configuration(self) -> str:
        path = f"{find_postgres().bin}:{os.environ['PATH']}"
        return (
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {self.folder / 'host'}\n"
            f"AuthorizedKeysFile {self.folder / 'authorized'}\nPidFile {self.folder / 'pid'}\n"
            "StrictModes no\nUsePAM no\nPasswordAuthentication no\nMaxStartups 100\n"
            f"PermitRootLogin prohibit-password\nSetEnv SHLVL=5 PATH={path}\n"
        )


@dataclass
class MariaDBServer:
    """A throw-away MariaDB on a unix socket, with one account that owns every database named `site...`."""

    folder: Path
    child: Child | None = None
    user: str = "site"
    password: str = NASTY

    @property
    def socket(self) -> Path:
        return self.folder / "s"

    def start(self) -> None:
        data = private_folder(self.folder / "data")
        give_to_server(data)
        os.chmod(self.folder, 0o777)  # noqa: S103 (the server's account makes its socket there)
        common = ["--no-defaults", f"--datadir={data}", "--innodb-log-file-size=16M"]
        words = [
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ]
        install = ["mariadb-install-db", *common, *words]
        subprocess.run(install, check=True, capture_output=True, **as_server())
        program = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin") or "mariadbd"
        self.child = spawn(
            "MariaDB",
            [
                program,
                *common,
                f"--socket={self.socket}",
                f"--pid-file={data / 'pid'}",
                "--skip-networking",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-flush-method=nosync",
                "--innodb-buffer-pool-size=64M",
                "--event-scheduler=OFF",
            ],
            self.folder / "log",
            **as_server(),
        )
        wait_until("MariaDB", self._answers, self.child, seconds=60)
        password = self.password.replace("\\", "\\\\").replace("'", "''")
        self.sql(
            f"CREATE USER {self.user}@localhost IDENTIFIED BY '{password}';"
            rf"GRANT ALL ON `site%`.* TO {self.user}@localhost;"
            "CREATE USER narrow@localhost IDENTIFIED BY 'narrow';"
            "GRANT ALL ON `siteshop`.* TO narrow@localhost"
        )

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def database(self, name: str, **changed: object) -> Database:
        words = {"user": self.user, "password": self.password, "socket": str(self.socket)}
        return Database(Engine.MARIADB, name, **{**words, **changed})  # type: ignore[arg-type]

    def fill(self, text: str) -> Database:
        """A new database with what `text` makes in it."""
        name = f"site{next(NUMBERS)}x"
        self.sql(f"CREATE DATABASE {name}")
        self.sql(text, name, f"-u{self.user}", f"-p{self.password}")
        return self.database(name)

    def sql(self, text: str, database: str = "", *account: str) -> str:
        words = ["mariadb", "--no-defaults", f"--socket={self.socket}", "-NB"]
        words += [*(account or ["-uroot"]), "--default-character-set=utf8mb4"]
        words += [database] if database else []
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dump(self, name: str) -> str:
        """All of a database, to be compared."""
        words = ["mariadb-dump", "--no-defaults", f"--socket={self.socket}", "-uroot"]
        words += ["--hex-blob", "--skip-comments", "--routines", "--events", "--triggers", name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def schemas(self, database: Database) -> set[str]:
        """The database, and what lies beside it."""
        names = self.sql("SHOW DATABASES").split()
        return {name for name in names if name.startswith(database.name)}

    def _answers(self) -> bool:
        words = ["mariadb", "--no-defaults", f"--socket={self.socket}", "-uroot", "-e", "SELECT 1"]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0


@dataclass
class PostgresServer:
    """The test run's own PostgreSQL, with one account that may make databases."""

    host: str
    admin: str
    user: str = "hosted"

    def start(self) -> None:
        """Two workers may make the account at once; the second sees one of two errors."""
        mine = (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation)
        with contextlib.suppress(*mine):
            self.sql(f"CREATE ROLE {self.user} LOGIN CREATEDB", "postgres")

    def fill(self, text: str) -> Database:
        name = f"hosted_{os.getpid()}_{next(NUMBERS)}x"
        self.sql(f"CREATE DATABASE {name} OWNER {self.user} TEMPLATE template0", "postgres")
        self.sql(text, name, self.user)
        return Database(Engine.POSTGRESQL, name, self.user, socket=self.host)

    def sql(self, text: str, database: str, user: str = "") -> list[tuple[Any, ...]]:
        words = {"host": self.host, "user": user or self.admin, "dbname": database}
        with psycopg.connect(**words, autocommit=True) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def dump(self, name: str) -> str:
        words = ["pg_dump", "-h", self.host, "-U", self.admin, name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return re.sub(r"(?m)^\\(un)?restrict .*$", "", done.stdout)

    def schemas(self, database: Database) -> set[str]:
        """The database, and what lies beside it."""
        names = self.sql("SELECT datname FROM pg_database", "postgres")
        return {name for (name,) in names if name.startswith(database.name)}


def quick_place() -> Path:
    """Where nothing waits for a disk: every restore flushes what it wrote, and MariaDB every table."""
    memory = Path("/dev/shm")  # noqa: S108 (a private folder is made in it)
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    return Path("/tmp")  # noqa: S108


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
