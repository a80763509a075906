"""Taking uploads in: 1 MB pieces, hashed on the way to a private temporary file (D6).

Smaller pieces cost half as much again. What is over the limits is counted but not kept, so that the
visitor gets a page that says so and keeps what he typed; a stream without end is cut.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

PIECE = 1024 * 1024
INCOMING = "incoming"
log = structlog.get_logger(__name__)


class Upload(UploadedFile):  # type: ignore[type-arg]  # not generic at run time
    """A file on its way in: `sha256` of its bytes, and whether they were `discarded` (over a limit), or
    `failed` because our disk did not take them.

    Django closes it at the end of the request; `when_closed` is called then.
    """

    sha256: str = ""
    discarded = False
    failed = False
    when_closed: Callable[[], None] | None = None

    def __init__(self, name: str, content_type: str) -> None:
        self.spool: Any
        try:
            folder = Path(settings.PRIVATE_FILES_ROOT) / INCOMING
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.spool = tempfile.NamedTemporaryFile(suffix=".upload", dir=folder)  # noqa: SIM115
        except OSError:
            log.exception("upload_not_taken")
            self.spool, self.failed = BytesIO(), True
        super().__init__(self.spool, name, content_type, 0)

    def temporary_file_path(self) -> str:
        """Where the bytes lie; storage on the same disk renames instead of copying."""
        return str(self.spool.name)

    def discard(self) -> None:
        """Keep no byte of it: it is over a limit."""
        self.discarded = True
        self.spool.seek(0)
        self.spool.truncate()

    def take(self, piece: bytes) -> None:
        """Write a piece; a disk that is full makes the upload fail, and the page says so."""
        try:
            self.spool.write(piece)
            self.spool.flush()
        except OSError:
            log.exception("upload_not_taken")
            self.failed = True
            self.spool.truncate(0)

    def close(self) -> None:
        callback, self.when_closed = self.when_closed, None
        if callback:
            callback()
        with contextlib.suppress(OSError):  # moved into storage, or a disk that is full
            self.spool.close()


class HashingUploadHandler(FileUploadHandler):
    """The one handler of FILE_UPLOAD_HANDLERS."""

    chunk_size = PIECE

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._files = 0
        self._received = 0
        self.file: Upload  # the parser closes what it finds under this name

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        self._sha = hashlib.sha256()
        self.file = Upload(self.file_name or "", self.content_type or "")
        if self._files > settings.UPLOAD_MAX_FILES:
            self.file.discard()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > most_bytes():
            raise StopUpload(connection_reset=True)
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES and not self.file.discarded:
            self.file.discard()
        if not self.file.discarded and not self.file.failed:
            self._sha.update(raw_data)
            self.file.take(raw_data)

    def file_complete(self, file_size: int) -> Upload:
        self.file.seek(0)
        self.file.size = file_size
        kept = not self.file.discarded and not self.file.failed
        self.file.sha256 = self._sha.hexdigest() if kept else ""
        return self.file

    def upload_interrupted(self) -> None:
        if self._files:
            self.file.close()


def most_bytes() -> int:
    """What one request may send in files: as many as are allowed, and one more, each full."""
    return int((settings.UPLOAD_MAX_FILES + 1) * settings.UPLOAD_MAX_BYTES)
