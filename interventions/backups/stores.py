"""Where backups lie: a file-like place on top of Django's storage, whole or not at all (I4, I8)."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from django.core.files.storage import FileSystemStorage, Storage, storages

from interventions.backups.errors import DiskFullHere, StoreFailed
from interventions.backups.sealing import Readable

FOLDER = "backups"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Sink(Protocol):
    def write(self, piece: bytes, /) -> object: ...


class Store(Protocol):
    """What the engine needs of a place for backups; names are relative, with `/` between folders."""

    def writing(self, name: str) -> contextlib.AbstractContextManager[Sink]:
        """A place to write to. `name` exists when the block ends well, otherwise nothing does."""

    def reading(self, name: str) -> contextlib.AbstractContextManager[Readable]:
        """The bytes of `name`. Raises StoreFailed when there is none."""

    def delete(self, name: str) -> None:
        """Remove `name` and what an interrupted writing left of it; no error if there is nothing."""

    def free_bytes(self) -> int | None:
        """How much more fits; None where nobody knows (an object store)."""


class FolderStore:
    """A private folder: written beside as `.part`, flushed to the disk, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Sink]:
        target = self.folder / name
        part = target.with_name(target.name + ".part")
        try:
            with said_plainly():
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb", buffering=0) as file:
                yield _Raw(file)
                with said_plainly():
                    os.fsync(file.fileno())
            with said_plainly():
                part.replace(target)
                _flush_folder(target.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[Readable]:
        try:
            file = (self.folder / name).open("rb", buffering=0)
        except OSError as error:
            raise StoreFailed(detail=f"{name}: {error.strerror}") from error
        with file:
            yield file

    def delete(self, name: str) -> None:
        target = self.folder / name
        for path in (target, target.with_name(target.name + ".part")):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not empty, or never made
            target.parent.rmdir()

    def free_bytes(self) -> int | None:
        place = self.folder
        while not place.exists():
            place = place.parent
        return shutil.disk_usage(place).free


class StorageStore:
    """Any other Django storage. An object store shows an object only once it was closed well."""

    def __init__(self, storage: Storage, folder: str = FOLDER) -> None:
        self.storage = storage
        self.folder = folder

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Sink]:
        target = f"{self.folder}/{name}"
        file = self.storage.open(target, "wb")
        try:
            yield file
            with said_plainly():
                file.close()
        except BaseException:
            with contextlib.suppress(Exception):
                file.close()
            self.storage.delete(target)
            raise

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[Readable]:
        try:
            file: IO[bytes] = self.storage.open(f"{self.folder}/{name}", "rb")
        except OSError as error:
            raise StoreFailed(detail=f"{name}: {error}") from error
        with file:
            yield file

    def delete(self, name: str) -> None:
        self.storage.delete(f"{self.folder}/{name}")

    def free_bytes(self) -> int | None:
        return None


def default_store() -> Store:
    """Backups in the default storage of the settings: its folder, or its object store."""
    storage = storages["default"]
    if isinstance(storage, FileSystemStorage):
        return FolderStore(Path(storage.path(FOLDER)))
    return StorageStore(storage)


class _Raw:
    """A file without buffer whose errors are said in our words."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, piece: bytes) -> None:
        left = memoryview(piece)
        with said_plainly():
            while left:
                left = left[self._file.write(left) :]


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """A full disk and other trouble of the store, in words for staff."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFullHere(detail=os.strerror(error.errno or 0)) from error
        raise StoreFailed(detail=str(error)) from error


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
