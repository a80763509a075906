"""Files that the software itself makes (letters, contracts): kept like uploads, with nothing to scan."""

import hashlib
import uuid
from datetime import UTC, datetime
from io import SEEK_END, BytesIO
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from hosting.records.enums import ScanState
from hosting.records.models import StoredFile
from hosting.records.services.files import ALLOWED, FOLDER, safe_name

MADE = {**ALLOWED, "application/zip": ".zip"}
"""Types that the software makes; nobody may send a ZIP (D6)."""


def store_made(
    content: bytes | IO[bytes], *, name: str, content_type: str, now: datetime
) -> StoredFile:
    """Keep a file that the software itself made (D6): bytes, or an open file that is read piece by piece.

    Leaves nothing when its row fails. Bytes that a later failure of the caller's transaction leaves
    behind go by `remove_orphans`.
    """
    source = BytesIO(content) if isinstance(content, bytes) else content
    sha256, size = _measured(source)
    folder = f"{FOLDER}/{now.astimezone(UTC):%Y%m%d}"
    path = f"{folder}/{uuid.uuid4().hex}{MADE[content_type]}"
    saved = default_storage.save(path, File(source))
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                storage_name=saved,
                original_name=safe_name(name),
                content_type=content_type,
                size=size,
                sha256=sha256,
                received_sha256=sha256,
                scan_state=ScanState.CLEAN,
                stored_at=now,
            )
    except BaseException:
        default_storage.delete(saved)
        raise


def _measured(source: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and length of an open file, which is left at its beginning."""
    source.seek(0)
    sha256 = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
    size = source.seek(
        0, SEEK_END
    )  # where the digest leaves it differs: bytes in memory are not moved
    source.seek(0)
    return sha256, size
