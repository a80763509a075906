"""The archive is read as tar reads it, however its bytes arrive."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interventions.backups.archive import BLOCK, Listing, in_nanoseconds, shown
from interventions.backups.creating import TAR
from interventions.backups.errors import ArchiveRefused, BackupDamaged
from interventions.backups.values import Counts
from tests.interventions.sites import plant

quick = settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    root = plant(tmp_path_factory.mktemp("site") / "www")
    done = subprocess.run(["/bin/sh", "-c", TAR.format(root=root)], capture_output=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Every kind of entry, in 20 blocks or so."""
    root = tmp_path_factory.mktemp("site") / "www"
    (root / ("long" * 40)).mkdir(parents=True)
    (root / "a").write_bytes(b"a" * 700)
    (root / "b").hardlink_to(root / "a")
    (root / "c").symlink_to("/etc")
    (root / "é\n").touch()
    done = subprocess.run(["/bin/sh", "-c", TAR.format(root=root)], capture_output=True, check=True)
    return done.stdout


def listed(archive: bytes, size: int = 10**6) -> Listing:
    listing = Listing()
    for at in range(0, len(archive), size):
        listing.feed(archive[at : at + size])
    listing.close()
    return listing


def test_it_counts_what_python_counts(archive: bytes):
    with tarfile.open(fileobj=BytesIO(archive), encoding="utf-8") as read:
        entries = read.getmembers()
    files = [entry for entry in entries if entry.isreg()]
    assert listed(archive).counts == Counts(
        files=len(files),
        folders=sum(entry.isdir() for entry in entries),
        links=sum(entry.issym() for entry in entries),
        hard_links=sum(entry.islnk() for entry in entries),
        bytes=sum(entry.size for entry in files),
    )


@quick
@given(size=st.integers(1, 3 * BLOCK))
def test_pieces_of_any_size_give_the_same(little: bytes, size: int):
    whole, parts = listed(little), listed(little, size)
    assert parts.fingerprint == whole.fingerprint
    assert parts.counts == whole.counts == Counts(2, 2, 1, 1, 700)


@quick
@given(at=st.integers(0, 10**6))
def test_no_flipped_bit_breaks_the_reader(little: bytes, at: int):
    """It says what is wrong, or reads on; nothing else comes out of it."""
    changed = bytearray(little)
    bit = at % (8 * len(little))
    changed[bit // 8] ^= 1 << bit % 8
    try:
        listed(bytes(changed))
    except (ArchiveRefused, BackupDamaged):
        return


def test_an_archive_without_its_end_is_damaged(archive: bytes):
    for cut in (BLOCK, len(archive) // 2, 0):
        with pytest.raises(BackupDamaged):
            listed(archive[:cut])


def test_something_after_the_end_is_refused(archive: bytes):
    with pytest.raises(ArchiveRefused, match="more after its end"):
        listed(archive + archive)


@pytest.mark.parametrize(
    ("words", "nanoseconds"),
    [
        (b"1700000000.123456789", 1_700_000_000_123_456_789),
        (b"1700000000.1234567890", 1_700_000_000_123_456_789),
        (b"-1.5", -1_500_000_000),
        (b"0", 0),
        (b"1700000000.000000001", 1_700_000_000_000_000_001),
    ],
)
def test_times_are_exact_to_the_nanosecond(words: bytes, nanoseconds: int):
    assert in_nanoseconds(words) == nanoseconds


def test_odd_names_are_shown_so_that_people_can_read_them():
    assert shown(b"a\nb\xff") == "a\\nb\\xff"


def test_foreign_owners_are_counted(archive: bytes, tmp_path: Path):
    listing = Listing(owner=4242)
    listing.feed(archive)
    assert listing.foreign_owners == sum(
        getattr(listing.counts, kind) for kind in ("files", "folders", "links", "hard_links")
    )
