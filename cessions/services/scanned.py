"""Papers that the reseller sent without saying which they are: kept, and sorted by hand if need be (P3)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerAccount, PowerOfAttorney, User
from accounts.roles import is_support
from accounts.services.papers import upload_signed
from cessions.enums import ScanFiling
from cessions.models import ScannedPaper, TransferContract
from hosting.lib.bell import ring_on_commit
from hosting.records.services import journal, store_upload

LOOK = "cessions.tasks.sweep_papers"
NOT_FILED = (ScanFiling.UNREAD, ScanFiling.FOREIGN)
"""States in which a person says what a file is. The reseller is offered the unread ones alone."""


@transaction.atomic
def keep_scans(
    account: CustomerAccount, uploads: "Sequence[UploadedFile[bytes]]", *, by: User, now: datetime
) -> list[ScannedPaper]:
    """Keep the files; a sweep reads the code of each and files it. Raises UploadRefused, and keeps
    none of them then."""
    kept = [
        ScannedPaper.objects.create(
            account=account,
            file=store_upload(upload, now=now),
            uploaded_at=now,
            uploaded_by=by,
            next_try_at=now,
        )
        for upload in uploads
    ]
    for scanned in kept:
        facts = {"scanned": scanned.pk, "sha256": scanned.file.sha256}
        journal(account.stream, "paper.received", at=now, actor=f"user:{by.pk}", **facts)
    ring_on_commit(LOOK)
    return kept


@transaction.atomic
def sort_scan(
    scanned: ScannedPaper, paper: TransferContract | PowerOfAttorney, *, by: User, now: datetime
) -> ScannedPaper:
    """Say by hand which paper a file is that could not be read; it is sent for that paper (P3).

    Raises ValidationError when it was filed meanwhile, when the paper takes no copy now, and
    PermissionError for a paper of another account.
    """
    scanned = _locked_not_filed(scanned)
    if paper.account_id != scanned.account_id:
        raise PermissionError(f"paper {paper.reference} is of another account")
    upload_signed(paper, scan=scanned.file, identity_copy=None, by=by, now=now)
    scanned.state, scanned.next_try_at = ScanFiling.SORTED, None
    if isinstance(paper, TransferContract):
        scanned.contract = paper
    else:
        scanned.power = paper
    scanned.save()
    facts = {"scanned": scanned.pk, "reference": paper.reference}
    journal(scanned.account.stream, "paper.sorted", at=now, actor=f"user:{by.pk}", **facts)
    return scanned


@transaction.atomic
def set_aside(scanned: ScannedPaper, *, by: User, now: datetime) -> ScannedPaper:
    """Staff found that a file is no paper of the account: it is kept, and waits no longer (P3).

    Raises PermissionDenied for somebody who is not staff, ValidationError when it was filed meanwhile.
    """
    if not is_support(by):
        raise PermissionDenied
    scanned = _locked_not_filed(scanned)
    scanned.state, scanned.next_try_at = ScanFiling.ASIDE, None
    scanned.save(update_fields=["state", "next_try_at"])
    facts = {"scanned": scanned.pk, "sha256": scanned.file.sha256}
    journal(scanned.account.stream, "paper.set_aside", at=now, actor=f"user:{by.pk}", **facts)
    return scanned


def _locked_not_filed(scanned: ScannedPaper) -> ScannedPaper:
    rows = ScannedPaper.objects.select_for_update(of=("self",), no_key=True)
    scanned = rows.select_related("file", "account").get(pk=scanned.pk)
    if scanned.state not in NOT_FILED:
        raise ValidationError(_("This file was sorted already."), code="sorted")
    return scanned
