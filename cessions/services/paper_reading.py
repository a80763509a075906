"""The sweep that looks at signed papers: files those that came without a name by their code, and notes
codes and electronic signatures for staff (P3). It prepares; people accept (D5)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.enums import IdentityField, PaperState
from accounts.models import CustomerAccount, FormerIdentity, PowerOfAttorney
from accounts.services.papers import same_file, upload_signed
from cessions.enums import ScanFiling
from cessions.facts import provider_zone
from cessions.models import ScannedPaper, TransferContract
from cessions.policies.findings import Findings, TextSource
from cessions.policies.identity import identity_findings
from hosting.lib import paperscan
from hosting.lib.dates import local_date
from hosting.lib.papercode import is_reference
from hosting.lib.reading import read_zone
from hosting.lib.sweeps import each
from hosting.records.enums import ScanState
from hosting.records.models import StoredFile
from hosting.records.services import NotOpenable, journal, open_file, openable, openable_files

Paper = TransferContract | PowerOfAttorney
PDF = "application/pdf"
FIRST_PAUSE_MINUTES = 5
LONGEST_PAUSE_DOUBLINGS = 6  # 5 minutes doubled 6 times: about five hours
CLOSED = {ScanState.INFECTED.value: ScanFiling.INFECTED, ScanState.REFUSED.value: ScanFiling.UNSAFE}

CLAIM = """
UPDATE cessions_scannedpaper SET
    tries = tries + 1,
    next_try_at = %(now)s + %(pause)s * (1 << least(tries, %(doublings)s))
WHERE id IN (
    SELECT id FROM cessions_scannedpaper WHERE next_try_at <= %(now)s
    ORDER BY next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def file_due_scans(now: datetime, limit: int = 20) -> int:
    """Look at up to `limit` files that came without saying which paper they are; how many were due.

    A claimed file's next try lies ahead already, so that a killed worker leaves it due again after a
    pause that doubles. A file that is not checked yet waits; one that never opens is not looked at (D6).
    """
    claimed = _claim(now, limit)
    rows = ScannedPaper.objects.filter(pk__in=claimed).select_related("file", "account")
    each(rows.order_by("pk"), lambda row: file_scan(row, now), name="scanned papers")
    return len(claimed)


def file_scan(row: ScannedPaper, now: datetime) -> bool:
    """File one scan as the signed copy of each paper whose code it bears; whether it was filed."""
    if row.file.scan_state in CLOSED:
        return _note(row, CLOSED[row.file.scan_state], "", now)
    if not openable(row.file):
        return False
    codes = _codes(row.file)
    if not codes:
        return _note(row, ScanFiling.UNREAD, "", now)
    with transaction.atomic():
        waiting = ScannedPaper.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if waiting.state != ScanFiling.WAITING:
            return False
        papers = _papers(waiting, codes)
        if not papers:
            return _note(row, ScanFiling.FOREIGN, "", now)
        filed = [paper for paper in papers if _takes(paper, row, now)]
        if not filed:  # accepted or over: the page lets him choose another
            return _note(row, ScanFiling.UNREAD, papers[0].reference, now)
        for paper in filed[1:]:
            _note_further(row, ScanFiling.FILED, paper, now)
        for paper in papers:
            if paper not in filed:
                _note_further(row, ScanFiling.CLOSED, paper, now)
        return _note(row, ScanFiling.FILED, filed[0].reference, now, filed[0])


def read_uploaded(now: datetime, limit: int = 20) -> int:
    """Note the code and the signatures of papers that wait for staff; how many were looked at."""
    found: list[Paper] = []
    for model in (TransferContract, PowerOfAttorney):
        waiting = model._default_manager.filter(
            state=PaperState.UPLOADED, signatures__isnull=True, scan__in=openable_files()
        )
        found += waiting.select_related("scan").order_by("pk")[:limit]
    return each(found, note_reading, name="signed papers")


def read_identity_copies(now: datetime, limit: int = 20) -> int:
    """Read the identity copies of papers that wait for staff; how many were looked at (P3, D5)."""
    found: list[Paper] = []
    for model in (TransferContract, PowerOfAttorney):
        waiting = model._default_manager.filter(
            state=PaperState.UPLOADED,
            identity_findings__isnull=True,
            identity_copy__in=openable_files(),
        )
        found += waiting.select_related("identity_copy", "account").order_by("pk")[:limit]
    return each(found, lambda paper: note_identity(paper, now), name="identity copies")


def note_identity(paper: Paper, now: datetime) -> bool:
    """Note what the zone of the identity copy says of the holder; whether it was still the same copy.

    The day on which it has to be valid is that of the signature, which staff read: none is asked here.
    """
    copy = paper.identity_copy
    if copy is None:
        return False
    today = local_date(now, provider_zone())
    zone = _read(copy, lambda content: read_zone(content, copy.content_type, today))
    found = tuple(identity_findings(zone, holder_names(paper.account), None))
    findings = Findings(TextSource.OCR, copy.pages or 1, "", found)
    return _keep_identity(paper, copy, findings)


@transaction.atomic
def _keep_identity(paper: Paper, copy: StoredFile, findings: Findings) -> bool:
    """Keep what was read in `copy`, as long as its bytes are there: the lock is the one under which
    they are destroyed (P3)."""
    model: Any = type(paper)
    locked = model.objects.select_for_update(of=("self",), no_key=True)
    same = locked.filter(pk=paper.pk, identity_copy=copy, state=PaperState.UPLOADED).first()
    if same is None or not StoredFile.objects.filter(pk=copy.pk, destroyed_at=None).exists():
        return False
    same.identity_findings = findings.as_json()
    same.save(update_fields=["identity_findings"])
    return True


def holder_names(account: CustomerAccount) -> list[str]:
    """The holder's name, and those he had before (A4)."""
    former = FormerIdentity.objects.filter(account=account, field=IdentityField.FULL_NAME)
    return [account.full_name, *former.values_list("value", flat=True)]


def note_reading(paper: Paper) -> bool:
    """Note on `paper` what its scan says; whether it was still the same scan."""
    scan = paper.scan
    if scan is None:
        return False
    fields = {"code_read": _strangest(_codes(scan), paper), "signatures": _signatures(scan)}
    model: Any = type(paper)
    same = model.objects.filter(pk=paper.pk, scan=scan, state=PaperState.UPLOADED)
    return bool(same.update(**fields))


def _claim(now: datetime, limit: int) -> list[int]:
    values: dict[str, Any] = {
        "now": now,
        "limit": limit,
        "pause": timedelta(minutes=FIRST_PAUSE_MINUTES),
        "doublings": LONGEST_PAUSE_DOUBLINGS,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [pk for (pk,) in cursor.fetchall()]


def _codes(file: StoredFile) -> list[str]:
    """The references on the pages, other square codes left out; none where it cannot be read."""
    found = _read(file, lambda content: paperscan.read_codes(content, file.content_type))
    return [code for code in found or () if is_reference(code)]


def _strangest(codes: list[str], paper: Paper) -> str:
    """The first code that is neither the paper's own nor that of a paper which the same file was sent
    for, so that staff are warned of mixed pages."""
    known = {paper.reference, *same_file(paper)}
    others = (code for code in codes if code not in known)
    return next(others, paper.reference if codes else "")


def _signatures(file: StoredFile) -> list[dict[str, Any]]:
    """The signatures of a PDF; none for pictures. A PDF that could not be looked at says so: nobody
    may take it for one signed by hand."""
    if file.content_type != PDF:
        return []
    roots = settings.SIGNATURE_ROOTS
    found = _read(file, lambda content: paperscan.read_signatures(content, roots))
    return [{"unreadable": True}] if found is None else found


def _read(file: StoredFile, reader: Callable[[bytes], Any]) -> Any:
    try:
        with open_file(file) as stream:
            content = stream.read()
        return reader(content)
    except (
        NotOpenable,
        paperscan.Unreadable,
    ):  # its bytes may be missing: it must keep nobody waiting
        return None


def _papers(row: ScannedPaper, codes: list[str]) -> list[Paper]:
    """The papers of this account that bear such references, in one order for every worker; another
    account's are none."""
    bearing = {"account_id": row.account_id, "reference__in": codes}
    return [
        paper
        for model in (TransferContract, PowerOfAttorney)
        for paper in model._default_manager.filter(**bearing).order_by("pk")
    ]


def _takes(paper: Paper, row: ScannedPaper, now: datetime) -> bool:
    """Send the file for `paper`; False where it takes no copy now."""
    try:
        with transaction.atomic():
            upload_signed(paper, scan=row.file, identity_copy=None, by=row.uploaded_by, now=now)
    except ValidationError:
        return False
    return True


def _note(
    row: ScannedPaper, state: ScanFiling, code: str, now: datetime, paper: Paper | None = None
) -> bool:
    """Write what became of the file, and leave it alone from now on."""
    waiting = ScannedPaper.objects.filter(pk=row.pk, state=ScanFiling.WAITING)
    written = waiting.update(state=state, code_read=code, next_try_at=None, **_found(paper))
    if written:
        _journal(row, state, now)
    return bool(written) and state == ScanFiling.FILED


def _note_further(row: ScannedPaper, state: ScanFiling, paper: Paper, now: datetime) -> None:
    """A file with the pages of several papers: a further line for each paper after the first."""
    ScannedPaper.objects.create(
        account_id=row.account_id,
        file=row.file,
        uploaded_at=row.uploaded_at,
        uploaded_by_id=row.uploaded_by_id,
        state=state,
        code_read=paper.reference,
        **_found(paper),
    )
    _journal(row, state, now)


def _found(paper: Paper | None) -> dict[str, Any]:
    contract = paper if isinstance(paper, TransferContract) else None
    return {"contract": contract, "power": paper if contract is None else None}


def _journal(row: ScannedPaper, state: ScanFiling, now: datetime) -> None:
    facts = {"scan": row.file.sha256, "state": str(state)}
    journal(row.account.stream, "scan.looked_at", at=now, **facts)
