"""The sweep that makes the archives of evidence, and the one that destroys them (X6, D7).

As with packs of contracts: a claimed row's next try lies ahead, so that a killed worker or an error
leaves it due again after a pause.
"""

import hashlib
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from cessions.enums import ExportState
from cessions.evidence import Bundle, write_bundle
from cessions.evidence.bundle import Made
from cessions.models import CaseExport, Filing
from hosting.lib.sweeps import each
from hosting.records.services import destroy_files, journal, store_made

EXPORTS = 2
PAUSE_MINUTES = 15  # longer than a worker may take
MOST_TRIES = 5

CLAIM = """
UPDATE cessions_caseexport SET tries = tries + 1, next_try_at = %(now)s + %(pause)s
WHERE id IN (
    SELECT id FROM cessions_caseexport WHERE next_try_at <= %(now)s
    ORDER BY next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def make_due_exports(now: datetime, limit: int = EXPORTS) -> int:
    """Make up to `limit` archives that were asked for; how many were made. One's trouble stops no other."""
    exports = CaseExport.objects.filter(pk__in=_claim(now, limit))
    exports = exports.select_related("filing", "requested_by")
    return each(exports, lambda export: make_export(export, now), name="exports")


def make_export(export: CaseExport, now: datetime) -> bool:
    """Make the archive of a claimed row and journal its hash. After MOST_TRIES it is given up."""
    if export.tries > MOST_TRIES:
        return _give_up(export, now)
    by = export.requested_by
    made = Made(at=now, by=str(by) if by else "", reason=export.reason)
    with TemporaryFile() as spool:
        bundle = write_bundle(export.filing, spool, language=export.language, made=made)
        with transaction.atomic():
            row = CaseExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
            if row.state != ExportState.QUEUED:
                return False
            name = f"{export.filing.number}.zip"
            row.file = store_made(spool, name=name, content_type="application/zip", now=now)
            row.state, row.made_at, row.next_try_at = ExportState.READY, now, None
            row.sha256, row.size = row.file.sha256, row.file.size
            row.destroy_at = now + timedelta(days=settings.EVIDENCE_EXPORT_DAYS)
            row.save(
                update_fields=[
                    *("file", "state", "made_at", "next_try_at", "sha256", "size", "destroy_at")
                ]
            )
            _journal_made(row, bundle, now, actor=f"user:{by.pk}" if by else "system")
    return True


def write_export(
    filing: Filing, target: IO[bytes], *, reason: str, language: str, now: datetime
) -> CaseExport:
    """Write the archive into `target` (open for writing and reading) at once, for the command; the
    row that keeps its hash. Its bytes are in no storage of ours."""
    made = Made(at=now, by="", reason=reason)
    bundle = write_bundle(filing, target, language=language, made=made)
    size = target.tell()
    target.seek(0)
    sha256 = hashlib.file_digest(target, "sha256").hexdigest()  # type: ignore[arg-type]
    with transaction.atomic():
        row = CaseExport.objects.create(
            filing=filing,
            reason=reason,
            language=language,
            asked_at=now,
            made_at=now,
            state=ExportState.WRITTEN,
            sha256=sha256,
            size=size,
        )
        _journal_made(row, bundle, now, actor="system")
    return row


def destroy_due_exports(now: datetime) -> int:
    """Destroy archives whose days are over, and those of cases whose identity documents were destroyed,
    or whose file was erased, since (D7, L1); how many. Their rows stay."""
    over = Q(destroy_at__lte=now) | Q(filing__identity_destroyed_at__gte=F("asked_at"))
    over |= Q(filing__erased_at__gte=F("asked_at"))
    found = CaseExport.objects.filter(over, state=ExportState.READY).order_by("pk")
    return each(found, lambda export: destroy_export(export, now), name="destroyed exports")


@transaction.atomic
def destroy_export(export: CaseExport, now: datetime) -> bool:
    """Destroy the bytes of an archive that is ready; False when it is no more."""
    rows = CaseExport.objects.select_for_update(of=("self",)).select_related("filing", "file")
    row = rows.get(pk=export.pk)
    if row.state != ExportState.READY or row.file is None:
        return False
    destroy_files([row.file], now=now)
    row.state, row.destroy_at, row.destroyed_at = ExportState.DESTROYED, None, now
    row.save(update_fields=["state", "destroy_at", "destroyed_at"])
    facts = {"export": str(row.pk), "sha256": row.sha256}
    journal(row.filing.stream, "evidence_destroyed", at=now, **facts)
    return True


def _journal_made(row: CaseExport, bundle: Bundle, now: datetime, *, actor: str) -> None:
    journal(
        row.filing.stream,
        "evidence_exported",
        at=now,
        actor=actor,
        export=str(row.pk),
        sha256=row.sha256,
        documents=list(bundle.documents),
        identity_documents=list(bundle.identity_documents),
    )


def _give_up(export: CaseExport, now: datetime) -> bool:
    with transaction.atomic():
        CaseExport.objects.filter(pk=export.pk).update(state=ExportState.FAILED, next_try_at=None)
        journal(export.filing.stream, "evidence_failed", at=now, export=str(export.pk))
    return False


def _claim(now: datetime, limit: int) -> list[Any]:
    """The ids of due rows, for this sweep alone until their next try."""
    values: dict[str, Any] = {"now": now, "limit": limit, "pause": timedelta(minutes=PAUSE_MINUTES)}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [pk for (pk,) in cursor.fetchall()]
