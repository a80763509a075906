"""Files that the software itself makes (letters): kept like uploads, but with nothing to scan."""

import hashlib
import uuid
from datetime import UTC, datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from hosting.records.enums import ScanState
from hosting.records.models import StoredFile
from hosting.records.services.files import ALLOWED, FOLDER, safe_name


def store_made(content: bytes, *, name: str, content_type: str, now: datetime) -> StoredFile:
    """Keep a file that the software itself made (D6). Leaves nothing when its row fails.

    Bytes that a later failure of the caller's transaction leaves behind go by `remove_orphans`.
    """
    folder = f"{FOLDER}/{now.astimezone(UTC):%Y%m%d}"
    path = f"{folder}/{uuid.uuid4().hex}{ALLOWED[content_type]}"
    saved = default_storage.save(path, ContentFile(content))
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                storage_name=saved,
                original_name=safe_name(name),
                content_type=content_type,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                scan_state=ScanState.CLEAN,
                stored_at=now,
            )
    except BaseException:
        default_storage.delete(saved)
        raise
