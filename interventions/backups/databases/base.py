"""What a backup asks of a kind of database: commands that dump, load and exchange it (I4, I11).

Each kind gives scripts for the site's server. Passwords come first on standard input, in the length that
the script knows; they are in no word of a command and in no file.
"""

import hashlib
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from interventions.backups.errors import (
    BackupError,
    CommandFailed,
    DatabaseLoginRefused,
    DatabaseRefused,
    DiskFullThere,
    ToolMissing,
)
from interventions.backups.machines import FULL, Machine, quoted
from interventions.backups.values import Database

SCRIPTS = Path(__file__).parent.parent / "scripts"
NAME_ROOM = 40  # of 63 characters of an identifier, 16 are the backup's id
HEAD = 64 * 1024


class Body:
    """SHA-256 of a dump without its head, which names the server and the database."""

    def __init__(self, last_of_head: bytes) -> None:
        self._sha = hashlib.sha256()
        self._last = last_of_head
        self._head: bytes | None = b"" if last_of_head else None

    def update(self, piece: bytes) -> None:
        if self._head is None:
            self._sha.update(piece)
            return
        self._head += piece
        found = re.search(rb"^" + re.escape(self._last) + rb"[^\n]*\n", self._head, re.MULTILINE)
        if found:
            self._sha.update(self._head[found.end() :])
            self._head = None
        elif len(self._head) > HEAD:
            self._sha.update(self._head)
            self._head = None

    def hexdigest(self) -> str:
        if self._head:
            self._sha.update(self._head)
            self._head = None
        return self._sha.hexdigest()


@dataclass(frozen=True)
class Dump:
    """One stream to be kept: its name in the backup, and the script that writes it."""

    name: str
    script: str


class Databases(ABC):
    """The database of one site during one backup or restore."""

    end_marker: bytes
    last_of_head = b""

    def __init__(self, database: Database, backup_id: str) -> None:
        self.database = database
        self.backup_id = backup_id
        self.fresh = f"{database.name[:NAME_ROOM]}_new_{backup_id}"
        self.aside = f"{database.name[:NAME_ROOM]}_old_{backup_id}"

    @property
    @abstractmethod
    def secret(self) -> bytes:
        """What every script of ours reads first from its input."""

    @abstractmethod
    def preamble(self, tables: int = 0) -> str:
        """Variables and functions in front of a script; `tables` are in the backup."""

    @abstractmethod
    def version(self, machine: Machine) -> str:
        """Log in, and tell the server's version."""

    @abstractmethod
    def hindrance(self, machine: Machine) -> str:
        """Why no second database can be made beside this one; empty if it can."""

    @abstractmethod
    def tables(self, machine: Machine) -> tuple[str, ...]: ...

    @abstractmethod
    def dumps(self, machine: Machine) -> tuple[Dump, ...]: ...

    @abstractmethod
    def make_fresh(self, machine: Machine) -> None:
        """An empty database beside the live one, as it; whatever had that name before is dropped."""

    @property
    @abstractmethod
    def load(self) -> str:
        """Script: the rest of its input goes into the fresh database."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Script: SHA-256 of a dump of the fresh database, without its head."""

    @abstractmethod
    def keep_definitions(self, machine: Machine, work: str) -> None:
        """Write what the exchange drops into `work` on the server, so that it can be made anew."""

    def run(self, machine: Machine, script: str) -> str:
        """Run a script that asks or changes something small. Raises as `said` tells."""
        answer = machine.run(f"{self.preamble()}\n{script}", self.secret)
        if answer.status:
            raise self.said(answer.status, answer.complaints)
        return answer.output.decode("utf-8", "surrogateescape")

    def said(self, status: int, complaints: str) -> BackupError:
        """The error for what a database tool complained of."""
        words = complaints.strip()[-600:]
        if any(sign in complaints for sign in (*FULL, "Errcode: 28", "error 28")):
            return DiskFullThere(detail=words)
        refused = re.search(r"ERROR 1045|error: 1045:|password authentication failed", words)
        if refused:
            return DatabaseLoginRefused(user=self.database.user)
        if status == 127:
            return ToolMissing(tool=words or "database client")
        if words:
            return DatabaseRefused(detail=words)
        return CommandFailed(status=status, detail=words)


def assigned(words: dict[str, str]) -> str:
    return "".join(f"{name}={quoted(value)}\n" for name, value in words.items())


def literal(text: str) -> str:
    """A string of SQL that holds in MariaDB whatever its modes, and in PostgreSQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
