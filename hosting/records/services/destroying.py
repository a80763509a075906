"""Bytes that are destroyed: said of those that are really gone, tried again where storage is down (D7)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.core.files.storage import default_storage
from django.db import transaction

from hosting.lib.sweeps import each
from hosting.records.models import StoredFile

PAUSE = timedelta(minutes=10)
log = structlog.get_logger(__name__)


@transaction.atomic
def destroy_files(files: Iterable[StoredFile], *, now: datetime) -> None:
    """Close `files` for everybody at once, and delete their bytes once the transaction is committed.

    Rows and hashes stay, the name they were sent under goes: it is personal. Where storage does not
    let the bytes go, `delete_at` stays with the row, and the sweep tries again: `StoredFile.is_gone`
    is true only afterwards.
    """
    doomed = [file for file in files if file.destroyed_at is None]
    if not doomed:
        return
    rows = StoredFile.objects.filter(pk__in=[file.pk for file in doomed])
    # As they are now: a check may have put other bytes in their place meanwhile.
    present = list(rows.select_for_update().order_by("pk"))
    rows.update(destroyed_at=now, delete_at=now, next_check_at=None, original_name="")
    for file in doomed:
        file.destroyed_at, file.delete_at, file.next_check_at = now, now, None
        file.original_name = ""
    transaction.on_commit(lambda: each(present, _delete, name="bytes"))


def destroy_now(file: StoredFile, *, now: datetime) -> None:
    """Delete the bytes, then say so: for what has to be proven (D7, P3).

    Raises what storage raises, and nothing is written then. Bytes that are gone already (a database
    restored from a backup older than their deletion) are no error. When the caller's transaction
    fails afterwards the row still says they are there: whoever destroys them again finds nothing.
    """
    names = StoredFile.objects.select_for_update().values_list("storage_name", flat=True)
    default_storage.delete(names.get(pk=file.pk))
    file.destroyed_at, file.delete_at, file.next_check_at, file.original_name = now, None, None, ""
    file.save(update_fields=["destroyed_at", "delete_at", "next_check_at", "original_name"])


def delete_due(now: datetime, limit: int = 100) -> int:
    """Try again to delete what storage did not let go; how many went. Those that do not go wait for
    ten minutes, so that they keep no others waiting."""
    due = list(StoredFile.objects.filter(delete_at__lte=now).order_by("delete_at")[:limit])
    StoredFile.objects.filter(pk__in=[file.pk for file in due]).update(delete_at=now + PAUSE)
    return each(due, _delete, name="bytes")


def delete_again(now: datetime) -> int:
    """Let the sweep delete once more all that was ever destroyed; how many. For after a restore of
    storage from a backup, which brings bytes back."""
    return StoredFile.objects.filter(destroyed_at__isnull=False).update(delete_at=now)


def _delete(file: StoredFile) -> bool:
    """The bytes go, then what reminds of them; raises what storage raises."""
    default_storage.delete(file.storage_name)
    StoredFile.objects.filter(pk=file.pk).update(delete_at=None)
    return True
