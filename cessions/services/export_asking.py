"""A supervisor asks for the evidence of a case; and fetches it while it is there (X6, L1)."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_supervisor
from cessions.enums import ExportState
from cessions.models import CaseExport, Filing
from cessions.services.guard import ActRefused
from cessions.services.locks import lock_filing
from hosting.lib.bell import ring_on_commit
from hosting.lib.factor import Factor
from hosting.records.services import journal

BELL = "cessions.tasks.sweep_exports"


@transaction.atomic
def ask_export(
    filing: Filing, *, reason: str, language: str, by: User, factor: Factor, now: datetime
) -> CaseExport:
    """Let a worker put the evidence of a case into an archive; `reason` says for whom, and why.

    Raises ActRefused for anybody but a supervisor, ValidationError while another one is being made.
    """
    if not is_supervisor(by):
        raise ActRefused("supervisor")
    filing = lock_filing(filing)
    if filing.exports.filter(state=ExportState.QUEUED).exists():
        raise ValidationError(_("An archive of this case is being made already."))
    export = CaseExport.objects.create(
        filing=filing,
        requested_by=by,
        reason=reason,
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        asked_at=now,
        next_try_at=now,
    )
    facts = {"export": str(export.pk), "factor": factor.value}
    journal(filing.stream, "evidence_asked", at=now, actor=f"user:{by.pk}", **facts)
    ring_on_commit(BELL)
    return export


def note_fetched(export: CaseExport, *, by: User, now: datetime) -> None:
    """Somebody fetches the archive: each time is journalled, for identity documents are in it (L1)."""
    facts = {"export": str(export.pk), "sha256": export.sha256}
    journal(export.filing.stream, "evidence_fetched", at=now, actor=f"user:{by.pk}", **facts)
