"""Reads a tar stream as it passes: counts, refuses what could do harm, and says what must come out.

Only what our own `tar --format=posix` writes is known here: folders, files, symbolic and hard links,
extended headers. Everything else is refused, before a byte of it reaches the tar of a site's server.
(Python's tarfile refuses absolute symbolic links, which real sites have, and is three times slower.)
"""

import hashlib
import re
from decimal import Decimal
from typing import NoReturn

from interventions.backups.errors import ArchiveRefused, BackupDamaged
from interventions.backups.values import Counts

BLOCK = 512
MOST_EXTENDED = 1024 * 1024  # bytes of one extended header: longer than any path
MODULUS = 1 << 256
FILE, HARD_LINK, SYMBOLIC_LINK, FOLDER, EXTENDED = b"0", b"1", b"2", b"5", b"x"
OCTAL, DECIMAL, LENGTH = re.compile(rb"[0-7]*"), re.compile(rb"\d{1,19}"), re.compile(rb"\d{1,7}")
MOMENT = re.compile(rb"-?\d{1,12}(\.\d{1,12})?")
KNOWN_KEYS = {b"path", b"linkpath", b"size", b"mtime", b"uid", b"gid", b"uname", b"gname"}


class Fingerprint:
    """The sum of the hashes of entries: the same whatever their order, in constant memory."""

    def __init__(self) -> None:
        self.value = 0
        self.entries = 0

    def add(self, *fields: bytes) -> None:
        digest = hashlib.blake2b(b"\0".join(fields), digest_size=32).digest()
        self.value = (self.value + int.from_bytes(digest, "big")) % MODULUS
        self.entries += 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fingerprint):
            return NotImplemented
        return (self.value, self.entries) == (other.value, other.entries)

    __hash__ = None  # type: ignore[assignment]  # it changes


class Listing:
    """The entries of a tar stream, fed in pieces of any size.

    `owners` says whether user and group belong to the fingerprint (not where a restore cannot give
    them back). `owner` is the user whose files are not foreign. Raises ArchiveRefused.
    """

    def __init__(self, *, owners: bool = True, owner: int | None = None) -> None:
        self.fingerprint = Fingerprint()
        self.hard_links: dict[bytes, bytes] = {}
        self.foreign_owners = 0
        self._owners = owners
        self._owner = owner
        self._files = self._folders = self._links = self._bytes = 0
        self._known_folders: set[bytes] = set()
        self._known_links: set[bytes] = set()
        self._skip = 0
        self._held = b""
        self._extended: dict[bytes, bytes] = {}
        self._extending = 0
        self._ended = False

    @property
    def counts(self) -> Counts:
        return Counts(self._files, self._folders, self._links, len(self.hard_links), self._bytes)

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the stream."""
        at = 0
        if self._held:
            wanted = (_padded(self._extending) or BLOCK) - len(self._held)
            self._held += piece[:wanted]
            at = wanted
            if len(self._held) < (_padded(self._extending) or BLOCK):
                return
            held, self._held = self._held, b""
            self._take(held)
        while at < len(piece):
            if self._skip:
                step = min(self._skip, len(piece) - at)
                self._skip -= step
                at += step
                continue
            size = _padded(self._extending) or BLOCK
            block = piece[at : at + size]
            at += size
            if len(block) < size:
                self._held = block
                return
            self._take(block)

    def close(self) -> None:
        """The stream is over. Raises BackupDamaged when the archive is not."""
        if not self._ended or self._held or self._skip:
            raise BackupDamaged(detail="the archive of the files has no end")

    def _take(self, block: bytes) -> None:
        if self._extending:
            self._extended = _records(block[: self._extending])
            self._extending = 0
        elif self._ended or block == bytes(BLOCK):
            if block.strip(b"\0"):
                self._refuse(b"", "more after its end")
            self._ended = True
        else:
            self._header(block)

    def _header(self, block: bytes) -> None:
        if block[257:262] != b"ustar" or _number(block[148:156]) != _checksum(block):
            raise BackupDamaged(detail="a header in the archive of the files is not one")
        kind = block[156:157]
        size = _number(block[124:136])
        if kind == EXTENDED:
            if self._extended or not 0 < size <= MOST_EXTENDED:
                self._refuse(b"", "an extended header of a kind that tar does not write")
            self._extending = size
            return
        extended, self._extended = self._extended, {}
        size = _decimal(extended[b"size"]) if b"size" in extended else size
        name = extended.get(b"path") or _name(block)
        target = extended.get(b"linkpath") or _text(block[157:257])
        path = self._checked(name, kind, target)
        owner = _decimal(extended[b"uid"]) if b"uid" in extended else _number(block[108:116])
        group = _decimal(extended[b"gid"]) if b"gid" in extended else _number(block[116:124])
        if self._owner is not None and owner != self._owner:
            self.foreign_owners += 1
        moment = extended.get(b"mtime")
        nanoseconds = in_nanoseconds(moment) if moment else _number(block[136:148]) * 10**9
        owned = b"%d:%d" % (owner, group) if self._owners else b""
        meta = (b"%o" % (_number(block[100:108]) & 0o7777), b"%d" % nanoseconds, owned)
        if kind == FILE:
            self._files += 1
            self._bytes += size
            self._skip = _padded(size)
            self.fingerprint.add(path, b"f", b"%d" % size, *meta)
        elif size:
            self._refuse(name, "content where there is none")
        elif kind == FOLDER:
            self._folders += 1
            self._known_folders.add(path)
            self.fingerprint.add(path, b"d", *meta)
        elif kind == SYMBOLIC_LINK:
            self._links += 1
            self._known_links.add(path)
            self.fingerprint.add(path, b"l", target, *meta)
        else:
            self.hard_links[path] = inside(target)
            self.fingerprint.add(path, b"h", self.hard_links[path])

    def _checked(self, name: bytes, kind: bytes, target: bytes) -> bytes:
        """The path below the root, without `./` and closing `/`; the root's own is empty."""
        if kind not in {FILE, HARD_LINK, SYMBOLIC_LINK, FOLDER}:
            self._refuse(name, "neither file nor folder nor link")
        if not _harmless(name):
            self._refuse(name, "a name that leads out of the site")
        path = inside(name)
        if path in self._known_folders or path in self._known_links or path in self.hard_links:
            self._refuse(name, "twice")
        if not path:
            if kind != FOLDER:
                self._refuse(name, "the site itself is no folder")
            return path
        if path.rpartition(b"/")[0] not in self._known_folders:
            self._refuse(name, "inside of something that is no folder")
        if kind == HARD_LINK:
            if not _harmless(target):
                self._refuse(name, "a hard link that leads out of the site")
            if inside(target).rpartition(b"/")[0] not in self._known_folders:
                self._refuse(name, "a hard link through something that is no folder")
        return path

    def _refuse(self, name: bytes, why: str) -> NoReturn:
        raise ArchiveRefused(detail=f"{shown(name)} ({why})" if name else why)


def inside(name: bytes) -> bytes:
    """`./a/b/` as `a/b`."""
    return name.removeprefix(b"./").rstrip(b"/") if name not in {b".", b"./"} else b""


def shown(name: bytes) -> str:
    """A name for people: line breaks and invalid bytes escaped."""
    text = name.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def in_nanoseconds(moment: bytes) -> int:
    """`1700000000.123456789`, in seconds since 1970, also negative ones, exactly."""
    if not MOMENT.fullmatch(moment):
        raise BackupDamaged(detail=f"the archive of the files: {shown(moment)} is no time")
    return int(Decimal(moment.decode("ascii")) * 10**9)


def _harmless(name: bytes) -> bool:
    parts = name.rstrip(b"/").split(b"/")
    return parts[0] == b"." and not {b"", b".", b".."} & set(parts[1:]) and b"\0" not in name


def _records(text: bytes) -> dict[bytes, bytes]:
    """The records of an extended header: `length key=value\\n`."""
    found: dict[bytes, bytes] = {}
    while text:
        length, _, _ = text.partition(b" ")
        size = int(length) if LENGTH.fullmatch(length) else 0
        record = text[len(length) + 1 : size]
        key, equals, value = record.partition(b"=")
        if size <= len(length) + 1 or size > len(text) or not equals or value[-1:] != b"\n":
            raise BackupDamaged(detail="an extended header in the archive of the files is broken")
        if key not in KNOWN_KEYS or key in found:
            raise ArchiveRefused(detail=f"extended header {shown(key)}")
        found[key] = value[:-1]
        text = text[size:]
    return found


def _name(block: bytes) -> bytes:
    prefix = _text(block[345:500])
    name = _text(block[:100])
    return prefix + b"/" + name if prefix else name


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int:
    """An octal number, or a binary one where the first bit says so."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    text = field.strip(b" \0")
    if not OCTAL.fullmatch(text):
        raise BackupDamaged(detail="a number in the archive of the files is none")
    return int(text or b"0", 8)


def _decimal(field: bytes) -> int:
    """A number of an extended header."""
    if not DECIMAL.fullmatch(field):
        raise BackupDamaged(detail="a number in the archive of the files is none")
    return int(field)


def _checksum(block: bytes) -> int:
    return sum(block) - sum(block[148:156]) + 8 * 32


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
