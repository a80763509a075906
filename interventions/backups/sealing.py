"""Encryption at rest: a stream in chunks of 1 MiB under AES-256-GCM, each in its place.

The key of a stream is derived from the backup's key and the stream's name, so that two streams of one
backup cannot be exchanged. A chunk's nonce is its number, and the last chunk says that it is the last:
a flipped bit, a missing, doubled or moved chunk, a cut tail and an appended one all fail to open.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from interventions.backups.errors import BackupDamaged

CHUNK = 1024 * 1024
TAG = 16
MAGIC = b"easyhoster-backup-1\n"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _cipher(key: bytes, name: str) -> AESGCM:
    if len(key) != 32:
        raise ValueError("the key of a backup has 32 bytes")
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=MAGIC + name.encode())
    return AESGCM(derived.derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


class Sealer:
    """Seals what is written to it; `sink` gets whole sealed chunks. One key and name: one stream."""

    def __init__(
        self, key: bytes, name: str, sink: Callable[[bytes], object], chunk: int = CHUNK
    ) -> None:
        self._cipher = _cipher(key, name)
        self._sink = sink
        self._chunk = chunk
        self._number = 0
        self._held = bytearray()
        sink(MAGIC)

    def write(self, piece: bytes) -> None:
        self._held += piece
        while len(self._held) > self._chunk:  # a full chunk waits: it may be the last one
            self._seal(bytes(self._held[: self._chunk]), last=False)
            del self._held[: self._chunk]

    def close(self) -> None:
        """Seal what is held as the last chunk; without it, nothing of the stream's end opens."""
        self._seal(bytes(self._held), last=True)
        self._held.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._sink(self._cipher.encrypt(_nonce(self._number, last=last), plain, MAGIC))
        self._number += 1


def unseal(source: Readable, key: bytes, name: str, chunk: int = CHUNK) -> Iterator[bytes]:
    """The plain chunks of a sealed stream. Raises BackupDamaged at the first that is not as sealed."""
    cipher = _cipher(key, name)
    if _read_exactly(source, len(MAGIC)) != MAGIC:
        raise BackupDamaged(detail=f"{name}: no backup of this kind")
    number, sealed = 0, _read_exactly(source, chunk + TAG)
    while True:
        following = _read_exactly(source, chunk + TAG)
        try:
            plain = cipher.decrypt(_nonce(number, last=not following), sealed, MAGIC)
        except (InvalidTag, ValueError) as error:
            raise BackupDamaged(detail=f"{name}: altered, or another key") from error
        if plain:
            yield plain
        if not following:
            return
        number, sealed = number + 1, following


def _read_exactly(source: Readable, size: int) -> bytes:
    """`size` bytes, fewer only at the end."""
    read = source.read(size)
    while read and len(read) < size:
        more = source.read(size - len(read))
        if not more:
            break
        read += more
    return read
