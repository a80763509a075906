"""Archives are written piece by piece, the same content giving the same bytes under safe names."""

import hashlib
import tracemalloc
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from tempfile import TemporaryFile

import pytest

from hosting.lib.archives import Archive, is_plain, plain_name

AT = datetime(2026, 6, 9, 9, 0, 30, tzinfo=UTC)


def test_the_same_content_gives_the_same_bytes():
    made = []
    for _ in range(2):
        target = BytesIO()
        with Archive(target, "T1") as archive:
            archive.add("a.json", b"{}", at=AT, pack=True)
            archive.add("run.py", BytesIO(b"print()"), at=AT, run=True)
        made.append(target.getvalue())
    assert made[0] == made[1]
    with zipfile.ZipFile(BytesIO(made[0])) as archive:
        entry = archive.getinfo("T1/run.py")
        assert entry.date_time == (2026, 6, 9, 9, 0, 30)
        assert entry.external_attr >> 16 == 0o100755
        assert archive.read("T1/a.json") == b"{}"


def test_an_instant_before_what_a_zip_knows_is_its_first():
    with Archive(BytesIO()) as archive:
        archive.add("old", b"", at=datetime(1970, 1, 1, tzinfo=UTC))
    assert archive.sums == {"old": hashlib.sha256(b"").hexdigest()}


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a\\b", "a\nb", ".x", "é", "a/..", ""])
def test_a_name_that_leads_elsewhere_is_refused(name):
    assert not is_plain(name)
    with Archive(BytesIO()) as archive, pytest.raises(ValueError, match="not a name"):
        archive.add(name, b"", at=AT)


def test_a_name_is_taken_once():
    with Archive(BytesIO()) as archive:
        archive.add("a", b"", at=AT)
        with pytest.raises(ValueError, match="not a name"):
            archive.add("a", b"", at=AT)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("facture mai.pdf", "000012-invoice-facture-maipdf.pdf"),
        ("../../etc/passwd", "000012-invoice-etcpasswd.pdf"),
        ("a\r\nb\u202egnp", "000012-invoice-a-bgnp.pdf"),
        ("\u202e\u200f", "000012-invoice.pdf"),
        ("Élodie Müßig" * 20, None),
    ],
)
def test_what_others_typed_gives_letters_at_most(typed, plain):
    name = plain_name(12, "invoice", typed, like="files/20260609/0123.PDF")
    assert is_plain(name)
    assert len(name) < 70
    assert plain in (None, name)
    assert plain_name(1, like="x.p df") == "000001"


def test_twenty_files_of_20_mb_take_the_memory_of_a_piece():
    piece = bytes(64 * 1024)
    with TemporaryFile() as target:
        tracemalloc.start()
        with Archive(target) as archive:
            for number in range(20):
                archive.add(f"{number}", (piece for _ in range(320)), at=AT)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert target.tell() > 400_000_000
    assert peak < 2_000_000
