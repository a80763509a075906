"""What goes into a backup and what comes out, as values without tables (I4, I8).

Passwords and keys are hidden from `repr`, so that neither a log nor a traceback tells them.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Engine(StrEnum):
    MARIADB = "mariadb"
    POSTGRESQL = "postgresql"


class Phase(StrEnum):
    """What a long verb is at, for the progress on staff's page."""

    FILES = "files"
    DATABASE = "database"
    READING_BACK = "reading back"
    EXTRACTING = "extracting"
    COMPARING = "comparing"
    LOADING = "loading"
    SWAPPING = "swapping"


class Standing(StrEnum):
    """How far a restore is on the site's server. PREPARING and PREPARED: the original is served."""

    NONE = "none"
    PREPARING = "preparing"
    PREPARED = "prepared"
    FORWARD = "forward"
    BACK = "back"
    RESTORED = "restored"
    LEAVING = "leaving"


@dataclass(frozen=True)
class Server:
    """A server of the provider: where it is, who logs in, and the one host key that is accepted.

    `host_key` is a public key as in known_hosts ("ssh-ed25519 AAAA..."), pinned by staff;
    `private_key` holds the bytes of an OpenSSH key, which the caller took from its secret.
    """

    host: str
    user: str
    host_key: str
    private_key: bytes = field(repr=False)
    port: int = 22


@dataclass(frozen=True)
class Database:
    """One database of a site, as its own server reaches it. `socket` wins over host and port.

    A restore makes a second database beside it: the account needs the right to (`probe` tells).
    """

    engine: Engine
    name: str
    user: str
    password: str = field(default="", repr=False)
    host: str = "localhost"
    port: int | None = None
    socket: str = ""


@dataclass(frozen=True)
class WordPress:
    """The site is a WordPress: its database stands in wp-config.php, which is read, never executed."""


@dataclass(frozen=True)
class Site:
    """A folder with a site, on this machine (`server` is None) or behind SSH, and its database."""

    root: str
    server: Server | None = None
    database: Database | WordPress | None = None


@dataclass(frozen=True)
class Progress:
    """How far a verb is: bytes done, the whole as far as it is known (0: unknown), since when."""

    phase: Phase
    done: int
    total: int
    started: datetime

    def rate(self, now: datetime) -> float:
        """Bytes a second since the phase began."""
        seconds = (now - self.started).total_seconds()
        return self.done / seconds if seconds > 0 else 0.0

    def seconds_left(self, now: datetime) -> float | None:
        """None while neither the whole nor a rate is known."""
        rate = self.rate(now)
        return max(self.total - self.done, 0) / rate if rate and self.total else None


Tell = Callable[[Progress], None]
"""Called with the progress at most twice a second. What it raises stops the verb cleanly."""


@dataclass(frozen=True)
class Counts:
    """How many entries a tree has; `links` are symbolic, `hard_links` further names of a file."""

    files: int = 0
    folders: int = 0
    links: int = 0
    hard_links: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Member:
    """One stored stream: its plain bytes (a tar, a dump), and what lies encrypted in the store.

    `body_sha256` leaves out the head of a dump, which names the database it was taken from.
    """

    name: str
    plain_bytes: int
    plain_sha256: str
    stored_bytes: int
    stored_sha256: str
    body_sha256: str = ""


@dataclass(frozen=True)
class Manifest:
    """All that must be known to verify and to restore a backup; the key is kept apart from it."""

    backup_id: str
    root: str
    members: tuple[Member, ...]
    counts: Counts
    source: tuple[Counts, Counts]
    foreign_owners: int = 0
    engine: str = ""
    tables: tuple[str, ...] = ()
    dump_ended: bool = False
    versions: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    def member(self, name: str) -> Member | None:
        return next((member for member in self.members if member.name == name), None)

    @property
    def stored_bytes(self) -> int:
        return sum(member.stored_bytes for member in self.members)

    def as_json(self) -> dict[str, Any]:
        """For a JSON column. Names that are no valid UTF-8 are kept as surrogates are: escaped."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Manifest":
        """What `as_json` gave. Raises TypeError or KeyError for anything else."""
        return cls(
            **{
                **kept,
                "members": tuple(Member(**member) for member in kept["members"]),
                "counts": Counts(**kept["counts"]),
                "source": _pair(Counts(**counts) for counts in kept["source"]),
                "tables": tuple(kept["tables"]),
                "versions": tuple((name, version) for name, version in kept["versions"]),
                "warnings": tuple(kept["warnings"]),
            }
        )


@dataclass(frozen=True)
class Verified:
    """What reading a backup back has shown (I4)."""

    counts: Counts
    plain_bytes: int
    tables: int


@dataclass(frozen=True)
class Probe:
    """What a look at the site has shown. `hindrances` say in words why a restore could not be done."""

    root: str
    counts: Counts
    free_bytes: int
    database: Database | None
    versions: tuple[tuple[str, str], ...]
    hindrances: tuple[str, ...]


def new_backup_id() -> str:
    """An id that nobody guesses: folders on the site's server carry it in their names."""
    return secrets.token_hex(8)


def new_key() -> bytes:
    """The key of one backup, 256 bits. Who loses it has no backup; who erases it has purged it."""
    return secrets.token_bytes(32)


def started() -> datetime:
    return datetime.now(UTC)


def _pair(counts: Iterable[Counts]) -> tuple[Counts, Counts]:
    before, after = counts
    return before, after
