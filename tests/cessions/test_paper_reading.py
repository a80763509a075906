"""A scan files itself by its code; staff see code and signatures; nothing is accepted by it (P3, D5)."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.enums import PaperState
from accounts.models import CustomerAccount
from accounts.services.identity_copies import destroy_due_copies
from accounts.services.papers import end_paper, refuse_paper, upload_signed
from cessions.admin.paper_signs import signs_of
from cessions.enums import ScanFiling
from cessions.models import Assignee, ScannedPaper, TransferContract
from cessions.policies.findings import FindingCode, Findings, Outcome
from cessions.services.paper_reading import (
    file_due_scans,
    read_identity_copies,
    read_uploaded,
)
from cessions.services.scanned import set_aside, sort_scan
from hosting.lib.papercode import code_svg, new_reference
from hosting.lib.pdf import render_pdf
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import store_made
from tests.accounts.papers import a_power
from tests.evidence import identity_samples as drawn
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


def scan_of(*codes: str) -> StoredFile:
    """A file of ours, so that it counts as scanned, with the codes on its page."""
    printed = " ".join(code_svg(code) for code in codes)
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
    row = sent(CustomerAccountFactory(), scan_of())
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


def test_a_file_with_malware_is_named_so_and_no_longer_tried() -> None:
    file = scan_of()
    StoredFile.objects.filter(pk=file.pk).update(scan_state=ScanState.INFECTED)
    row = sent(CustomerAccountFactory(), file)
    file_due_scans(NOW)
    row.refresh_from_db()
    assert (row.state, row.next_try_at) == (ScanFiling.INFECTED, None)


def test_staff_see_the_code_and_that_nobody_signed_electronically() -> None:
    contract, other = contract_of(CustomerAccountFactory()), new_reference("TC")
    contract.scan, contract.state, contract.uploaded_at = scan_of(other), PaperState.UPLOADED, NOW
    contract.save()
    assert read_uploaded(NOW) == 1
    contract.refresh_from_db()
    assert (contract.code_read, contract.signatures) == (other, [])
    assert contract.state == PaperState.UPLOADED
    assert read_uploaded(NOW) == 0


def test_another_square_code_on_the_page_does_not_hide_ours() -> None:
    """Services for electronic signatures print codes of their own."""
    contract = contract_of(CustomerAccountFactory())
    row = sent(contract.account, scan_of("https://sign.example/check/1", contract.reference))
    file_due_scans(NOW)
    row.refresh_from_db()
    assert (row.state, row.code_read) == (ScanFiling.FILED, contract.reference)


def test_a_scan_with_none_but_other_square_codes_is_left_to_the_reseller() -> None:
    row = sent(CustomerAccountFactory(), scan_of("https://sign.example/check/1"))
    file_due_scans(NOW)
    row.refresh_from_db()
    assert row.state == ScanFiling.UNREAD


def uploaded(file: StoredFile) -> TransferContract:
    contract = contract_of(CustomerAccountFactory())
    contract.scan, contract.state, contract.uploaded_at = file, PaperState.UPLOADED, NOW
    contract.save()
    return contract


def test_a_file_with_several_papers_is_filed_to_each_of_them() -> None:
    account = CustomerAccountFactory()
    first, second = contract_of(account), contract_of(account)
    power = a_power(account, new_reference("PA"))
    sent(account, scan_of(second.reference, power.reference, first.reference))
    file_due_scans(NOW)
    rows = {row.code_read: row for row in ScannedPaper.objects.all()}
    for paper in (first, second, power):
        paper.refresh_from_db()
        row = rows[paper.reference]
        assert paper.state == PaperState.UPLOADED
        assert paper.scan == row.file
        assert (row.state, row.contract or row.power) == (ScanFiling.FILED, paper)
    assert len(rows) == 3
    assert file_due_scans(NOW) == 0
    assert JournalEntry.objects.filter(event="contract.uploaded").count() == 2


def test_of_several_papers_in_a_file_the_one_that_takes_no_copy_is_named() -> None:
    account = CustomerAccountFactory()
    ended, waiting = contract_of(account), contract_of(account)
    TransferContract.objects.filter(pk=ended.pk).update(state=PaperState.ENDED, ended_at=NOW)
    sent(account, scan_of(ended.reference, waiting.reference))
    file_due_scans(NOW)
    found = dict(ScannedPaper.objects.values_list("code_read", "state"))
    assert found == {ended.reference: ScanFiling.CLOSED, waiting.reference: ScanFiling.FILED}


def test_a_strangers_paper_among_ones_own_is_left_out_and_staff_are_warned() -> None:
    account, theirs = CustomerAccountFactory(), contract_of(CustomerAccountFactory())
    mine = [contract_of(account), contract_of(account)]
    sent(account, scan_of(theirs.reference, *(paper.reference for paper in mine)))
    file_due_scans(NOW)
    read_uploaded(NOW)
    theirs.refresh_from_db()
    assert theirs.state == PaperState.DRAFTED
    for paper in mine:
        paper.refresh_from_db()
        assert (paper.state, paper.code_read) == (PaperState.UPLOADED, theirs.reference)


def test_staff_see_which_other_papers_the_same_file_holds() -> None:
    account = CustomerAccountFactory()
    first, second = contract_of(account), contract_of(account)
    sent(account, scan_of(first.reference, second.reference))
    file_due_scans(NOW)
    read_uploaded(NOW)
    first.refresh_from_db()
    assert first.code_read == first.reference
    with translation.override("en"):
        assert any(second.reference in words for words in signs_of(first))


def test_a_file_that_another_paper_needs_is_not_destroyed_with_a_refused_copy() -> None:
    account, staff = CustomerAccountFactory(), UserFactory(support=True)
    first, second = contract_of(account), contract_of(account)
    sent(account, scan_of(first.reference, second.reference))
    file_due_scans(NOW)
    for paper, lives in ((first, True), (second, False)):
        paper.refresh_from_db()
        shared = paper.scan
        refuse_paper(paper, reason="Unreadable.", by=staff, now=NOW)
        upload_signed(paper, scan=scan_of(), identity_copy=None, by=staff, now=NOW)
        shared.refresh_from_db()
        assert (shared.destroyed_at is None) == lives


def test_staff_sort_or_set_aside_what_could_not_be_filed() -> None:
    account, staff = CustomerAccountFactory(), UserFactory(support=True)
    unread, foreign = (
        ScannedPaper.objects.create(
            account=account, file=scan_of(), uploaded_at=NOW, uploaded_by=UserFactory(), state=state
        )
        for state in (ScanFiling.UNREAD, ScanFiling.FOREIGN)
    )
    contract = contract_of(account)
    assert sort_scan(foreign, contract, by=staff, now=NOW).state == ScanFiling.SORTED
    with pytest.raises(PermissionDenied):
        set_aside(unread, by=UserFactory(), now=NOW)
    assert set_aside(unread, by=staff, now=NOW).state == ScanFiling.ASIDE
    with pytest.raises(ValidationError):
        set_aside(unread, by=staff, now=NOW)
    assert JournalEntry.objects.get(event="paper.set_aside").stream == account.stream


def test_pages_of_another_paper_in_the_same_scan_warn_staff() -> None:
    contract, other = uploaded(scan_of()), new_reference("TC")
    contract.scan = scan_of(contract.reference, other)
    contract.save()
    read_uploaded(NOW)
    contract.refresh_from_db()
    assert contract.code_read == other
    with translation.override("en"):
        assert f"The code read from the copy is {other}." in signs_of(contract)


def test_a_pdf_that_cannot_be_looked_at_is_not_taken_for_one_signed_by_hand() -> None:
    rubbish = store_made(b"%PDF-1.7", name="r.pdf", content_type="application/pdf", now=NOW)
    contract = uploaded(rubbish)
    read_uploaded(NOW)
    contract.refresh_from_db()
    assert contract.signatures == [{"unreadable": True}]
    with translation.override("en"):
        assert any("could not be found out" in words for words in signs_of(contract))


@pytest.mark.parametrize("state", [ScanState.INFECTED, ScanState.NOT_SCANNED])
def test_copies_that_nobody_may_open_hold_up_nothing(settings, state) -> None:
    settings.SCAN_BYPASS = False
    closed = scan_of()
    StoredFile.objects.filter(pk=closed.pk).update(scan_state=state)
    uploaded(closed)
    contract = uploaded(scan_of())
    assert read_uploaded(NOW, limit=1) == 1
    contract.refresh_from_db()
    assert contract.signatures == []


# -- The identity copy beside the contract (P3) -----------------------------------------------------


def card_of(name: str, marked: str) -> StoredFile:
    """A drawn French card of `name`, whose zone spells it as `marked`: surname, then given names."""
    who = drawn.Bearer(name, *marked.split(" "))
    lines = drawn.td1(who, "X4RTBPFW4", drawn.VALID)
    content = drawn.saved(drawn.drawn(lines, 3, "Carte", who), drawn.PNG)
    return store_made(content, name="card.png", content_type=drawn.PNG, now=NOW)


def with_copy(name: str) -> TransferContract:
    contract = contract_of(CustomerAccountFactory(full_name=name))
    copy = card_of("Jean-Pierre Kieffer", "KIEFFER JEAN<PIERRE")
    scan = scan_of(contract.reference)
    upload_signed(contract, scan=scan, identity_copy=copy, by=UserFactory(), now=NOW)
    return contract


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("Jean-Pierre Kieffer", Outcome.FOUND), ("Marthe Robin", Outcome.CONTRADICTS)],
)
def test_p3_the_identity_copy_is_read_and_compared_with_the_holder(
    name: str, outcome: Outcome
) -> None:
    contract = with_copy(name)
    assert read_identity_copies(NOW) == 1
    contract.refresh_from_db()
    found = {f.code: f for f in Findings.of_json(contract.identity_findings).findings}
    assert found[FindingCode.IDENTITY_NAME].outcome == outcome
    assert found[FindingCode.IDENTITY_EXPIRY].seen == drawn.VALID.isoformat()
    assert (contract.state, contract.identity_accepted) == (PaperState.UPLOADED, False)
    assert read_identity_copies(NOW) == 0


def test_p3_what_was_read_in_the_identity_copy_goes_with_it() -> None:
    contract = with_copy("Jean-Pierre Kieffer")
    read_identity_copies(NOW)
    end_paper(contract, by=UserFactory(support=True), now=NOW)
    assert destroy_due_copies(NOW) == 1
    contract.refresh_from_db()
    assert contract.identity_findings is None
    assert read_identity_copies(NOW) == 0
