"""Interruptions at a chosen moment: of what is written or read, of a connection."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from interventions.backups import FolderStore
from tests.interventions.servers import Sshd


class Hooked(FolderStore):
    """A store that does something when the n-th piece is written or read."""

    def __init__(self, folder: Path, at: int, hook: Callable[[], object]) -> None:
        super().__init__(folder)
        self.left, self.hook = at, hook

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator["Hooked._Place"]:
        with super().writing(name) as sink:
            yield Hooked._Place(self, sink.write)

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator["Hooked._Place"]:
        with super().reading(name) as source:
            yield Hooked._Place(self, source.read)

    class _Place:
        def __init__(self, store: "Hooked", passed: Callable) -> None:
            self.store, self.passed = store, passed

        def write(self, piece):
            self.store.left -= 1
            if not self.store.left:
                self.store.hook()
            return self.passed(piece)

        read = write


def cut(sshd: Sshd) -> None:
    """End what serves the connection, as a network that goes away does."""
    for pid in sshd.sessions():
        os.kill(pid, 9)
