"""A restore gives back every byte, mode, time and link; the original waits until it is let go (I11)."""

from pathlib import Path

import pytest

from interventions.backups import (
    FolderStore,
    Site,
    Standing,
    create,
    finish,
    new_backup_id,
    new_key,
    restore,
    roll_back,
    standing,
    verify,
)
from tests.interventions.sites import RICH, VANDALISM, damage, plant, seen


@pytest.fixture(params=["here", "ssh"])
def server(request: pytest.FixtureRequest):
    """Where the site is: on this machine, or behind SSH."""
    return request.getfixturevalue("sshd").server() if request.param == "ssh" else None


@pytest.fixture
def root(home: Path) -> Path:
    return plant(home / "www")


def test_a_site_comes_back_byte_for_byte(root: Path, store: FolderStore, server, mariadb):
    database = mariadb.fill(RICH)
    site = Site(str(root), server, database)
    before, dump = seen(root), mariadb.dump(database.name)
    backup_id, key = new_backup_id(), new_key()
    manifest = create(site, store, backup_id=backup_id, key=key)
    verify(manifest, store, key=key)
    damage(root)
    mariadb.sql(VANDALISM, database.name)
    broken, broken_dump = seen(root), mariadb.dump(database.name)

    restore(site, manifest, store, key=key)
    assert seen(root) == before
    assert mariadb.dump(database.name) == dump
    assert standing(site, manifest) == Standing.RESTORED

    roll_back(site, manifest)
    assert seen(root) == broken
    assert mariadb.dump(database.name) == broken_dump
    assert standing(site, manifest) == Standing.NONE
    assert [path.name for path in root.parent.iterdir()] == ["www"]
    assert mariadb.schemas(database) == {database.name}

    restore(site, manifest, store, key=key)
    finish(site, manifest)
    assert seen(root) == before
    assert mariadb.dump(database.name) == dump
    assert [path.name for path in root.parent.iterdir()] == ["www"]
    assert mariadb.schemas(database) == {database.name}
