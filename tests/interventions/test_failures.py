"""What can go wrong goes wrong in words, leaves nothing half done, and never touches the site."""

import contextlib
import os
import re
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from devtools.paths import is_root
from interventions.backups import (
    BackupError,
    FolderStore,
    Manifest,
    Progress,
    Site,
    Standing,
    create,
    delete,
    new_backup_id,
    new_key,
    preparing,
    probe,
    restore,
    roll_back,
    standing,
    verify,
)
from interventions.backups.creating import read_complaints
from interventions.backups.errors import (
    ArchiveRefused,
    BackupDamaged,
    CommandFailed,
    ConnectionCut,
    DatabaseLoginRefused,
    DatabaseRefused,
    DiskFullHere,
    DiskFullThere,
    DumpIncomplete,
    FilesUnreadable,
    LoginRefused,
    SiteNotFound,
    UnknownHostKey,
    Unreachable,
)
from interventions.backups.machines import Answer, ThisMachine
from interventions.backups.sealing import MAGIC
from interventions.backups.streams import keep
from interventions.backups.values import Counts, WordPress
from tests.interventions.cuts import Hooked, cut
from tests.interventions.servers import NASTY, MariaDBServer, Sshd, free_port
from tests.interventions.sites import PLAIN, RICH, config, damage, plant, seen

pytestmark = pytest.mark.usefixtures("english")
KEY, ID = new_key(), new_backup_id()


@pytest.fixture
def root(home: Path) -> Path:
    return plant(home / "www")


def kept(store: FolderStore) -> list[str]:
    return [path.name for path in store.folder.rglob("*")] if store.folder.exists() else []


def test_a_server_with_another_host_key_is_refused_and_both_keys_are_named(
    root: Path, store: FolderStore, sshd: Sshd, tmp_path: Path
):
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    pinned = " ".join(other.with_suffix(".pub").read_text().split()[:2])
    site = Site(str(root), sshd.server(host_key=pinned))
    with pytest.raises(UnknownHostKey) as caught:
        create(site, store, backup_id=ID, key=KEY)
    assert len(re.findall(r"SHA256:\S{43}", str(caught.value))) == 2
    assert not kept(store)


def test_a_server_that_does_not_know_our_key_is_said(root: Path, sshd: Sshd, tmp_path: Path):
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    with pytest.raises(LoginRefused, match="does not accept our key"):
        probe(Site(str(root), sshd.server(private_key=other.read_bytes())))


def test_a_server_that_is_not_there_is_said(root: Path, sshd: Sshd):
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 cannot be reached"):
        probe(Site(str(root), sshd.server(port=free_port())))


@pytest.mark.parametrize("path", ["/no/such/folder", "/", "relative"])
def test_a_site_that_is_not_there_is_said(path: str, store: FolderStore):
    with pytest.raises(SiteNotFound, match=path):
        create(Site(path), store, backup_id=ID, key=KEY)


def test_a_wrong_password_is_said_without_it(
    root: Path, store: FolderStore, mariadb: MariaDBServer
):
    name = mariadb.fill(PLAIN).name
    site = Site(str(root), database=mariadb.database(name, password="canary-7391"))
    with pytest.raises(DatabaseLoginRefused, match="user site") as caught:
        create(site, store, backup_id=ID, key=KEY)
    assert "canary-7391" not in f"{caught.value!r} {caught.value.facts} {site!r}"
    assert not kept(store)


def test_an_account_without_the_right_to_a_second_database_is_a_hindrance(
    root: Path, mariadb: MariaDBServer
):
    mariadb.sql("CREATE DATABASE siteshop")
    narrow = mariadb.database("siteshop", user="narrow", password="narrow")
    hindrances = probe(Site(str(root), database=narrow)).hindrances
    assert len(hindrances) == 1
    assert "Access denied" in hindrances[0]
    free = mariadb.database("siteshop")
    assert probe(Site(str(root), database=free)).hindrances == ()


def test_a_password_is_in_no_command_line_and_in_no_file_of_the_server(
    root: Path, home: Path, mariadb: MariaDBServer, monkeypatch: pytest.MonkeyPatch
):
    found: list[str] = []
    temporary = home.parent / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))

    def look() -> None:
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                found.append(line.read_bytes().decode(errors="replace"))

    site = Site(str(root), database=mariadb.fill(RICH))
    create(site, Hooked(home.parent / "store", 4, look), backup_id=ID, key=KEY)
    assert any("mariadb" in words for words in found)
    assert not any(NASTY in words for words in found)
    assert not any(temporary.iterdir())


def test_a_full_store_is_said_and_left_empty(root: Path, small_disk: Path):
    for number in range(4):
        (root / f"large-{number}").write_bytes(os.urandom(1_500_000))
    store = FolderStore(small_disk / "store")
    with pytest.raises(DiskFullHere, match="The store of backups is full"):
        create(Site(str(root)), store, backup_id=ID, key=KEY)
    assert not kept(store)


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_full_disk_of_the_server_is_said_and_the_site_stays(
    home: Path, store: FolderStore, monkeypatch: pytest.MonkeyPatch, asked_before: bool, request
):
    if is_root():
        home = request.getfixturevalue("small_disk")
    root = home / "www"
    root.mkdir()
    (root / "large").write_bytes(os.urandom(1_400_000))
    site = Site(str(root))
    manifest = create(site, store, backup_id=ID, key=KEY)
    (root / "large").write_bytes(b"broken")
    (root / "filling").write_bytes(os.urandom(1_400_000))
    before = seen(root)
    if not is_root():
        full = home.parent / "bin"
        full.mkdir()
        (full / "tar").write_text("#!/bin/sh\necho tar: No space left on device >&2; exit 2\n")
        (full / "tar").chmod(0o755)
        monkeypatch.setenv("PATH", f"{full}:{os.environ['PATH']}")
    elif not asked_before:
        monkeypatch.setattr(preparing, "free_bytes", lambda machine, root: 10**9)
    with pytest.raises(DiskFullThere):
        restore(site, manifest, store, key=KEY)
    assert seen(root) == before
    roll_back(site, manifest)
    assert os.listdir(home) == ["www"]
    assert seen(root) == before


def test_a_connection_cut_while_saving_leaves_nothing(root: Path, home: Path, sshd: Sshd):
    for number in range(12):
        (root / f"large-{number}").write_bytes(os.urandom(2_000_000))
    store = Hooked(home.parent / "store", 3, lambda: cut(sshd))
    with pytest.raises(ConnectionCut):
        create(Site(str(root), sshd.server()), store, backup_id=ID, key=KEY)
    assert not kept(store)


def test_a_connection_cut_while_restoring_leaves_the_original_and_can_be_resumed(
    root: Path, home: Path, store: FolderStore, sshd: Sshd, mariadb: MariaDBServer
):
    for number in range(12):
        (root / f"large-{number}").write_bytes(os.urandom(2_000_000))
    site = Site(str(root), sshd.server(), mariadb.fill(PLAIN))
    manifest = create(site, store, backup_id=ID, key=KEY)
    good = seen(root)
    damage(root)
    broken = seen(root)
    with pytest.raises(BackupError):
        restore(site, manifest, Hooked(store.folder, 4, lambda: cut(sshd)), key=KEY)
    assert seen(root) == broken
    assert standing(site, manifest) == Standing.PREPARING
    restore(site, manifest, store, key=KEY)
    assert seen(root) == good


def test_files_that_change_while_they_are_read_are_named(root: Path, home: Path):
    growing = root / "growing.log"
    growing.write_bytes(os.urandom(24_000_000))

    def grow() -> None:
        with growing.open("ab") as file:
            file.write(b"one more line\n")

    store = Hooked(home.parent / "store", 2, grow)
    manifest = create(Site(str(root)), store, backup_id=ID, key=KEY)
    assert manifest.warnings == ("./growing.log",)
    verify(manifest, store, key=KEY)


def test_what_tar_complains_of_is_told_apart():
    gone = "tar: ./a: File removed before we read it\ntar: ./b: file changed as we read it\n"
    assert read_complaints(Answer(1, b"", gone)) == (None, ["./a", "./b"])
    closed = "tar: ./c: Cannot open: Permission denied\ntar: Exiting with failure status due to previous errors\n"
    error, _ = read_complaints(Answer(2, b"", closed))
    assert isinstance(error, FilesUnreadable)
    assert "./c" in str(error)
    error, _ = read_complaints(Answer(-9, b"", ""))
    assert isinstance(error, BackupError)
    assert read_complaints(Answer(0, b"", "")) == (None, [])


def test_a_dump_without_its_end_is_refused(
    root: Path, home: Path, store: FolderStore, mariadb: MariaDBServer, monkeypatch
):
    real = shutil.which("mariadb-dump")
    shim = home.parent / "bin" / "mariadb-dump"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\n{real} "$@" | head -n 20\n')
    shim.chmod(0o755)
    site = Site(str(root), database=mariadb.fill(RICH))
    monkeypatch.setenv("PATH", f"{shim.parent}:{os.environ['PATH']}")
    with pytest.raises(DumpIncomplete, match="closing line is missing"):
        create(site, store, backup_id=ID, key=KEY)
    assert not kept(store)


def test_a_database_that_is_gone_is_said(root: Path, store: FolderStore, mariadb: MariaDBServer):
    site = Site(str(root), database=mariadb.database("sitenone"))
    with pytest.raises(DatabaseRefused, match="Unknown database"):
        create(site, store, backup_id=ID, key=KEY)


def test_any_flipped_byte_or_cut_end_is_refused(root: Path, store: FolderStore):
    site = Site(str(root))
    manifest = create(site, store, backup_id=ID, key=KEY)
    file = store.folder / ID / "files.zst.sealed"
    good, before = file.read_bytes(), seen(root)
    for at in (0, len(MAGIC), len(good) // 2, len(good) - 1):
        flipped = bytearray(good)
        flipped[at] ^= 1
        file.write_bytes(flipped)
        with pytest.raises(BackupDamaged):
            verify(manifest, store, key=KEY)
    with pytest.raises(BackupDamaged):
        restore(site, manifest, store, key=KEY)
    file.write_bytes(good[:-20])
    with pytest.raises(BackupDamaged):
        verify(manifest, store, key=KEY)
    file.write_bytes(good)
    with pytest.raises(BackupDamaged, match="another key"):
        verify(manifest, store, key=new_key())
    assert seen(root) == before
    assert verify(manifest, store, key=KEY).counts == manifest.counts


def evil(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


EVIL = {
    "parent": [evil("./../evil")],
    "inner parent": [evil("./a", tarfile.DIRTYPE), evil("./a/../../evil")],
    "absolute": [evil("/etc/evil")],
    "no root": [evil("evil")],
    "device": [evil("./null", tarfile.CHRTYPE)],
    "pipe": [evil("./pipe", tarfile.FIFOTYPE)],
    "through a link": [evil("./a", tarfile.SYMTYPE, "/etc"), evil("./a/evil")],
    "link made folder": [evil("./a", tarfile.SYMTYPE, "/etc"), evil("./a", tarfile.DIRTYPE)],
    "hard link outside": [evil("./a", tarfile.LNKTYPE, "/etc/passwd")],
    "hard link above": [evil("./a", tarfile.LNKTYPE, "./../../etc/passwd")],
    "unknown": [evil("./a", b"V")],
}


@pytest.mark.parametrize("kind", EVIL)
def test_an_archive_that_could_do_harm_is_refused_before_the_server_sees_it(
    kind: str, root: Path, home: Path, store: FolderStore
):
    written = BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for entry in [evil("./", tarfile.DIRTYPE), *EVIL[kind]]:
            archive.addfile(entry)
    (home.parent / "evil.tar").write_bytes(written.getvalue())
    with ThisMachine().start(f"cat {home.parent / 'evil.tar'}") as running:
        member = keep(running, store, KEY, ID, "files", Unlooking(), lambda _: None, running.finish)
    counts = Counts(files=1, folders=1)
    manifest = Manifest(ID, str(root), (member,), counts, (counts, counts))
    before = seen(root)
    with pytest.raises(ArchiveRefused):
        verify(manifest, store, key=KEY)
    with pytest.raises(ArchiveRefused):
        restore(Site(str(root)), manifest, store, key=KEY)
    assert seen(root) == before
    roll_back(Site(str(root)), manifest)
    assert os.listdir(home) == ["www"]


class Unlooking:
    def feed(self, piece: bytes) -> None:
        """Look away."""


def test_a_progress_that_raises_stops_the_backup_and_leaves_nothing(root: Path, store: FolderStore):
    class Stopped(Exception):
        pass

    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        create(Site(str(root)), store, backup_id=ID, key=KEY, tell=stop)
    assert not kept(store)


def test_a_deleted_backup_is_gone_and_may_be_deleted_again(root: Path, store: FolderStore):
    manifest = create(Site(str(root)), store, backup_id=ID, key=KEY)
    delete(ID, store)
    delete(ID, store)
    assert not kept(store)
    with pytest.raises(BackupError):
        verify(manifest, store, key=KEY)


def test_a_site_whose_whole_folder_was_removed_comes_back(root: Path, store: FolderStore):
    site = Site(str(root))
    manifest = create(site, store, backup_id=ID, key=KEY)
    before = seen(root)
    subprocess.run(["chmod", "-R", "u+rwx", str(root)], check=True)
    shutil.rmtree(root)
    restore(site, manifest, store, key=KEY)
    assert seen(root) == before


def test_a_site_that_cannot_be_moved_is_left_as_it_is(
    root: Path, home: Path, store: FolderStore, monkeypatch: pytest.MonkeyPatch
):
    site = Site(str(root))
    manifest = create(site, store, backup_id=ID, key=KEY)
    before = seen(root)
    shim = home.parent / "bin" / "mv"
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\ncase "$*" in *www*) echo mv: busy >&2; exit 1;; esac; exec {shutil.which("mv")} "$@"\n'
    )
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}:{os.environ['PATH']}")
    with pytest.raises(CommandFailed, match="mv: busy"):
        restore(site, manifest, store, key=KEY)
    assert seen(root) == before
    assert standing(site, manifest) == Standing.PREPARED


def test_a_wordpress_is_restored_with_the_database_of_the_backup_though_its_own_file_is_broken(
    root: Path, store: FolderStore, mariadb: MariaDBServer
):
    database = mariadb.fill(PLAIN)
    words = config(database.name, "site", NASTY, f"localhost:{mariadb.socket}")
    (root / "wp-config.php").write_text(words)
    site = Site(str(root), database=WordPress())
    assert probe(site).database == database
    manifest = create(site, store, backup_id=ID, key=KEY)
    good, dump = seen(root), mariadb.dump(database.name)
    (root / "wp-config.php").write_text("<?php die();")
    mariadb.sql("DROP TABLE wp_posts", database.name)
    restore(site, manifest, store, key=KEY)
    assert (seen(root), mariadb.dump(database.name)) == (good, dump)
    roll_back(site, manifest)
    assert (root / "wp-config.php").read_text() == "<?php die();"
    assert mariadb.schemas(database) == {database.name}
