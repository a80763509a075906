"""The check of uploads: scanned for malware, looked into under limits, photos written anew (D6).

A sweep claims one file after the other; a claim is a lease, so that who is killed leaves the file due
again. While the scanner is away nothing is claimed: all that waits is due at its return. Nothing that
failed is given up, and nobody opens a file before it came to a verdict.
"""

import hashlib
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Min
from django.dispatch import Signal

from hosting.lib import clamd
from hosting.lib.inspection import Inspector, InspectorGone, Limits, Verdict
from hosting.lib.metrics import CHECKS
from hosting.lib.uploads import INCOMING, PIECE
from hosting.records.enums import FileProblem, ScanState
from hosting.records.models import StoredFile
from hosting.records.services.files import ALLOWED, FOLDER, remove_without_row

LEASE = timedelta(minutes=5)  # longer than a file may take: its scan, its look, its copies
SWEEP_SECONDS = 300
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE_DOUBLINGS = 4  # half a minute doubled 4 times: 8 minutes
LOOK_SECONDS = 60
MOST_TRIES = 30_000
LONGEST_NAME = 120
WRITTEN = (
    *("scan_state", "problem", "found", "pages", "checked_at", "next_check_at"),
    *("storage_name", "content_type", "size", "sha256"),
)
NO_MALWARE = (
    ("Heuristics.Limits.Exceeded", FileProblem.TOO_HEAVY),
    ("Heuristics.Encrypted", FileProblem.ENCRYPTED),
    ("Heuristics.Broken", FileProblem.DAMAGED),
)
"""What ClamAV says in place of a name when it could not look at everything (AlertExceedsMax and the like)."""
log = structlog.get_logger(__name__)

file_checked = Signal()
"""Sent inside the transaction that writes a verdict, before it is written: `file` bears it already,
`now` is its instant. What a receiver raises takes the verdict back, and the file is checked again."""

CLAIM = """
UPDATE records_storedfile SET
    next_check_at = %(until)s, check_tries = least(check_tries + 1, %(most)s)
WHERE id IN (
    SELECT id FROM records_storedfile
    WHERE next_check_at <= %(now)s AND (%(scanner)s OR checked_at IS NULL)
    ORDER BY next_check_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""


@dataclass
class Spool:
    """A file on its way through the check: its bytes, where a picture is written anew, and the memory
    in megabytes that looking inside took."""

    content: Path
    new: Path
    peak: int = 0


class Altered(Exception):
    """The bytes in storage are not those that came in."""


class Gone(Exception):
    """The row was destroyed or judged meanwhile."""


def check_due(clock: Callable[[], datetime]) -> int:
    """Check what is due, until nothing is or the sweep's time is over; how many came to a verdict.

    Without a scanner nothing is, but that SCAN_BYPASS in development has the files looked into.
    """
    scanner = clamd.answers(settings.CLAMD_URL)
    if not scanner and not settings.SCAN_BYPASS:
        return 0
    ends = time.monotonic() + SWEEP_SECONDS
    done = 0
    with Inspector(limits()) as inspector:
        while time.monotonic() < ends and (file := claim(clock(), scanner=scanner)):
            done += check(file, inspector, clock, scanner=scanner)
    return done


def waiting(now: datetime) -> tuple[int, float]:
    """How many uploads wait for their check, and for how many seconds the oldest has."""
    rows = StoredFile.objects.filter(next_check_at__isnull=False)
    found = rows.aggregate(count=Count("pk"), oldest=Min("stored_at"))
    return found["count"], (now - found["oldest"]).total_seconds() if found["count"] else 0.0


def limits() -> Limits:
    """What one file may use, by the settings."""
    return Limits(
        seconds=LOOK_SECONDS,
        pages=settings.UPLOAD_MAX_PAGES,
        megapixels=settings.UPLOAD_MAX_MEGAPIXELS,
    )


def claim(now: datetime, *, scanner: bool) -> StoredFile | None:
    """The file that is due longest, with its next check ahead; without a `scanner` one that nobody
    has looked into."""
    values = {"now": now, "until": now + LEASE, "scanner": scanner, "most": MOST_TRIES}
    return next(iter(StoredFile.objects.raw(CLAIM, values)), None)


def check(
    file: StoredFile, inspector: Inspector, clock: Callable[[], datetime], *, scanner: bool
) -> bool:
    """Check one claimed file; whether there is a verdict. What fails is tried again after a pause."""
    try:
        with spooled(file) as spool:
            state = judge(file, spool, inspector, scanner=scanner)
            record(file, state, spool, now=clock())
    except Gone:
        return False
    except (clamd.NotScanned, InspectorGone) as error:
        log.warning("file_not_checked", file=str(file.pk), words=str(error)[:200])
        put_off(file, clock())
        return False
    except Exception:
        log.exception("file_check_failed", file=str(file.pk))
        put_off(file, clock())
        return False
    CHECKS.labels(outcome=str(state)).inc()
    log.info("file_checked", file=str(file.pk), state=str(state), peak_megabytes=spool.peak)
    return state != ScanState.NOT_SCANNED


def judge(file: StoredFile, spool: Spool, inspector: Inspector, *, scanner: bool) -> ScanState:
    """Scan, then look inside; the verdict, with what was found noted on `file`. Nothing is written.
    Raises NotScanned, InspectorGone."""
    if scanner:
        with spool.content.open("rb") as content:
            file.found = clamd.scan(settings.CLAMD_URL, content, settings.CLAMD_SECONDS)
        if file.found:
            file.found = file.found[:LONGEST_NAME]
            file.problem = next((p for name, p in NO_MALWARE if file.found.startswith(name)), "")
            return ScanState.REFUSED if file.problem else ScanState.INFECTED
    if file.checked_at is None:
        verdict = inspector.look(spool.content, file.content_type, spool.new)
        spool.peak = verdict.peak
        if verdict.problem:
            file.problem = verdict.problem
            return ScanState.REFUSED
        take_over(file, verdict, spool)
    return ScanState.CLEAN if scanner else ScanState.NOT_SCANNED


def take_over(file: StoredFile, verdict: Verdict, spool: Spool) -> None:
    """Note on `file` its pages, and what its new bytes are."""
    file.pages = verdict.pages
    if not verdict.content_type:
        spool.new.unlink(missing_ok=True)
        return
    file.content_type = verdict.content_type
    file.size = spool.new.stat().st_size
    with spool.new.open("rb") as content:
        file.sha256 = hashlib.file_digest(content, "sha256").hexdigest()


def record(file: StoredFile, state: ScanState, spool: Spool, *, now: datetime) -> None:
    """Write a verdict, with new bytes in the place of the old ones. Raises Gone, and leaves nothing
    behind when it fails."""
    old = file.storage_name
    file.scan_state, file.checked_at = state, now
    file.next_check_at = now if state == ScanState.NOT_SCANNED else None
    if state in (ScanState.CLEAN, ScanState.NOT_SCANNED) and spool.new.exists():
        file.storage_name = store(spool.new, file.content_type, now)
    try:
        with transaction.atomic():
            if state != ScanState.NOT_SCANNED:
                file_checked.send(sender=StoredFile, file=file, now=now)
            write(file, old)
            if file.storage_name != old:
                # What fails here is logged; the verdict stands, and a sweep finds the bytes.
                transaction.on_commit(partial(default_storage.delete, old), robust=True)
    except BaseException:
        if file.storage_name != old:
            remove_without_row(file.storage_name)  # it may be committed, the connection lost
        raise


def write(file: StoredFile, old: str) -> None:
    """The verdict into its row, if that still waits for one. Raises Gone."""
    waiting = StoredFile.objects.filter(
        pk=file.pk, storage_name=old, scan_state=ScanState.NOT_SCANNED, destroyed_at=None
    )
    if not waiting.update(**{name: getattr(file, name) for name in WRITTEN}):
        raise Gone(str(file.pk))


def store(content: Path, content_type: str, now: datetime) -> str:
    """Put new bytes into storage under a random name; the name."""
    folder = f"{FOLDER}/{now.astimezone(UTC):%Y%m%d}"
    name = f"{folder}/{uuid.uuid4().hex}{ALLOWED[content_type]}"
    with content.open("rb") as source:
        return str(default_storage.save(name, File(source)))


def put_off(file: StoredFile, now: datetime) -> None:
    """Try again after a pause that doubles up to some minutes."""
    doublings = min(max(file.check_tries - 1, 0), LONGEST_PAUSE_DOUBLINGS)
    due = StoredFile.objects.filter(pk=file.pk, next_check_at__isnull=False)
    due.update(next_check_at=now + FIRST_PAUSE * 2**doublings)


@contextmanager
def spooled(file: StoredFile) -> Iterator[Spool]:
    """The bytes of `file` on this disk, as they came in: storage may be far. Raises Altered."""
    folder = Path(settings.PRIVATE_FILES_ROOT) / INCOMING
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sha = hashlib.sha256()
    with tempfile.NamedTemporaryFile(suffix=".upload", dir=folder) as content:
        new = Path(f"{content.name}.new.upload")
        try:
            with default_storage.open(file.storage_name) as source:
                for piece in source.chunks(PIECE):
                    sha.update(piece)
                    content.write(piece)
            content.flush()
            if sha.hexdigest() != file.sha256:
                raise Altered(str(file.pk))
            yield Spool(Path(content.name), new)
        finally:
            new.unlink(missing_ok=True)
