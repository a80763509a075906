"""Hundreds of hostile files: each is refused, quarantined, or comes through as pixels alone (D6)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hosting.lib.inspection import Inspector
from hosting.records.enums import FileProblem, ScanState
from hosting.records.models import StoredFile
from hosting.records.services import checking
from hosting.records.services.files import UploadRefused, openable, store_upload
from tests.clamd import Clamd
from tests.hostile import FORM, HARMLESS, INFECTED, Hostile, names, papers, pictures, programs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LEAST = 300
GROUPS: dict[str, Callable[[], Iterator[Hostile]]] = {
    "no papers": programs.no_papers,
    "EICAR": programs.eicar,
    "two in one": programs.two_in_one,
    "scripts": papers.scripts,
    "embedded": papers.embedded,
    "encrypted": papers.encrypted,
    "cut PDFs": papers.cut,
    "endless": papers.endless,
    "oversized": papers.oversized,
    "pictures": pictures.made,
    "names": names.made,
}


@pytest.fixture(autouse=True)
def _scanned(scanner: Clamd, settings, tmp_path) -> None:
    settings.CLAMD_URL = scanner.url
    settings.PRIVATE_FILES_ROOT = tmp_path


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    with Inspector(checking.limits()) as started:
        yield started


def became(one: Hostile, inspector: Inspector, now: datetime) -> str:
    """What became of a hostile file, after the form and the check."""
    upload = SimpleUploadedFile("x", one.content)
    upload._name = one.name  # as it came; Django's own parser has not seen it
    try:
        stored = store_upload(upload, now=now)
    except UploadRefused as refused:
        return FORM if str(refused) else ""
    assert not openable(stored)
    assert checking.claim(now, scanner=True) == stored
    assert checking.check(stored, inspector, lambda: now, scanner=True), one.what
    found = StoredFile.objects.get()
    assert found.next_check_at is None
    assert found.original_name.isprintable()
    assert "/" not in found.original_name
    outcome = {ScanState.INFECTED: INFECTED, ScanState.REFUSED: found.problem}
    if found.scan_state == ScanState.REFUSED:
        assert FileProblem(found.problem).label
    if found.scan_state == ScanState.INFECTED:
        assert found.found.startswith(("Eicar", "Heuristics"))
    if found.scan_state == ScanState.CLEAN:
        with default_storage.open(found.storage_name) as kept:
            content = kept.read()
        assert not one.gone or one.gone not in content, one.what
    assert openable(found) == (found.scan_state == ScanState.CLEAN)
    return outcome.get(ScanState(found.scan_state), HARMLESS)


@pytest.mark.parametrize("group", GROUPS)
def test_every_hostile_file_is_refused_or_loses_what_was_hostile(
    group: str, inspector: Inspector
) -> None:
    wrong = {}
    now = timezone.now()
    for one in GROUPS[group]():
        outcome = became(one, inspector, now)
        if outcome not in one.outcomes:
            wrong[one.what] = (outcome, set(one.outcomes))
        for stored in StoredFile.objects.all():
            default_storage.delete(stored.storage_name)
        StoredFile.objects.all().delete()
    assert wrong == {}


def test_scripts_are_found_without_a_scanner_too(inspector: Inspector, tmp_path: Path) -> None:
    file, new = tmp_path / "a", tmp_path / "b"
    for one in papers.scripts():
        file.write_bytes(one.content)
        assert inspector.look(file, "application/pdf", new).problem == "scripts", one.what


def test_there_are_hundreds_of_them() -> None:
    assert sum(sum(1 for _one in make()) for make in GROUPS.values()) >= LEAST
