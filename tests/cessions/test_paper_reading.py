"""A scan files itself by its code; staff see code and signatures; nothing is accepted by it (P3, D5)."""

from datetime import UTC, datetime

import pytest

from accounts.enums import PaperState
from accounts.models import CustomerAccount
from cessions.enums import ScanFiling
from cessions.models import Assignee, ScannedPaper, TransferContract
from cessions.services.paper_reading import file_due_scans, read_uploaded
from hosting.lib.papercode import code_svg, new_reference
from hosting.lib.pdf import render_pdf
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import store_made
from tests.factories import LONG_AGO, CustomerAccountFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


def contract_of(account: CustomerAccount) -> TransferContract:
    assignee = Assignee.objects.create(
        account=account, full_name="Alix Martin", emails=["a@b.example"], created_at=LONG_AGO
    )
    return TransferContract.objects.create(
        account=account,
        assignee=assignee,
        reference=new_reference("TC"),
        language="en",
        drafted_at=LONG_AGO,
    )


def scan_of(code: str) -> StoredFile:
    """A file of ours, so that it counts as scanned, with the code on its page."""
    printed = code_svg(code) if code else ""
    content = render_pdf(f"<!doctype html><html lang=en><body>{printed}<p>Signed</p></body></html>")
    return store_made(content, name="scan.pdf", content_type="application/pdf", now=NOW)


def sent(account: CustomerAccount, file: StoredFile) -> ScannedPaper:
    return ScannedPaper.objects.create(
        account=account, file=file, uploaded_at=NOW, uploaded_by=UserFactory(), next_try_at=NOW
    )


def test_a_scan_is_filed_by_the_code_on_its_page_and_waits_for_staff() -> None:
    contract = contract_of(CustomerAccountFactory())
    row = sent(contract.account, scan_of(contract.reference))
    assert file_due_scans(NOW) == 1
    row.refresh_from_db()
    contract.refresh_from_db()
    assert (row.state, row.contract, row.code_read) == (
        ScanFiling.FILED,
        contract,
        contract.reference,
    )
    assert (contract.state, contract.scan) == (PaperState.UPLOADED, row.file)
    assert file_due_scans(NOW) == 0
    assert JournalEntry.objects.filter(event="scan.looked_at").exists()


def test_a_code_of_somebody_elses_paper_files_nothing_and_tells_nothing() -> None:
    theirs = contract_of(CustomerAccountFactory())
    row = sent(CustomerAccountFactory(), scan_of(theirs.reference))
    file_due_scans(NOW)
    row.refresh_from_db()
    theirs.refresh_from_db()
    assert (row.state, row.contract, row.code_read) == (ScanFiling.FOREIGN, None, "")
    assert theirs.state == PaperState.DRAFTED


def test_a_scan_without_a_code_is_left_to_the_reseller() -> None:
    row = sent(CustomerAccountFactory(), scan_of(""))
    file_due_scans(NOW)
    row.refresh_from_db()
    assert (row.state, row.next_try_at) == (ScanFiling.UNREAD, None)


def test_a_paper_that_takes_no_copy_now_is_left_to_the_reseller() -> None:
    contract = contract_of(CustomerAccountFactory())
    TransferContract.objects.filter(pk=contract.pk).update(state=PaperState.ENDED, ended_at=NOW)
    row = sent(contract.account, scan_of(contract.reference))
    file_due_scans(NOW)
    row.refresh_from_db()
    assert (row.state, row.code_read) == (ScanFiling.UNREAD, contract.reference)


def test_what_was_not_scanned_for_malware_waits(settings) -> None:
    contract = contract_of(CustomerAccountFactory())
    file = scan_of(contract.reference)
    StoredFile.objects.filter(pk=file.pk).update(scan_state=ScanState.NOT_SCANNED)
    row = sent(contract.account, file)
    file_due_scans(NOW)
    row.refresh_from_db()
    assert row.state == ScanFiling.WAITING
    assert row.next_try_at is not None
    assert row.next_try_at > NOW


def test_staff_see_the_code_and_that_nobody_signed_electronically() -> None:
    contract, other = contract_of(CustomerAccountFactory()), new_reference("TC")
    contract.scan, contract.state, contract.uploaded_at = scan_of(other), PaperState.UPLOADED, NOW
    contract.save()
    assert read_uploaded(NOW) == 1
    contract.refresh_from_db()
    assert (contract.code_read, contract.signatures) == (other, [])
    assert contract.state == PaperState.UPLOADED
    assert read_uploaded(NOW) == 0
