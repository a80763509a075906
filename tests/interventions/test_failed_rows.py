"""Each failure ends as a row that staff understand, with an alarm, and leaves nothing half done (I4, I9)."""

import os
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hosting.records.models import OutgoingMail
from interventions import backups, tasks
from interventions.backups import FolderStore, preparing
from interventions.backups.errors import BackupDamaged, DiskFullThere, SwapFailed
from interventions.backups.streams import stored_name
from interventions.enums import BackupState, InterventionState, RestoreState
from interventions.models import HostingServer, Intervention, SiteBackup, SiteRestore
from interventions.services import answers, backing_up, purging, restoring, work
from interventions.services.leases import LEASE, MOST_BEGINNINGS
from tests.interventions import cases
from tests.interventions.cases import again
from tests.interventions.cuts import Hooked, cut
from tests.interventions.servers import NASTY, MariaDBServer, Sshd, free_port
from tests.interventions.sites import PLAIN, config, damage, plant, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "secrets")]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    """Rows keep their words in the house's language."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    """A store of this test's own."""
    return stored_in(FolderStore(home.parent / "store"), monkeypatch)


def stored_in(store: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(backups, "default_store", lambda: store)
    return store


@pytest.fixture
def root(home: Path, mariadb: MariaDBServer) -> Path:
    """A site with a database, as WordPress names it."""
    made = plant(home / "www")
    configure(made, mariadb, NASTY, mariadb.fill(PLAIN).name)
    return made


def configure(root: Path, mariadb: MariaDBServer, password: str, name: str) -> None:
    (root / "wp-config.php").write_text(
        config(name, "site", password, f"localhost:{mariadb.socket}")
    )


@pytest.fixture
def intervention(root: Path, store: FolderStore, sshd: Sshd, now: datetime) -> Intervention:
    return cases.on_server(root, sshd, now)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def backed_up(intervention: Intervention, now: datetime) -> SiteBackup:
    work.ask_backup(again(intervention), by=intervention.technician, now=now)
    backing_up.make_due(at(now))
    return again(intervention).backup


def invalidated(intervention: Intervention, root: Path, now: datetime) -> Intervention:
    """Work on a verified backup that went wrong, and whose restore is asked for."""
    assert backed_up(intervention, now).state == BackupState.READY
    work.start(again(intervention), by=intervention.technician, now=now)
    damage(root)
    work.end(again(intervention), report="x", by=intervention.technician, now=now)
    answers.invalidate(again(intervention), remark="Gone.", now=now)
    restoring.ask_restore(again(intervention), now=now)
    return again(intervention)


def alarms(words: str) -> int:
    found = OutgoingMail.objects.filter(kind="alarm_intervention", text__contains=words)
    return found.values("recipient").distinct().count()


def kept(store: FolderStore) -> list[str]:
    return [path.name for path in store.folder.rglob("*")] if store.folder.exists() else []


def assert_failed_backup(intervention: Intervention, store: FolderStore, words: str) -> None:
    found = again(intervention)
    assert (found.state, found.backup.state) == (InterventionState.OPEN, BackupState.FAILED)
    assert words in found.backup.error
    assert (found.backup.stored_as, found.backup.sealed_key) == ("", "")
    assert found.backup.next_try_at is None
    assert kept(store) == []
    assert alarms(words) == 1


def another_key(folder: Path) -> Path:
    key = folder / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    return key


def test_a_wrong_password_of_the_database(intervention, root, store, mariadb, now):
    configure(root, mariadb, "canary-7391", "sitenone")
    backed_up(intervention, now)
    assert_failed_backup(intervention, store, "does not accept the user site")
    assert not OutgoingMail.objects.filter(text__contains="canary-7391").exists()


def test_an_unknown_host_key(intervention, store, tmp_path, now):
    pinned = " ".join(another_key(tmp_path).with_suffix(".pub").read_text().split()[:2])
    HostingServer.objects.update(host_key=pinned)
    backed_up(intervention, now)
    assert_failed_backup(intervention, store, "Nothing was sent to it.")


def test_a_key_that_the_server_does_not_know(intervention, store, secrets, tmp_path, now):
    (secrets / "web1").write_bytes(another_key(tmp_path).read_bytes())
    backed_up(intervention, now)
    assert_failed_backup(intervention, store, "does not accept our key")


def test_a_server_that_is_away_for_three_minutes(intervention, store, now):
    HostingServer.objects.update(port=free_port())
    backed_up(intervention, now)
    assert alarms("cannot be reached") == 0
    for minute in (1, 2):
        assert again(intervention).backup.state == BackupState.QUEUED
        assert backing_up.make_due(at(now + minute * MINUTE)) == 1
    assert_failed_backup(intervention, store, "cannot be reached")


def test_a_full_store(intervention, root, small_disk, monkeypatch, now):
    (root / "large").write_bytes(os.urandom(6_000_000))
    small = stored_in(FolderStore(small_disk / "store"), monkeypatch)
    backed_up(intervention, now)
    assert_failed_backup(intervention, small, "The store of backups is full")


def test_a_connection_cut_in_the_middle_is_tried_again_and_leaves_nothing_meanwhile(
    intervention, root, home, sshd, monkeypatch, now
):
    (root / "large").write_bytes(os.urandom(24_000_000))
    hooked = stored_in(Hooked(home.parent / "store", 3, lambda: cut(sshd)), monkeypatch)
    assert backed_up(intervention, now).state == BackupState.QUEUED
    assert kept(hooked) == []
    assert backing_up.make_due(at(now + MINUTE)) == 1
    assert again(intervention).backup.state == BackupState.READY


def test_a_file_that_changes_while_it_is_read_is_named_in_the_backup(
    intervention, root, home, monkeypatch, now
):
    growing = root / "growing.log"
    growing.write_bytes(os.urandom(24_000_000))

    def grow() -> None:
        with growing.open("ab") as file:
            file.write(b"one more line\n")

    stored_in(Hooked(home.parent / "store", 2, grow), monkeypatch)
    found = backed_up(intervention, now)
    assert (found.state, found.manifest["warnings"]) == (BackupState.READY, ["./growing.log"])


def test_a_backup_that_does_not_read_back_leaves_no_bytes(intervention, store, monkeypatch, now):
    def damaged(*_args: Any, **_kwargs: Any) -> None:
        raise BackupDamaged(detail="a flipped byte")

    monkeypatch.setattr(backups, "verify", damaged)
    backed_up(intervention, now)
    assert_failed_backup(intervention, store, "a flipped byte")


def test_a_fault_of_ours_is_a_failure_too_and_its_text_stays_in_the_log(
    intervention, store, monkeypatch, now
):
    def wrong(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("canary-7391")

    monkeypatch.setattr(backups, "verify", wrong)
    backed_up(intervention, now)
    assert_failed_backup(intervention, store, "nobody foresaw (RuntimeError)")
    assert not OutgoingMail.objects.filter(text__contains="canary-7391").exists()


def test_a_backup_that_kills_its_workers_is_given_up(intervention, store, monkeypatch, now):
    def killed(*_args: Any, **_kwargs: Any) -> None:
        raise SystemExit

    work.ask_backup(intervention, by=intervention.technician, now=now)
    monkeypatch.setattr(backups, "verify", killed)
    for turn in range(MOST_BEGINNINGS):
        with pytest.raises(SystemExit):
            backing_up.make_due(at(now + turn * LEASE))
    assert backing_up.make_due(at(now + MOST_BEGINNINGS * LEASE)) == 1
    assert_failed_backup(intervention, store, "interrupted each time")


def assert_failed_restore(
    intervention: Intervention, root: Path, before: Any, words: str, now: datetime
) -> None:
    """The original is served with nothing beside it, the hold stays, staff know why."""
    found = again(intervention)
    assert (found.restore.state, found.backup.state) == (RestoreState.FAILED, BackupState.READY)
    assert found.state == InterventionState.INVALIDATED
    assert words in found.restore.error
    assert alarms(words) == 1
    assert seen(root) == before
    assert [path.name for path in root.parent.iterdir()] == ["www"]
    assert purging.purge_due(now + 30 * DAY) == 0


def schemas(mariadb: MariaDBServer, root: Path) -> set[str]:
    name = (root / "wp-config.php").read_text().split("define( 'DB_NAME', '")[1].split("'")[0]
    return {found for found in mariadb.sql("SHOW DATABASES").split() if found.startswith(name)} - {
        name
    }


def test_a_flipped_byte_is_refused_at_restore_and_nothing_stays_beside_the_site(
    intervention, root, store, mariadb, now
):
    held = invalidated(intervention, root, now)
    before = seen(root)
    file = store.folder / stored_name(held.backup.stored_as, "database")
    flipped = bytearray(file.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    file.write_bytes(flipped)
    restoring.restore_due(at(now))
    assert_failed_restore(intervention, root, before, "is damaged and must not be used", now)
    assert schemas(mariadb, root) == set()


def test_a_full_disk_of_the_server_at_restore(intervention, root, mariadb, monkeypatch, now):
    invalidated(intervention, root, now)
    before = seen(root)
    monkeypatch.setattr(preparing, "free_bytes", lambda machine, root: 1000)
    restoring.restore_due(at(now))
    assert_failed_restore(intervention, root, before, "full, or too small", now)


def test_a_database_that_refuses_at_the_end_of_the_preparation_leaves_nothing(
    intervention, root, mariadb, monkeypatch, now
):
    invalidated(intervention, root, now)
    before = seen(root)

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise DiskFullThere(detail="no space left")

    with monkeypatch.context() as patch:
        patch.setattr("interventions.backups.restoring._exchange", full)
        restoring.restore_due(at(now))
    assert_failed_restore(intervention, root, before, "no space left", now)
    assert schemas(mariadb, root) == set()
    restoring.ask_restore(again(intervention), now=now)
    restoring.restore_due(at(now))
    assert again(intervention).restore.state == RestoreState.DONE


def test_an_exchange_that_stops_three_times_is_taken_back(
    intervention, root, mariadb, monkeypatch, now
):
    """The last try gives the client his site as it was, not a maintenance page for ever."""
    invalidated(intervention, root, now)
    before = seen(root)
    real = backups.restore

    def stops(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        raise SwapFailed(detail="the server died")

    monkeypatch.setattr(backups, "restore", stops)
    for turn in range(3):
        assert restoring.restore_due(at(now + turn * MINUTE)) == 1
    assert_failed_restore(intervention, root, before, "the server died", now)
    assert schemas(mariadb, root) == set()


def test_a_site_is_restored_though_the_original_cannot_be_removed(
    intervention, root, monkeypatch, now
):
    held = invalidated(intervention, root, now)

    def refused(*_args: Any, **_kwargs: Any) -> None:
        raise DiskFullThere(detail="rm says no")

    monkeypatch.setattr(backups, "finish", refused)
    for turn in range(3):
        assert again(intervention).restore.state != RestoreState.DONE
        restoring.restore_due(at(now + turn * MINUTE))
    found = SiteRestore.objects.get(pk=held.restore.pk)
    assert (found.state, "rm says no" in found.error) == (RestoreState.DONE, True)
    assert again(intervention).told_mail is not None
    assert "Bonjour" in (root / "index.php").read_text()


def test_a_fault_of_ours_at_restore_is_a_failure_too(intervention, root, monkeypatch, now):
    invalidated(intervention, root, now)
    before = seen(root)

    def wrong(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("canary-7391")

    monkeypatch.setattr(backups, "restore", wrong)
    restoring.restore_due(at(now))
    assert_failed_restore(intervention, root, before, "nobody foresaw (RuntimeError)", now)


def test_a_restore_that_kills_its_workers_is_given_up_and_taken_back(
    intervention, root, monkeypatch, now
):
    invalidated(intervention, root, now)
    before = seen(root)

    def killed(*_args: Any, **_kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(backups, "restore", killed)
        for turn in range(MOST_BEGINNINGS):
            with pytest.raises(SystemExit):
                restoring.restore_due(at(now + turn * LEASE))
    assert restoring.restore_due(at(now + MOST_BEGINNINGS * LEASE)) == 1
    assert_failed_restore(intervention, root, before, "interrupted each time", now)


def test_celery_does_not_end_work_that_a_lease_looks_after(settings):
    for task in (tasks.sweep_backups, tasks.sweep_restores):
        assert task.time_limit > 100 * settings.CELERY_TASK_TIME_LIMIT


def test_names_that_are_no_text_and_links_go_the_whole_way(intervention, root, now):
    before = seen(root)
    assert b"/inval\xff\xfeid" in before
    assert b"/line\nbreak" in before
    held = invalidated(intervention, root, now)
    restoring.restore_due(at(now))
    assert again(held).restore.state == RestoreState.DONE
    assert seen(root) == before
