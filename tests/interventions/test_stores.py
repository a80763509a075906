"""A store shows a backup whole or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import InMemoryStorage

from interventions.backups import FolderStore, Manifest, StorageStore, default_store
from interventions.backups.errors import StoreFailed
from interventions.backups.stores import Sink, Store
from interventions.backups.values import Counts, Member


@pytest.fixture(params=["folder", "storage"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FolderStore(tmp_path) if request.param == "folder" else StorageStore(InMemoryStorage())


def test_what_is_written_can_be_read_and_deleted(any_store: Store):
    with any_store.writing("b/files") as sink:
        sink.write(b"one")
        sink.write(b"two")
    with any_store.reading("b/files") as source:
        assert source.read(100) == b"onetwo"
    any_store.delete("b/files")
    any_store.delete("b/files")
    with pytest.raises(StoreFailed), any_store.reading("b/files"):
        pass


def test_an_interrupted_writing_leaves_nothing(any_store: Store, tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), any_store.writing("b/files") as sink:
        _write_half(sink)
    with pytest.raises(StoreFailed), any_store.reading("b/files"):
        pass
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def _write_half(sink: Sink) -> None:
    sink.write(b"half")
    raise KeyboardInterrupt


def test_a_folder_shows_nothing_under_the_name_before_the_end_and_to_nobody_else(tmp_path: Path):
    store = FolderStore(tmp_path / "store")
    with store.writing("b/files") as sink:
        sink.write(b"half")
        assert not (tmp_path / "store/b/files").exists()
    assert (tmp_path / "store/b/files").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    assert store.free_bytes()


def test_backups_lie_in_the_private_folder_by_default(settings: Any):
    store = default_store()
    assert isinstance(store, FolderStore)
    assert store.folder == Path(settings.PRIVATE_FILES_ROOT) / "backups"


def test_an_object_store_is_taken_where_the_settings_name_one(settings: Any):
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    assert isinstance(default_store(), StorageStore)


def test_a_manifest_survives_a_json_column():
    member = Member("files", 1, "a", 2, "b")
    counts = Counts(1, 2, 3, 4, 5)
    manifest = Manifest(
        "id", "/www/\udcff", (member,), counts, (counts, Counts()), 0, "mariadb", ("t",), True,
        (("tar", "1.34"),), ("./a",),
    )  # fmt: skip
    assert Manifest.from_json(json.loads(json.dumps(manifest.as_json()))) == manifest
