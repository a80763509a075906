"""Backup and restore of a site of files, against tar and zstd in pipes over the same tree.

At most 1.0 of `tar | zstd -1` and 1.15 of `zstd -d | tar`, 150 MB resident (PERFORMANCE). Ours hashes,
encrypts and flushes to the disk on the way, and compares what was restored; the pipes do not. The
second line of each kind lets the pipes flush as well. The seconds in which a maintenance page waits for
visitors to leave are no work, and left out.

python -m bench.backup [MEGABYTES [FILES]]
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

ROUNDS = 3
MEMORY_MEGABYTES = 150
WORDS = [f"mot{number:x}" for number in range(4_000)]


def main(megabytes: int = 520, files: int = 11_500) -> None:
    os.environ.update(
        {
            "DEVELOPMENT": "on",
            "DATABASE_URL": "postgresql:///none",
            "DJANGO_SETTINGS_MODULE": "hosting.settings",
        }
    )
    folder = Path(tempfile.mkdtemp(prefix="eh-bench-"))
    try:
        make_tree(folder / "home" / "www", megabytes * 1_000_000, files)
        for line in measure(folder):
            print(line, flush=True)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path) -> Iterator[str]:
    """One line per figure: name, value, unit, floor or peer, ratio. Rounds of all kinds interleave."""
    ours, peers, flushed = Times(), Times(), Times()
    work = Work(folder)
    for _ in range(ROUNDS):
        peers.take("create", work.pipe_out)
        ours.take("create", work.create)
        flushed.take("create", lambda: (work.pipe_out(), work.flush()))
        work.flush()
        peers.take("restore", work.pipe_in)
        work.clear()
        ours.take("restore", work.restore)
        work.clear()
        flushed.take("restore", lambda: (work.pipe_in(), work.flush()))
        work.clear()
    for kind in ("create", "restore"):
        own, peer, slow = (median(times.kept[kind]) for times in (ours, peers, flushed))
        yield f"backup_{kind} {own:.2f} s {peer:.2f} {own / peer:.2f}"
        yield f"backup_{kind}_flushed {own:.2f} s {slow:.2f} {own / slow:.2f}"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"backup_memory {memory:.0f} MB {MEMORY_MEGABYTES} {memory / MEMORY_MEGABYTES:.2f}"


class Work:
    """The same tree, saved and given back by us and by pipes."""

    def __init__(self, folder: Path) -> None:
        from interventions.backups import FolderStore, Site, new_key

        self.folder, self.root = folder, folder / "home" / "www"
        self.site, self.store, self.key = Site(str(self.root)), FolderStore(folder / "s"), new_key()

    def create(self) -> None:
        from interventions.backups import create, new_backup_id

        backup_id = new_backup_id()
        self.manifest = create(self.site, self.store, backup_id=backup_id, key=self.key)

    def restore(self) -> None:
        from interventions.backups import restore, scene

        scene.DRAIN_SECONDS = 0
        restore(self.site, self.manifest, self.store, key=self.key)

    def pipe_out(self) -> None:
        shell(
            f"tar -C {self.root} --format=posix -cf - . | zstd -q -1 -f -o {self.folder}/peer.zst"
        )

    def pipe_in(self) -> None:
        target = self.folder / "home" / "peer"
        target.mkdir()
        shell(f"zstd -q -d -c {self.folder}/peer.zst | tar -C {target} -xpf -")

    def flush(self) -> None:
        shell(f"sync -f {self.folder}")

    def clear(self) -> None:
        """As before a restore; our backups but the last are deleted."""
        from interventions.backups import delete, finish

        shutil.rmtree(self.folder / "home" / "peer", ignore_errors=True)
        finish(self.site, self.manifest)
        for old in (self.folder / "s").iterdir():
            if old.name != self.manifest.backup_id:
                delete(old.name, self.store)
        self.flush()


class Times:
    """Seconds of each kind of work."""

    def __init__(self) -> None:
        self.kept: dict[str, list[float]] = {}

    def take(self, kind: str, job: Callable[[], object]) -> None:
        begun = time.perf_counter()
        job()
        self.kept.setdefault(kind, []).append(time.perf_counter() - begun)


def make_tree(root: Path, size: int, files: int) -> None:
    """Like a WordPress: many small texts, pictures that do not compress, a few large files."""
    draw = random.Random(1)  # noqa: S311
    drawn = [draw.expovariate(1) for _ in range(files)]
    whole = sum(drawn)
    for number, share in enumerate(drawn):
        folder = root / f"wp-content/{number % 40}/{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        length = int(size * share / whole) + 1
        picture = number % 2
        content = draw.randbytes(length) if picture else text(draw, length)
        (folder / f"{number}.{'jpg' if picture else 'php'}").write_bytes(content)


def text(draw: random.Random, length: int) -> bytes:
    words = " ".join(draw.choices(WORDS, k=min(length // 7 + 1, 20_000))).encode()
    return (words * (length // len(words) + 1))[:length]


def shell(command: str) -> None:
    subprocess.run(["/bin/bash", "-o", "pipefail", "-c", command], check=True)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
