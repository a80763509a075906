"""Bytes on their way: hashed, compressed and sealed into a store, and back; told as progress.

Reading and compressing run in threads of their own, so that they go on while this one encrypts and
writes. At any moment a few pieces of 1 MiB are in memory, however large the site.
"""

import contextlib
import hashlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import zstandard

from interventions.backups.errors import BackupDamaged
from interventions.backups.machines import PIECE, Running
from interventions.backups.sealing import Readable, Sealer, unseal
from interventions.backups.stores import Store
from interventions.backups.values import Member, Phase, Progress, Tell, started

T = TypeVar("T")
LEVEL = 1
THREADS = 2
LARGEST_WINDOW = 8 * 1024 * 1024
WAITING = 2  # pieces between two threads
TELL_EVERY = 0.5  # seconds


class Looker(Protocol):
    """Somebody who looks at plain bytes as they pass."""

    def feed(self, piece: bytes) -> object: ...


class Teller:
    """Counts bytes of one phase and tells them now and then."""

    def __init__(self, tell: Tell | None, phase: Phase, total: int = 0) -> None:
        self._tell = tell
        self._phase = phase
        self._total = total
        self._started = started()
        self._next = 0.0
        self.done = 0
        self.add(0)

    def add(self, count: int) -> None:
        self.done += count
        if self._tell and time.monotonic() >= self._next:
            self._next = time.monotonic() + TELL_EVERY
            self._tell(Progress(self._phase, self.done, self._total, self._started))


def stored_name(backup_id: str, member: str) -> str:
    return f"{backup_id}/{member}.zst.sealed"


def keep(
    running: Running,
    store: Store,
    key: bytes,
    backup_id: str,
    name: str,
    look: Looker,
    count: Callable[[int], object],
    closing: Callable[[], object],
) -> Member:
    """Take the output of `running` into the store, under `name`.

    `look` sees each plain piece; `closing` is called when all came, before it counts as stored: what
    it raises leaves nothing in the store.
    """
    plain, stored = _Hash(), _Hash()
    target = stored_name(backup_id, name)
    compressor = zstandard.ZstdCompressor(level=LEVEL, threads=THREADS)
    chunks = compressor.chunker(chunk_size=PIECE)

    def looked_at() -> Iterator[bytes]:
        for piece in pieces(running):
            plain.update(piece)
            look.feed(piece)
            yield piece

    def compressed() -> Iterator[bytes]:
        with in_background(looked_at()) as incoming:
            for piece in incoming:
                yield from chunks.compress(piece)
        yield from chunks.finish()  # type: ignore[no-untyped-call]

    with store.writing(target) as sink:

        def put(sealed: bytes) -> None:
            stored.update(sealed)
            sink.write(sealed)

        sealer = Sealer(key, target, put)
        counted = 0
        with in_background(compressed()) as outgoing:
            for chunk in outgoing:
                sealer.write(chunk)
                counted, more = plain.size, plain.size - counted
                count(more)
        closing()
        sealer.close()
    return Member(name, plain.size, plain.hexdigest(), stored.size, stored.hexdigest())


@contextlib.contextmanager
def taken_back(
    store: Store, key: bytes, backup_id: str, member: Member
) -> Iterator[Iterator[bytes]]:
    """The plain pieces of a member. At their end both hashes are compared: raises BackupDamaged."""
    target = stored_name(backup_id, member.name)
    stored = _Hash()
    with store.reading(target) as file:
        source = _Hashing(file, stored)
        with in_background(unseal(source, key, target)) as sealed:
            yield _checked(sealed, member, stored)


def _checked(sealed: Iterator[bytes], member: Member, stored: "_Hash") -> Iterator[bytes]:
    plain = _Hash()
    decompressor = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
    try:
        with decompressor.stream_reader(_Joined(sealed)) as reader:  # type: ignore[arg-type]
            while piece := reader.read(PIECE):
                plain.update(piece)
                if plain.size > member.plain_bytes:
                    raise BackupDamaged(detail=f"{member.name}: longer than it was")
                yield piece
    except zstandard.ZstdError as error:
        raise BackupDamaged(detail=f"{member.name}: {error}") from error
    for _ in sealed:  # what stands behind the end of the compressed stream is hashed as well
        pass
    if (plain.size, plain.hexdigest()) != (member.plain_bytes, member.plain_sha256):
        raise BackupDamaged(detail=f"{member.name}: other bytes than were taken in")
    if (stored.size, stored.hexdigest()) != (member.stored_bytes, member.stored_sha256):
        raise BackupDamaged(detail=f"{member.name}: other bytes than were stored")


def pieces(running: Running) -> Iterator[bytes]:
    """The output of a command in pieces of about 1 MiB: a pipe gives it in much smaller ones."""
    held = bytearray()
    while piece := running.read(PIECE - len(held)):
        if not held and len(piece) == PIECE:
            yield piece
            continue
        held += piece
        if len(held) == PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


@contextlib.contextmanager
def in_background(source: Iterable[T]) -> Iterator[Iterator[T]]:
    """The items of `source`, made by another thread, a few ahead. Its errors are raised here."""
    waiting: queue.Queue[tuple[T | None, BaseException | None, bool]] = queue.Queue(WAITING)
    stopped = threading.Event()

    def put(item: T | None, error: BaseException | None, over: bool) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                waiting.put((item, error, over), timeout=0.1)
                return

    def work() -> None:
        try:
            for item in source:
                if stopped.is_set():
                    return
                put(item, None, False)
            put(None, None, True)
        except BaseException as error:  # told to the thread that waits
            put(None, error, True)

    def items() -> Iterator[T]:
        while True:
            item, error, over = waiting.get()
            if error is not None:
                raise error
            if over:
                return
            yield item  # type: ignore[misc]  # only an end has no item

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield items()
    finally:
        stopped.set()
        thread.join()


class _Hash:
    """SHA-256 and length."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self.size = 0

    def update(self, piece: bytes) -> None:
        self._sha.update(piece)
        self.size += len(piece)

    def hexdigest(self) -> str:
        return self._sha.hexdigest()


class _Hashing:
    """A file that hashes what is read from it."""

    def __init__(self, file: Readable, sha: _Hash) -> None:
        self._file = file
        self._sha = sha

    def read(self, size: int, /) -> bytes:
        piece = self._file.read(size)
        self._sha.update(piece)
        return piece


class _Joined:
    """Pieces as a file, for the decompressor."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        held = self._held or next(self._source, b"")
        if size < 0:
            size = len(held)
        self._held = held[size:]
        return held[:size]
