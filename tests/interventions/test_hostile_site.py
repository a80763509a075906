"""A site whose owner means harm: what he writes into it gives him neither the server nor another's site."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from devtools.paths import is_root
from interventions.backups import (
    BackupError,
    FolderStore,
    Site,
    create,
    new_backup_id,
    new_key,
    probe,
    restore,
    roll_back,
)
from interventions.backups.errors import (
    ConfigurationUnreadable,
    ForeignLink,
    SiteMoved,
    WrongMoment,
)
from interventions.backups.looking import machine_of, user_name
from interventions.backups.values import WordPress
from tests.interventions.servers import MariaDBServer
from tests.interventions.sites import PLAIN, config, plant, seen

pytestmark = pytest.mark.usefixtures("english")
KEY, ID = new_key(), new_backup_id()
SOMEBODY = 4711


@pytest.fixture
def root(home: Path) -> Path:
    return plant(home / "www")


@pytest.fixture
def victim():
    """A short name, so that it fits into the name of a view."""
    with TemporaryDirectory(prefix="v", dir="/tmp") as folder:
        yield Path(folder) / "shell.php"


def led_elsewhere(link: Path, target: Path) -> None:
    """A link of somebody who does not own what it leads to."""
    link.symlink_to(target)
    if is_root():
        os.lchown(link, SOMEBODY, SOMEBODY)


def test_a_view_named_as_an_option_is_a_view(
    root: Path, store: FolderStore, mariadb: MariaDBServer, victim: Path
):
    view = f"`--result-file={victim}`"
    database = mariadb.fill(f"{PLAIN} CREATE VIEW {view} AS SELECT '<?php evil();' AS x;")
    site = Site(str(root), database=database)
    manifest = create(site, store, backup_id=ID, key=KEY)
    mariadb.sql(f"DROP VIEW {view}", database.name)
    restore(site, manifest, store, key=KEY)
    assert "evil" in mariadb.sql(f"SHOW CREATE VIEW {view}", database.name)
    assert not victim.exists()


def test_a_database_named_as_an_option_is_a_database(
    root: Path, store: FolderStore, mariadb: MariaDBServer, victim: Path
):
    words = config(
        f"--result-file={victim}", "site", mariadb.password, f"localhost:{mariadb.socket}"
    )
    (root / "wp-config.php").write_text(words)
    with pytest.raises(BackupError):
        create(Site(str(root), database=WordPress()), store, backup_id=ID, key=KEY)
    assert not victim.exists()


def test_a_dump_gives_no_commands_to_the_program_that_loads_it(
    root: Path,
    home: Path,
    store: FolderStore,
    mariadb: MariaDBServer,
    victim: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    """As from a database server that lies about its version (CVE-2024-21096)."""
    real = shutil.which("mariadb-dump")
    shim = home.parent / "bin" / "mariadb-dump"
    shim.parent.mkdir()
    shim.write_text(
        f"#!/bin/sh\n{real} \"$@\" | sed -e '/sandbox mode/d'"
        f" -e 's#^-- Server version.*#&\\n\\\\! touch {victim}\\nsystem touch {victim}#'\n"
    )
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}:{os.environ['PATH']}")
    site = Site(str(root), database=mariadb.fill(PLAIN))
    before = seen(root)
    manifest = create(site, store, backup_id=ID, key=KEY)
    with pytest.raises(BackupError):
        restore(site, manifest, store, key=KEY)
    assert not victim.exists()
    assert seen(root) == before


def test_a_configuration_cannot_name_the_account_of_the_provider(
    root: Path, mariadb: MariaDBServer
):
    """MariaDB lets that account in by its name alone (unix_socket)."""
    with machine_of(Site(str(root))) as machine:
        ours = user_name(machine)
    mariadb.sql(
        f"CREATE USER IF NOT EXISTS {ours}@localhost; ALTER USER {ours}@localhost"
        " IDENTIFIED VIA mysql_native_password USING PASSWORD('') OR unix_socket"
    )
    (root / "wp-config.php").write_text(config("mysql", ours, "x", f"localhost:{mariadb.socket}"))
    with pytest.raises(ConfigurationUnreadable, match="DB_USER"):
        probe(Site(str(root), database=WordPress()))


def test_a_site_that_became_a_link_to_another_is_not_taken(home: Path, store: FolderStore):
    led_elsewhere(home / "www", Path("/usr/share"))
    with pytest.raises(ForeignLink, match="www"):
        create(Site(str(home / "www")), store, backup_id=ID, key=KEY)


def test_a_link_behind_a_link_of_the_provider_is_seen(home: Path, store: FolderStore):
    led_elsewhere(home / "www", Path("/usr/share"))
    (home / "ours").symlink_to(home)
    with pytest.raises(ForeignLink, match="www"):
        create(Site(str(home / "ours" / "www")), store, backup_id=ID, key=KEY)


def test_a_link_between_folders_of_one_owner_is_followed(root: Path, home: Path):
    (home / "current").symlink_to("www")
    (home / "again").symlink_to(home / "current")
    assert probe(Site(str(home / "again"))).root == str(root)


def test_a_configuration_of_another_owner_is_not_read(root: Path):
    led_elsewhere(root / "wp-config.php", Path("/etc/passwd"))
    with pytest.raises(ForeignLink, match=r"wp-config\.php"):
        probe(Site(str(root), database=WordPress()))


def test_a_site_whose_way_became_a_link_is_not_restored_elsewhere(home: Path, store: FolderStore):
    root = plant(home / "mine" / "www")
    site = Site(str(root))
    manifest = create(site, store, backup_id=ID, key=KEY)
    (home / "mine").rename(home / "moved")
    (home / "other" / "www").mkdir(parents=True)
    (home / "mine").symlink_to("other")
    with pytest.raises(SiteMoved):
        restore(site, manifest, store, key=KEY)
    with pytest.raises(WrongMoment, match="moved"):
        roll_back(site, manifest)
    assert os.listdir(home / "other") == ["www"]
    assert os.listdir(home / "other" / "www") == []


def test_a_backup_goes_back_only_where_its_site_still_is(home: Path, store: FolderStore):
    """Its former folder may be somebody else's by now."""
    manifest = create(Site(str(plant(home / "www"))), store, backup_id=ID, key=KEY)
    (home / "www" / "index.php").write_text("of its next owner")
    before = seen(home / "www")
    with pytest.raises(SiteMoved, match="www"):
        restore(Site(str(home / "new")), manifest, store, key=KEY)
    assert os.listdir(home) == ["www"]
    assert seen(home / "www") == before
