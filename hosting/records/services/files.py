"""The one upload path: bytes into private storage, hashed on the way, type by content (D6)."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import partial

import filetype
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from hosting.records.models import StoredFile

ALLOWED = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/heic": ".heic",
    "image/tiff": ".tif",
    "image/webp": ".webp",
}
PIECE = 1024 * 1024


class UploadRefused(ValueError):
    """The file cannot be taken; the message says why, in the visitor's language."""


def store_upload(upload: "UploadedFile[bytes]", *, now: datetime) -> StoredFile:
    """Keep an uploaded file: not scanned from the start. Raises UploadRefused; leaves nothing then."""
    if upload.size is None or upload.size > settings.UPLOAD_MAX_BYTES:
        megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UploadRefused(_("This file is larger than %(size)d MB.") % {"size": megabytes})
    if upload.size == 0:
        raise UploadRefused(_("This file is empty."))
    content_type = sniff(upload)
    name = f"files/{uuid.uuid4().hex}{ALLOWED[content_type]}"
    saved = default_storage.save(name, upload)
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                storage_name=saved,
                original_name=safe_name(upload.name or ""),
                content_type=content_type,
                size=upload.size,
                sha256=digest(upload),
                stored_at=now,
            )
    except BaseException:
        default_storage.delete(saved)
        raise


def destroy_files(files: Iterable[StoredFile], *, now: datetime) -> None:
    """Destroy the bytes of `files` once the present transaction is committed; rows and hashes stay."""
    doomed = [file for file in files if file.destroyed_at is None]
    StoredFile.objects.filter(pk__in=[file.pk for file in doomed]).update(destroyed_at=now)
    for file in doomed:
        file.destroyed_at = now
        transaction.on_commit(partial(default_storage.delete, file.storage_name))


def sniff(upload: "UploadedFile[bytes]") -> str:
    """The type by content, out of the allow-list."""
    upload.seek(0)
    kind = filetype.guess(upload.read(8192))
    upload.seek(0)
    if kind is None or kind.mime not in ALLOWED:
        raise UploadRefused(_("Please send a PDF or a photo (JPEG, PNG, HEIC, TIFF or WebP)."))
    return str(kind.mime)


def digest(upload: "UploadedFile[bytes]") -> str:
    """SHA-256 of the bytes; taken while they came in where the upload handler did it."""
    known = getattr(upload, "sha256", None)
    if isinstance(known, str):
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
