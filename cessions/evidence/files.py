"""The files of a case: documents, letters, letters with codes, the account's contracts for its services;
each listed, with its bytes where they may be opened (D6, D7, P3, X6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from cessions.enums import ChallengeState
from cessions.models import Challenge, Document, Filing, Letter, TransferContract
from cessions.policies.checklist import IDENTITY_KINDS
from hosting.lib.archives import plain_name
from hosting.records.models import StoredFile
from hosting.records.services import openable

LIVE_CODE = "live_code"
"""A letter whose code would still pass its challenge: whoever gets the archive must not get that."""
FOLDERS = {
    "contract": "contracts",
    "document": "documents",
    "letter": "letters",
    "challenge": "letters",
}
WITH_NAME = ("challenge", "document")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CaseFile:
    """A stored file of the case: `what` it belongs to (a key of FOLDERS), with the number and kind of
    that row (a contract's reference). `why_not` is a code where its bytes are not handed out."""

    what: str
    number: int
    kind: str
    stored: StoredFile
    why_not: str

    @property
    def name(self) -> str:
        """Its name in the archive; empty where its bytes are not there."""
        if self.why_not:
            return ""
        words = [self.kind, *([_stem(self.stored)] if self.what in WITH_NAME else [])]
        plain = plain_name(self.number, *words, like=self.stored.storage_name)
        return f"{FOLDERS[self.what]}/{plain}"

    @property
    def is_identity(self) -> bool:
        """Each access to one is journalled (L1)."""
        return self.what == "document" and self.kind in IDENTITY_KINDS

    def row(self) -> dict[str, Any]:
        """What is known of it."""
        stored = self.stored
        return {
            "what": self.what,
            "number": self.number,
            "kind": self.kind,
            "file": self.name or None,
            "why_not": self.why_not,
            "original_name": stored.original_name,
            "content_type": stored.content_type,
            "size": stored.size,
            "pages": stored.pages,
            "sha256": stored.sha256,
            "received_sha256": stored.received_sha256 or stored.sha256,
            "scan_state": stored.scan_state,
            "problem": stored.problem,
            "malware": stored.found,
            "stored_at": stored.stored_at,
            "destroyed_at": stored.destroyed_at,
        }


def files_of(filing: Filing) -> list[CaseFile]:
    """Every file of the case: documents first, by number."""
    return list(_found(filing))


def _found(filing: Filing) -> Iterator[CaseFile]:
    for document in Document.objects.filter(filing=filing).select_related("file").order_by("pk"):
        yield _file("document", document.pk, document.kind, document.file)
    letters = Letter.objects.filter(request__filing=filing, file__isnull=False)
    for letter in letters.select_related("file").order_by("pk"):
        yield _file("letter", letter.pk, letter.kind, letter.file)
    challenges = Challenge.objects.filter(filing=filing, letter__isnull=False)
    for challenge in challenges.select_related("letter").order_by("pk"):
        live = challenge.state == ChallengeState.OPEN
        why_not = LIVE_CODE if live else ""
        yield _file("challenge", challenge.pk, challenge.kind, challenge.letter, why_not)
    for contract in _contracts(filing):
        yield _file("contract", contract.pk, contract.reference, contract.scan)


def _contracts(filing: Filing) -> QuerySet[TransferContract]:
    """Those of the accounts asked that staff accepted once and that name a service of the case (P3, D3)."""
    asked = TransferContract.objects.filter(
        account__transfer_requests__filing=filing,
        services__requests__filing=filing,
        accepted_at__isnull=False,
        scan__isnull=False,
    )
    return asked.select_related("scan").distinct().order_by("pk")


def _file(
    what: str, number: int, kind: str, stored: StoredFile | None, why_not: str = ""
) -> CaseFile:
    assert stored is not None  # noqa: S101 (asked for by the query)
    return CaseFile(what, number, kind, stored, _why_not(stored) or why_not)


def _why_not(stored: StoredFile) -> str:
    """Why its bytes are not handed out: destroyed, what its check said, or missing in the storage."""
    if stored.destroyed_at is not None:
        return "destroyed"
    if not openable(stored):
        return stored.scan_state
    if not default_storage.exists(stored.storage_name):
        log.error("stored_file_missing", file=str(stored.pk))
        return "missing"
    return ""


def _stem(stored: StoredFile) -> str:
    return stored.original_name.rpartition(".")[0] or stored.original_name
