"""Uploads: one path in, hashed on the way, not scanned from the start; nothing left by a failure (D6)."""

import hashlib
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from PIL import Image

from hosting.lib import clock, uploads
from hosting.lib.downloads import send_file
from hosting.records.enums import ScanState
from hosting.records.models import StoredFile
from hosting.records.services import destroying, files, open_file, store_made
from hosting.records.services.files import NotOpenable, UploadRefused, store_upload

PDF = b"%PDF-1.7\n" + b"x" * 3000
pytestmark = pytest.mark.django_db
seen = {}


def take(request):
    """A page that keeps what is sent, as a form would; `?fail` breaks its transaction afterwards."""
    answers = []
    for upload in request.FILES.getlist("file"):
        seen["path"] = Path(upload.temporary_file_path())
        try:
            with transaction.atomic():
                stored = store_upload(upload, now=clock.now())
                if "fail" in request.GET:
                    raise UploadRefused("the row is taken back")
                answers.append(stored.sha256)
        except UploadRefused as refusal:
            answers.append(str(refusal))
    return HttpResponse("\n".join([request.POST.get("name", ""), *answers]))


urlpatterns = [path("take/", take)]


@pytest.fixture(autouse=True)
def _private_folder(settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    settings.PRIVATE_FILES_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            **settings.STORAGES["default"],
            "OPTIONS": {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path},
        },
    }


def send(*contents, query=""):
    upload = [SimpleUploadedFile(f"scan{n}.pdf", content) for n, content in enumerate(contents)]
    response = Client(headers={"accept-language": "en"}).post(
        f"/take/{query}", {"name": "Ada", "file": upload}
    )
    return response.content.decode().split("\n")


def all_files(tmp_path):
    return [file for file in tmp_path.rglob("*") if file.is_file()]


def test_an_upload_is_hashed_on_the_way_and_moved_not_copied(tmp_path):
    content = PDF + os.urandom(3 * uploads.PIECE)
    name, sha256 = send(content)
    stored = StoredFile.objects.get()
    assert (name, sha256) == ("Ada", hashlib.sha256(content).hexdigest())
    assert (stored.size, stored.scan_state) == (len(content), ScanState.NOT_SCANNED)
    assert stored.original_name == "scan0.pdf"
    kept = tmp_path / stored.storage_name
    assert kept.read_bytes() == content
    assert not seen["path"].exists()
    assert all_files(tmp_path) == [kept]
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_too_large_is_refused_with_words_and_the_form_is_kept(settings, tmp_path):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    name, first, second = send(PDF + b"x" * 1024 * 1024, PDF)
    assert (name, first) == ("Ada", "This file is larger than 1 MB.")
    assert second == hashlib.sha256(PDF).hexdigest()
    assert len(all_files(tmp_path)) == 1


def test_files_over_the_number_are_refused_with_words(settings, tmp_path):
    settings.UPLOAD_MAX_FILES = 2
    answers = send(PDF, PDF, PDF)
    assert answers[3] == "You can send up to 2 files."
    assert len(all_files(tmp_path)) == 2


def test_a_stream_without_end_is_cut(settings, tmp_path):
    settings.UPLOAD_MAX_FILES, settings.UPLOAD_MAX_BYTES = 1, 1024
    send(PDF + b"x" * 5000)
    assert not StoredFile.objects.exists()
    assert all_files(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html><script>", b"GIF89a" + b"0" * 99])
def test_only_pdf_and_photos_are_taken_whatever_their_name_says(content, tmp_path):
    send(content)
    assert not StoredFile.objects.exists()
    assert all_files(tmp_path) == []


def test_a_photo_is_known_by_its_content():
    photo = BytesIO()
    Image.new("RGB", (4, 4)).save(photo, "JPEG")
    send(photo.getvalue())
    assert StoredFile.objects.get().content_type == "image/jpeg"


def test_a_transaction_that_fails_later_leaves_neither_row_nor_file(tmp_path):
    assert send(PDF, query="?fail")[1] == "the row is taken back"
    assert not StoredFile.objects.exists()
    assert all_files(tmp_path) == []


def test_a_row_that_cannot_be_written_leaves_no_file(tmp_path, monkeypatch, now):
    monkeypatch.setattr(StoredFile.objects, "create", lambda **words: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store_upload(SimpleUploadedFile("a.pdf", PDF), now=now)
    assert all_files(tmp_path) == []


def test_an_interrupted_upload_leaves_nothing(tmp_path):
    handler = uploads.HashingUploadHandler()
    handler.new_file("file", "a.pdf", "application/pdf", None)
    handler.receive_data_chunk(PDF, 0)
    assert len(all_files(tmp_path)) == 1
    handler.upload_interrupted()
    assert all_files(tmp_path) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\u202egnp.pdf", "agnp.pdf"),
        ("C:\\x\\é.pdf", "é.pdf"),
        ("\n", "file"),
    ],
)
def test_a_name_is_only_text(typed, kept):
    assert files.safe_name(typed) == kept


def test_bytes_that_were_changed_in_storage_after_their_check_are_opened_by_nobody(now):
    """D6: what was checked is what is opened."""
    stored = store_upload(SimpleUploadedFile("a.pdf", PDF), now=now)
    stored.scan_state = ScanState.CLEAN
    with files.open_file(stored) as file:
        assert file.read() == PDF
    default_storage.delete(stored.storage_name)
    default_storage.save(stored.storage_name, ContentFile(PDF + b"%changed"))
    with pytest.raises(NotOpenable):
        files.open_file(stored)
    with files.open_file(stored, altered=True) as file:
        assert file.read() == PDF + b"%changed"


def test_nobody_opens_a_file_that_is_not_scanned(now, settings):
    stored = store_upload(SimpleUploadedFile("a.pdf", PDF), now=now)
    with pytest.raises(NotOpenable):
        files.open_file(stored)
    settings.SCAN_BYPASS = True
    with files.open_file(stored) as file:
        assert file.read() == PDF
    stored.scan_state = ScanState.INFECTED
    assert not files.openable(stored)
    settings.SCAN_BYPASS = False
    stored.scan_state = ScanState.CLEAN
    assert files.openable(stored)
    stored.destroyed_at = now
    assert not files.openable(stored)


@pytest.mark.parametrize(
    ("content_type", "inline", "disposition", "policy"),
    [
        ("application/pdf", False, "attachment", "sandbox"),
        ("application/pdf", True, "inline", "object-src 'self'"),
        ("image/png", True, "inline", "sandbox"),
        ("image/tiff", True, "attachment", "sandbox"),
        ("text/html", True, "attachment", "sandbox"),
    ],
)
def test_a_download_runs_nothing_and_is_kept_by_no_cache(content_type, inline, disposition, policy):
    response = send_file(BytesIO(b"x"), name='é"\n.pdf', content_type=content_type, inline=inline)
    assert response["Content-Disposition"].startswith(disposition)
    assert "\n" not in response["Content-Disposition"]
    assert policy in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_what_killed_requests_left_is_removed_and_nothing_else(tmp_path, now):
    kept = store_upload(SimpleUploadedFile("a.pdf", PDF), now=now - timedelta(days=3))
    orphan = default_storage.save(kept.storage_name.replace(".pdf", "-orphan.pdf"), BytesIO(b"x"))
    fresh = store_upload(SimpleUploadedFile("b.pdf", PDF), now=now)
    assert files.remove_orphans(now) == 1
    assert not default_storage.exists(orphan)
    assert default_storage.exists(kept.storage_name)
    assert default_storage.exists(fresh.storage_name)
    stale = tmp_path / uploads.INCOMING
    stale.mkdir(exist_ok=True)
    (stale / "x.upload").write_bytes(b"half")
    assert files.clear_incoming() == 0
    os.utime(stale / "x.upload", (0, 0))
    assert files.clear_incoming() == 1


@pytest.mark.django_db(transaction=True)
def test_destroying_removes_the_bytes_on_commit_and_keeps_the_hash(now):
    stored = store_upload(SimpleUploadedFile("a.pdf", PDF), now=now)
    with transaction.atomic():
        destroying.destroy_files([stored], now=now)
        assert default_storage.exists(stored.storage_name)
    assert not default_storage.exists(stored.storage_name)
    stored.refresh_from_db()
    assert (stored.destroyed_at, stored.sha256) == (now, hashlib.sha256(PDF).hexdigest())


@pytest.mark.parametrize("opened", [bytes, BytesIO], ids=["bytes", "file"])
def test_a_file_of_ours_knows_its_length(now, opened):
    made = store_made(opened(b"%PDF-1.7 x"), name="a.pdf", content_type="application/pdf", now=now)
    assert made.size == 10
    with open_file(made) as kept:
        assert kept.read() == b"%PDF-1.7 x"
