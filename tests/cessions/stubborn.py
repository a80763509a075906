"""A storage that lets nothing go while it is down, and cases whose documents have real bytes in it."""

from io import BytesIO
from typing import Any, ClassVar

from django.core.files.storage import FileSystemStorage, default_storage

from cessions.models import Document, TransferRequest
from hosting.records.models import StoredFile
from tests.cessions.cases import a_document


class StubbornStorage(FileSystemStorage):
    """Deletes nothing while `down`, nor what `keeps` names."""

    down: ClassVar[bool] = False
    keeps: ClassVar[set[str]] = set()

    def delete(self, name: str) -> None:
        if self.down or name in self.keeps:
            raise ConnectionError("storage is down")
        super().delete(name)


def with_bytes(request: TransferRequest, kind: str, **fields: Any) -> Document:
    """A document whose bytes lie in storage."""
    document = a_document(request, kind, **fields)
    put_bytes(document.file)
    return document


def put_bytes(file: StoredFile) -> None:
    """Bytes for a row that a test made; those that are there stay."""
    if not default_storage.exists(file.storage_name):
        assert default_storage.save(file.storage_name, BytesIO(b"x")) == file.storage_name
