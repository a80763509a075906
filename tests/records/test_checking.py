"""The check of uploads: nobody opens a file before it, nothing is lost by a scanner that is away (D6)."""

import io
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from devtools.paths import throwaway_folder
from hosting.lib.inspection import Inspector, InspectorGone, Limits
from hosting.records.enums import FileProblem, ScanState
from hosting.records.models import StoredFile
from hosting.records.services import checking, destroy_files, openable, store_upload
from hosting.records.services.checking import check_due, file_checked
from tests.clamd import EICAR, NAME, STREAM_MAXIMUM, Clamd
from tests.hostile.papers import INVOICE, carrying
from tests.hostile.programs import photo
from tests.hostile.writing import pdf, stream

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, scanner: Clamd, tmp_path: Path) -> None:
    settings.CLAMD_URL = scanner.url
    settings.PRIVATE_FILES_ROOT = tmp_path
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": options},
    }


def sent(content: bytes, now, name: str = "a.pdf") -> StoredFile:
    return store_upload(SimpleUploadedFile(name, content), now=now)


def checked(file: StoredFile, now) -> StoredFile:
    check_due(lambda: now)
    return again(file)


def again(file: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=file.pk)


def kept(file: StoredFile) -> bytes:
    with default_storage.open(file.storage_name) as content:
        return content.read()


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def upright_photo() -> bytes:
    """Taller than wide, as a camera on its side writes it, with a place."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 35.0, 0.0)})
    return photo(size=(40, 30), exif=exif.tobytes())


def test_a_clean_pdf_opens_after_its_check_and_keeps_every_byte(now):
    content = pdf()
    file = sent(content, now)
    assert (file.next_check_at, file.received_sha256) == (now, file.sha256)
    assert not openable(file)
    found = checked(file, now)
    assert (found.scan_state, found.pages, found.next_check_at) == (ScanState.CLEAN, 1, None)
    assert (found.checked_at, found.sha256) == (now, file.sha256)
    assert openable(found)
    assert kept(found) == content


def test_malware_is_named_and_never_opens(now, settings):
    file = checked(sent(pdf(stream(EICAR, flate=True)), now), now)
    assert (file.scan_state, file.found) == (ScanState.INFECTED, f"{NAME}.UNOFFICIAL")
    settings.SCAN_BYPASS = True
    assert not openable(file)


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_written_anew_upright_and_without_its_place(now, tmp_path):
    file = sent(upright_photo(), now, "carte.jpg")
    found = checked(file, now)
    assert found.scan_state == ScanState.CLEAN
    assert found.received_sha256 == file.sha256 != found.sha256
    assert found.storage_name != file.storage_name
    assert found.size == len(kept(found))
    with Image.open(io.BytesIO(kept(found))) as image:
        assert image.size == (30, 40)
        assert not dict(image.getexif())
    assert files_in(tmp_path) == [tmp_path / found.storage_name]


@pytest.mark.parametrize(
    ("kind", "became", "ending"),
    [("HEIF", "image/jpeg", ".jpg"), ("WEBP", "image/jpeg", ".jpg"), ("PNG", "image/png", ".png"),
     ("TIFF", "image/jpeg", ".jpg")],
)  # fmt: skip
def test_every_kind_of_picture_becomes_one_that_browsers_show(now, kind, became, ending):
    found = checked(sent(photo(kind), now, "carte"), now)
    assert (found.content_type, found.scan_state) == (became, ScanState.CLEAN)
    assert found.storage_name.endswith(ending)
    with Image.open(io.BytesIO(kept(found))) as image:
        assert image.size == (40, 30)


def test_a_scan_of_several_pages_becomes_a_pdf_of_them(now):
    out = io.BytesIO()
    pages = [Image.new("L", size, 200) for size in ((60, 80), (80, 60), (60, 80))]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    found = checked(sent(out.getvalue(), now, "contrat.tif"), now)
    assert (found.content_type, found.pages) == ("application/pdf", 3)
    import pypdfium2

    document = pypdfium2.PdfDocument(kept(found))
    assert [page.get_width() > page.get_height() for page in document] == [False, True, False]


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"])
def test_an_embedded_invoice_is_kept(now, name):
    content = carrying(name, INVOICE % b"<ram:ID>RE-1</ram:ID>")
    found = checked(sent(content, now), now)
    assert (found.problem, found.scan_state) == ("", ScanState.CLEAN)
    assert kept(found) == content


# -- A scanner that is away, slow, or refuses ---------------------------------------------------------


def test_without_a_scanner_files_wait_and_are_scanned_at_once_when_it_is_back(now, settings):
    folder = throwaway_folder()
    own = Clamd(folder)
    settings.CLAMD_URL = own.url
    file = sent(pdf(), now)
    for minutes in range(30):
        assert check_due(lambda at=now + timedelta(minutes=minutes): at) == 0
    waiting = again(file)
    assert (waiting.scan_state, waiting.check_tries) == (ScanState.NOT_SCANNED, 0)
    assert not openable(waiting)
    own.start()
    try:
        assert checked(file, now + timedelta(minutes=30)).scan_state == ScanState.CLEAN
    finally:
        own.stop()


def test_where_none_is_configured_files_wait(now, settings):
    settings.CLAMD_URL = ""
    assert checked(sent(pdf(), now), now).next_check_at == now


@contextmanager
def slow_scanner(answer: bytes = b"") -> Iterator[str]:
    """A daemon that answers a ping, and to a file only `answer`; its address."""
    server = socket.create_server(("127.0.0.1", 0))
    held = []

    def serve() -> None:
        while True:
            try:
                link, _address = server.accept()
            except OSError:
                return
            held.append(link)
            said = link.recv(20)
            link.sendall(b"PONG\0" if said.startswith(b"zPING") else answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)
        for link in held:
            link.close()


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_a_scanner_that_gives_no_verdict_is_asked_again_after_a_pause(now, settings, answer):
    settings.CLAMD_SECONDS = 0.2
    file = sent(pdf(), now)
    with slow_scanner(answer) as settings.CLAMD_URL:
        first = checked(file, now)
        assert first.scan_state == ScanState.NOT_SCANNED
        assert first.next_check_at == now + timedelta(seconds=30)
        later = checked(file, first.next_check_at)
        assert later.next_check_at - first.next_check_at == timedelta(minutes=1)
        StoredFile.objects.update(check_tries=30_000)
        far = checked(file, later.next_check_at)
        assert far.next_check_at - later.next_check_at == timedelta(minutes=8)


def test_a_file_above_what_the_scanner_takes_waits_and_is_never_clean(now, settings):
    settings.UPLOAD_MAX_BYTES = 2 * STREAM_MAXIMUM
    file = checked(sent(pdf(stream(os.urandom(STREAM_MAXIMUM + 1))), now), now)
    assert (file.scan_state, openable(file)) == (ScanState.NOT_SCANNED, False)


def test_in_development_files_are_looked_into_without_a_scanner_and_scanned_when_there_is_one(
    now, settings, scanner
):
    settings.CLAMD_URL, settings.SCAN_BYPASS = "", True
    good, bad = sent(upright_photo(), now), sent(carrying("a.exe", b"MZ"), now)
    seen = checked(good, now)
    assert (seen.scan_state, seen.pages, openable(seen)) == (ScanState.NOT_SCANNED, 1, True)
    assert seen.sha256 != seen.received_sha256
    assert again(bad).problem == FileProblem.EMBEDDED
    assert not openable(again(bad))
    assert checked(good, now).check_tries == 1
    settings.CLAMD_URL = scanner.url
    assert checked(good, now).scan_state == ScanState.CLEAN


# -- Failures -------------------------------------------------------------------------------------


def test_a_killed_worker_leaves_its_file_due_after_the_lease(now):
    file = sent(pdf(), now)
    assert checking.claim(now, scanner=True) == file
    assert checking.claim(now, scanner=True) is None
    assert checked(file, now + checking.LEASE).scan_state == ScanState.CLEAN


def test_a_child_that_dies_ends_no_worker_and_the_file_is_looked_at_again(now, monkeypatch):
    look = Inspector.look

    def dies_first(self, *words):
        if self._child is None:
            os.kill(self._started().pid, signal.SIGKILL)
        return look(self, *words)

    file = sent(pdf(), now)
    with monkeypatch.context() as patch:
        patch.setattr(Inspector, "look", dies_first)
        assert checked(file, now).scan_state == ScanState.NOT_SCANNED
    assert checked(file, now + timedelta(minutes=1)).scan_state == ScanState.CLEAN


def test_an_inspector_that_lost_its_child_says_so_and_starts_another(tmp_path):
    (tmp_path / "a").write_bytes(pdf())
    words = (tmp_path / "a", "application/pdf", tmp_path / "b")
    with Inspector(Limits()) as inspector:
        assert inspector.look(*words).pages == 1
        assert inspector._child is not None
        os.kill(inspector._child.pid, signal.SIGKILL)
        with pytest.raises(InspectorGone):
            inspector.look(*words)
        assert inspector.look(*words).pages == 1


@pytest.mark.parametrize("limits", [Limits(seconds=0), Limits(megabytes=300)])
def test_a_file_that_takes_too_much_ends_its_own_process_alone(tmp_path, limits):
    Image.new("RGB", (7_000, 7_000)).save(tmp_path / "a", "PNG", compress_level=1)
    with Inspector(limits) as inspector:
        verdict = inspector.look(tmp_path / "a", "image/png", tmp_path / "b")
        assert verdict.problem == FileProblem.TOO_HEAVY
    assert not (tmp_path / "b").exists()


def test_a_file_that_is_destroyed_meanwhile_stays_so_and_leaves_nothing(now, tmp_path, monkeypatch):
    file = sent(upright_photo(), now)
    judge = checking.judge

    def destroyed_meanwhile(*words, **more):
        StoredFile.objects.filter(pk=file.pk).update(destroyed_at=now)
        return judge(*words, **more)

    monkeypatch.setattr(checking, "judge", destroyed_meanwhile)
    found = checked(file, now)
    assert (found.scan_state, found.destroyed_at) == (ScanState.NOT_SCANNED, now)
    assert files_in(tmp_path) == [tmp_path / file.storage_name]


@pytest.mark.django_db(transaction=True)
def test_destroying_takes_the_bytes_that_a_check_put_there_meanwhile(now, tmp_path):
    stale = sent(upright_photo(), now)
    checked(stale, now)
    destroy_files([stale], now=now)
    assert files_in(tmp_path) == []
    assert again(stale).next_check_at is None


def test_bytes_that_changed_in_storage_are_never_clean(now, tmp_path):
    file = sent(pdf(), now)
    (tmp_path / file.storage_name).write_bytes(pdf() + b"\n")
    found = checked(file, now)
    assert found.scan_state == ScanState.NOT_SCANNED
    assert found.next_check_at > now


def test_a_storage_that_is_full_leaves_the_file_waiting_and_nothing_half(
    now, tmp_path, monkeypatch
):
    file = sent(upright_photo(), now)

    def full(*_words):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checking, "store", full)
        assert checked(file, now).scan_state == ScanState.NOT_SCANNED
    assert files_in(tmp_path) == [tmp_path / file.storage_name]
    assert checked(file, now + timedelta(minutes=1)).scan_state == ScanState.CLEAN


def test_whoever_hears_of_a_verdict_and_fails_takes_it_back(now, tmp_path):
    def fails(**_words):
        raise RuntimeError("cannot be told")

    file = sent(upright_photo(), now)
    file_checked.connect(fails)
    try:
        assert checked(file, now).scan_state == ScanState.NOT_SCANNED
    finally:
        file_checked.disconnect(fails)
    assert files_in(tmp_path) == [tmp_path / file.storage_name]
    assert checked(file, now + timedelta(minutes=1)).scan_state == ScanState.CLEAN


@pytest.mark.django_db(transaction=True)
def test_a_storage_that_keeps_the_old_bytes_does_not_cost_the_new_ones(now, monkeypatch):
    """They go after the verdict is written: what fails then must not undo half of it."""
    file = sent(upright_photo(), now)

    really = default_storage.delete

    def refuses(name):
        if name == file.storage_name:
            raise ConnectionError("storage is down")
        really(name)

    with monkeypatch.context() as patch:
        patch.setattr(checking.default_storage, "delete", refuses)
        found = checked(file, now)
    assert found.scan_state == ScanState.CLEAN
    assert len(kept(found)) == found.size


def test_the_oldest_that_waits_is_known(now):
    assert checking.waiting(now) == (0, 0.0)
    sent(pdf(), now - timedelta(minutes=7))
    sent(pdf(), now)
    assert checking.waiting(now) == (2, 420.0)
