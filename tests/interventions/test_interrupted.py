"""A restore that is interrupted anywhere leaves the original or the restored site, never a mix (I11)."""

import os
import random
import select
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from devtools.binaries import find_postgres
from interventions.backups import (
    BackupError,
    FolderStore,
    Manifest,
    Site,
    Standing,
    create,
    finish,
    new_backup_id,
    new_key,
    restore,
    roll_back,
    scene,
    standing,
)
from interventions.backups.errors import SwapFailed
from interventions.backups.restoring import _scene
from tests.interventions.servers import MariaDBServer, PostgresServer, Sshd
from tests.interventions.sites import (
    POSTGRES,
    POSTGRES_VANDALISM,
    RICH,
    VANDALISM,
    damage,
    plant,
    seen,
)
from tests.interventions.victim import Victims

SHIMMED = ("mv", "mariadb", "psql", "rm")
SHIM = """#!/bin/sh
count=$(($(cat "$0.count") + 1)); echo $count >"$0.count"
[ $count -ne "$(cat "$0.at")" ] || kill -9 0
exec {program} "$@"
"""


@dataclass
class Case:
    """A site, its backup, and how it looks before (`good`) and after a mistake (`broken`)."""

    site: Site
    manifest: Manifest
    store: FolderStore
    key: bytes
    look: Callable[[], tuple[Any, str]]
    good: tuple[Any, str]
    broken: tuple[Any, str]

    def restore(self) -> None:
        restore(self.site, self.manifest, self.store, key=self.key)

    def step(self, verb: str) -> int:
        """Run one verb on the server; its exit code."""
        with _scene(self.site, self.manifest) as scene:
            return scene.run(verb).status


@dataclass(frozen=True)
class Kind:
    """A database server, what a site has in it, and a mistake."""

    server: MariaDBServer | PostgresServer
    content: str
    mistake: str
    program: str


@pytest.fixture(params=["mariadb", "postgresql"])
def kind(request: pytest.FixtureRequest) -> Kind:
    server = request.getfixturevalue(request.param)
    if request.param == "postgresql":
        return Kind(server, POSTGRES, POSTGRES_VANDALISM, "psql")
    return Kind(server, RICH, VANDALISM, "mariadb")


def prepared_case(root: Path, store: FolderStore, kind: Kind, server: Any = None) -> Case:
    database = kind.server.fill(kind.content)
    site = Site(str(root), server, database)
    backup_id, key = new_backup_id(), new_key()
    manifest = create(site, store, backup_id=backup_id, key=key)

    def look() -> tuple[Any, str]:
        return (seen(root) if root.exists() else None), kind.server.dump(database.name)

    good = look()
    damage(root)
    kind.server.sql(kind.mistake, database.name)
    return Case(site, manifest, store, key, look, good, look())


def assert_no_mix(case: Case) -> None:
    """Where a site is served, its database is its own; otherwise the maintenance page is up, or nothing."""
    files, dump = case.look()
    if files == case.good[0]:
        assert dump == case.good[1]
    elif files == case.broken[0]:
        assert dump == case.broken[1]
    else:
        assert files is None or set(files) == {b"", b"/index.html", b"/index.php", b"/.htaccess"}


@pytest.fixture
def victims() -> Iterator[Victims]:
    started = Victims()
    yield started
    started.stop()


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("KILL_SEED") or random.randrange(10**6))


@pytest.mark.parametrize("place", ["here", "ssh"])
def test_a_restore_killed_at_random_points_is_completed_or_rolled_back(
    place: str,
    home: Path,
    store: FolderStore,
    mariadb: MariaDBServer,
    sshd: Sshd,
    victims: Victims,
    seed: int,
):
    print("KILL_SEED", seed)  # noqa: T201
    draw = random.Random(seed)
    kind = Kind(mariadb, RICH, VANDALISM, "mariadb")
    case = prepared_case(
        plant(home / "www"), store, kind, sshd.server() if place == "ssh" else None
    )
    job = (case.site, case.manifest, store.folder, case.key)
    begun = time.monotonic()
    victims.begin(home.parent / "job", *job)
    assert victims.ended() == 0
    whole = time.monotonic() - begun
    assert case.look() == case.good
    roll_back(case.site, case.manifest)
    assert case.look() == case.broken
    for turn in range(5):
        pid = victims.begin(home.parent / "job", *job)
        _wait(pid, draw.uniform(0, whole))
        victims.killed(pid)
        _at_rest(sshd, case.manifest.backup_id)
        assert_no_mix(case)
        if turn % 2:
            case.restore()
            assert case.look() == case.good
        roll_back(case.site, case.manifest)
        assert case.look() == case.broken
        assert os.listdir(home) == ["www"]
        assert kind.server.schemas(case.site.database) == {case.site.database.name}


def _at_rest(sshd: Sshd, backup_id: str) -> None:
    """What the killed process had begun on the server is over: a look takes its time."""
    for pid in sshd.sessions():
        _wait(pid, 20)
    while running := [pid for pid in map(int, pids()) if backup_id.encode() in words_of(pid)]:
        for pid in running:
            _wait(pid, 20)


def pids() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdecimal() and int(name) != os.getpid()]


def words_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _wait(pid: int, seconds: float) -> None:
    """Until the process ends, at most `seconds`."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([handle], [], [], seconds)
    finally:
        os.close(handle)


@pytest.fixture
def shims(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], bool]:
    """Kill the script on the "server" (its whole process group) before the n-th call of a program.

    Returns a function: set program and n (0: never); told whether the last one was reached.
    """
    folder = home.parent / "bin"
    folder.mkdir()
    path = f"{find_postgres().bin}:{os.environ['PATH']}"
    for name in SHIMMED:
        (folder / name).write_text(SHIM.format(program=shutil.which(name, path=path)))
        (folder / name).chmod(0o755)

    def set_to(program: str, at: int) -> None:
        for name in SHIMMED:
            (folder / f"{name}.count").write_text("0")
            (folder / f"{name}.at").write_text(str(at if name == program else 0))

    set_to("", 0)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return set_to  # type: ignore[return-value]


def test_the_exchange_can_be_cut_before_each_of_its_steps(
    home: Path, store: FolderStore, kind: Kind, shims: Callable[[str, int], None]
):
    case = prepared_case(plant(home / "www"), store, kind)
    case.restore()
    assert case.step("back") == 0
    assert case.look() == case.broken
    cut = 0
    for program in ("mv", kind.program):
        for at in range(1, 30):
            shims(program, at)
            ended = case.step("forward")
            shims("", 0)
            assert_no_mix(case)
            if ended == 0:
                assert case.step("back") == 0
                assert case.look() == case.broken
                break
            cut += 1
            if cut % 2:
                case.restore()
                assert standing(case.site, case.manifest) == Standing.RESTORED
                assert case.look() == case.good
            assert case.step("back") == 0
            assert case.look() == case.broken
            assert standing(case.site, case.manifest) == Standing.PREPARED
    assert cut >= 6


def test_the_way_back_can_be_cut_before_each_of_its_steps(
    home: Path, store: FolderStore, kind: Kind, shims: Callable[[str, int], None]
):
    case = prepared_case(plant(home / "www"), store, kind)
    cut = 0
    for program in ("mv", kind.program):
        for at in range(1, 30):
            case.restore()
            assert case.look() == case.good
            shims(program, at)
            ended = case.step("back")
            shims("", 0)
            assert_no_mix(case)
            if cut % 2:  # whoever restores again need not know that it was on its way back
                case.restore()
                assert case.look() == case.good
            assert case.step("back") == 0
            assert case.look() == case.broken
            if ended == 0:
                break
            cut += 1
    assert cut >= 6


def test_cleaning_up_can_be_cut_and_repeated(
    home: Path, store: FolderStore, kind: Kind, shims: Callable[[str, int], None]
):
    case = prepared_case(plant(home / "www"), store, kind)
    for program, at in ((kind.program, 1), ("rm", 1), ("rm", 2), ("rm", 3)):
        case.restore()
        shims(program, at)
        with pytest.raises(BackupError):
            finish(case.site, case.manifest)
        shims("", 0)
        assert case.look() == case.good
        finish(case.site, case.manifest)
        assert standing(case.site, case.manifest) == Standing.NONE
        assert os.listdir(home) == ["www"]
        assert kind.server.schemas(case.site.database) == {case.site.database.name}


def test_a_database_that_refuses_the_exchange_leaves_the_original_served(
    home: Path, store: FolderStore, mariadb: MariaDBServer
):
    kind = Kind(mariadb, RICH, VANDALISM, "mariadb")
    case = prepared_case(plant(home / "www"), store, kind)
    case.restore()
    assert case.step("back") == 0
    definitions = next(home.glob(".easyhoster-*/definitions.new.sql"))
    definitions.write_text("CREATE VIEW nonsense AS SELECT * FROM nowhere;")
    with pytest.raises(BackupError) as caught:
        case.restore()
    assert not isinstance(caught.value, SwapFailed)
    assert "nowhere" in str(caught.value)
    assert case.look() == case.broken
    assert standing(case.site, case.manifest) == Standing.PREPARED


@pytest.mark.parametrize("verb", ["forward", "back"])
def test_the_maintenance_page_stands_for_a_moment_before_the_database_moves(
    verb: str, home: Path, store: FolderStore, mariadb: MariaDBServer, monkeypatch
):
    case = prepared_case(plant(home / "www"), store, Kind(mariadb, RICH, VANDALISM, "mariadb"))
    case.restore()
    assert case.step("back") == 0
    if verb == "back":
        case.restore()
    _, dump = case.look()
    shim, found = home.parent / "bin" / "sleep", home.parent / "found"
    shim.parent.mkdir()
    names = f"cat {home}/www/index.php; mariadb --no-defaults -S {mariadb.socket} -uroot -e"
    shim.write_text(
        f'#!/bin/sh\n{{ echo "$1"; {names} "SHOW TABLES" {case.site.database.name}; }} >{found}\n'
    )
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(scene, "DRAIN_SECONDS", 3)
    assert case.step(verb) == 0
    seconds, *shown = found.read_text().splitlines()
    assert (seconds, "503" in shown[0], "This site is being restored" in shown[0]) == (
        "3",
        True,
        True,
    )
    assert ("evil" in shown) == ("CREATE TABLE `evil`" in dump) == (verb == "forward")
