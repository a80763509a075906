"""The one upload path: bytes into private storage, hashed on the way, type by content (D6)."""

import hashlib
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hosting.lib import filekinds
from hosting.lib.bell import ring_on_commit
from hosting.lib.uploads import INCOMING, PIECE, Upload
from hosting.records.enums import NEVER_OPENED, ScanState
from hosting.records.models import StoredFile

ALLOWED = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/heic": ".heic",
    "image/tiff": ".tif",
    "image/webp": ".webp",
}
FOLDER = "files"
CHECK = "hosting.records.tasks.check_files"
MILLION = 1_000_000
log = structlog.get_logger(__name__)


class UploadRefused(ValueError):
    """The file cannot be taken; the message says why, in the visitor's language."""


class NotOpenable(PermissionError):
    """The file is not scanned, infected or destroyed: nobody may look into it (D6)."""


def store_upload(upload: "UploadedFile[bytes]", *, now: datetime) -> StoredFile:
    """Keep an uploaded file: not checked from the start, and its check is rung for. Raises
    UploadRefused for what can be seen without opening it; leaves nothing then.

    When the caller's transaction fails afterwards, the bytes go with the row at the end of the
    request; what a killed process leaves is found by `remove_orphans`.
    """
    refuse_size(upload)
    content_type = sniff(upload)
    refuse_closed(upload, content_type)
    sha256 = digest(upload)  # before storage moves the bytes away
    saved = keep(upload, ALLOWED[content_type], now)
    if isinstance(upload, Upload):
        upload.when_closed = partial(remove_without_row, saved)
    try:
        with transaction.atomic():
            stored = StoredFile.objects.create(
                storage_name=saved,
                original_name=safe_name(upload.name or ""),
                content_type=content_type,
                size=upload.size or 0,
                sha256=sha256,
                received_sha256=sha256,
                next_check_at=now,
                stored_at=now,
            )
    except BaseException:
        default_storage.delete(saved)
        raise
    ring_on_commit(CHECK)
    return stored


def keep(upload: "UploadedFile[bytes]", ending: str, now: datetime) -> str:
    """Put the bytes into storage under a random name; the name. Raises UploadRefused, and leaves
    nothing, when storage does not take them: the form keeps what was typed."""
    name = f"{FOLDER}/{now.astimezone(UTC):%Y%m%d}/{uuid.uuid4().hex}{ending}"
    try:
        return str(default_storage.save(name, upload))
    except Exception as error:  # every store has errors of its own
        log.exception("upload_not_stored")
        with suppress(Exception):
            default_storage.delete(name)
        raise UploadRefused(not_taken()) from error


def not_taken() -> str:
    """What to say when the fault is ours."""
    return _("We could not keep this file; the fault is ours. Please send it again later.")


def refuse_size(upload: "UploadedFile[bytes]") -> None:
    """Raises UploadRefused for an empty file, one that is too large, one file too many, or one that our
    disk did not take."""
    if getattr(upload, "failed", False):
        raise UploadRefused(not_taken())
    if upload.size is None or upload.size > settings.UPLOAD_MAX_BYTES:
        megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UploadRefused(_("This file is larger than %(size)d MB.") % {"size": megabytes})
    if getattr(upload, "discarded", False):
        words = {"count": settings.UPLOAD_MAX_FILES}
        raise UploadRefused(_("You can send up to %(count)d files.") % words)
    if upload.size == 0:
        raise UploadRefused(_("This file is empty."))


def openable(file: StoredFile) -> bool:
    """Whether anybody may look into `file`: checked and clean, or SCAN_BYPASS in development (D6)."""
    if file.destroyed_at is not None or file.scan_state in NEVER_OPENED:
        return False
    return file.scan_state == ScanState.CLEAN or bool(settings.SCAN_BYPASS)


def openable_files() -> "QuerySet[StoredFile]":
    """Those of which `openable` is true, for a query."""
    kept = StoredFile.objects.filter(destroyed_at=None)
    if settings.SCAN_BYPASS:
        return kept.exclude(scan_state__in=NEVER_OPENED)
    return kept.filter(scan_state=ScanState.CLEAN)


def open_file(file: StoredFile, *, altered: bool = False) -> "File[bytes]":
    """The bytes of `file`, for `hosting.lib.downloads.send_file`. Raises NotOpenable, also for bytes that
    are gone although the row knows nothing of it: the database came back from an older backup; and for
    bytes that are not those that were checked: somebody changed them in storage. `altered` hands these
    out, for evidence whose hashes are told beside it."""
    if not openable(file):
        raise NotOpenable(str(file.pk))
    try:
        content = default_storage.open(file.storage_name)
    except FileNotFoundError as gone:
        log.warning("bytes_missing", file=str(file.pk))
        raise NotOpenable(str(file.pk)) from gone
    if not altered and hashlib.file_digest(content, "sha256").hexdigest() != file.sha256:
        content.close()
        log.error("bytes_altered", file=str(file.pk))
        raise NotOpenable(str(file.pk))
    content.seek(0)
    return content


def remove_without_row(name: str) -> None:
    """Remove the bytes of an upload whose row did not last: its transaction failed later."""
    try:
        if StoredFile.objects.filter(storage_name=name).exists():
            return
    except DatabaseError:
        log.warning("upload_left_for_the_sweep", exc_info=True)
        return
    default_storage.delete(name)


def remove_orphans(now: datetime) -> int:
    """Remove bytes without a row that a killed process left 2 to 9 days ago; how many.

    Storage is laid out by date, so that a sweep looks at some days, not at everything.
    """
    removed = 0
    for days in range(2, 10):
        folder = f"{FOLDER}/{(now - timedelta(days=days)).astimezone(UTC):%Y%m%d}"
        try:
            names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        except FileNotFoundError:
            continue
        known = StoredFile.objects.filter(storage_name__in=names, destroyed_at=None)
        for orphan in set(names) - set(known.values_list("storage_name", flat=True)):
            default_storage.delete(orphan)
            removed += 1
    return removed


def clear_incoming(seconds: float = 24 * 3600) -> int:
    """Remove what killed requests left in the folder of uploads under way; how many."""
    folder = Path(settings.PRIVATE_FILES_ROOT) / INCOMING
    old = time.time() - seconds
    stale = [file for file in folder.glob("*.upload") if file.stat().st_mtime < old]
    for file in stale:
        file.unlink(missing_ok=True)
    return len(stale)


def sniff(upload: "UploadedFile[bytes]") -> str:
    """The type by content, out of the allow-list."""
    upload.seek(0)
    head = upload.read(filekinds.HEAD)
    upload.seek(0)
    kind = filekinds.kind_of(head)
    if kind not in ALLOWED:
        raise UploadRefused(_("Please send a PDF or a photo (JPEG, PNG, HEIC, TIFF or WebP)."))
    if filekinds.is_disguised(head, kind):
        raise UploadRefused(
            _("This file is two kinds of file in one. Please send an ordinary PDF or photo.")
        )
    return kind


def refuse_closed(upload: "UploadedFile[bytes]", content_type: str) -> None:
    """Raises UploadRefused for what the file says of itself: a password, too many pixels."""
    content: Any = upload
    if content_type == filekinds.PDF and filekinds.says_encrypted(content):
        raise UploadRefused(
            _("This PDF is protected by a password. Please send a copy without one.")
        )
    pixels = filekinds.pixels(content, content_type)
    upload.seek(0)
    if pixels and pixels > settings.UPLOAD_MAX_MEGAPIXELS * MILLION:
        words = {"count": settings.UPLOAD_MAX_MEGAPIXELS}
        raise UploadRefused(_("This picture is larger than %(count)d million pixels.") % words)


def digest(upload: "UploadedFile[bytes]") -> str:
    """SHA-256 of the bytes; taken while they came in where the upload handler did it."""
    known = getattr(upload, "sha256", None)
    if isinstance(known, str) and known:
        return known
    sha = hashlib.sha256()
    for piece in upload.chunks(PIECE):
        sha.update(piece)
    return sha.hexdigest()


def safe_name(name: str) -> str:
    """The name as text: no path, no control or direction characters, at most 200 characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in base if character.isprintable())
    return printable[-200:] or "file"
