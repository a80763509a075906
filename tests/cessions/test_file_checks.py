"""What a check of files means for the transfers: words at once, a decision that waits, nothing lost (D6)."""

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from cessions.enums import DocumentKind, DocumentState, FilingState, RefusalReason
from cessions.models import Document, Filing
from cessions.policies import BlockerCode
from cessions.services import documents, reception, review
from hosting.records.enums import FileProblem, ScanState
from hosting.records.models import JournalEntry, OutgoingMail, StoredFile
from hosting.records.services import files
from hosting.records.services.checking import check_due
from tests.cessions.cases import a_document, fresh_case
from tests.cessions.samples import pdf, photo
from tests.cessions.test_snapshot import codes
from tests.cessions.visitor import answers, file_and_confirm
from tests.clamd import Clamd
from tests.factories import DraftFactory, ServiceFactory, UserFactory
from tests.hostile import FORM
from tests.hostile.papers import carrying
from tests.hostile.programs import eicar, no_papers, two_in_one

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scanned(scanner: Clamd, settings) -> None:
    settings.CLAMD_URL = scanner.url


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(support=True), backend="accounts.backends.SessionBackend")
    return client


def bad(name: str = "facture.pdf") -> SimpleUploadedFile:
    """A PDF that carries a program: the form takes it, the check does not."""
    return SimpleUploadedFile(name, carrying("setup.exe", b"MZ"))


def text(response) -> str:
    return response.content.decode()


def check(now=None) -> None:
    at = now or timezone.now()
    check_due(lambda: at)


def waiting_for_confirmation(language: str = "en", **fields) -> Filing:
    expires = timezone.now() + timedelta(days=9)
    return DraftFactory(unconfirmed=True, expires_at=expires, language=language, **fields)


def told() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="cession_file_closed"))


# -- The claimant is told -------------------------------------------------------------------------


def test_d6_a_file_that_never_opens_is_told_at_once_in_the_claimants_language():
    now = timezone.now()
    filing = reception.confirm(waiting_for_confirmation("de"), now=now)
    documents.add_document(filing, bad("Rechnung.pdf"), kind=DocumentKind.INVOICE, now=now)
    check(now)
    (mail,) = told()
    assert (mail.language, mail.recipient) == ("de", filing.email)
    assert "Rechnung.pdf" in mail.text
    assert "Rechnung.pdf" in mail.html
    assert "cession_status" in mail.text
    check(now)
    assert len(told()) == 1


def test_d6_what_was_found_before_the_address_was_confirmed_is_told_at_the_reception():
    now = timezone.now()
    filing = waiting_for_confirmation()
    documents.add_document(filing, bad(), kind=DocumentKind.INVOICE, now=now)
    documents.add_document(filing, pdf(), kind=DocumentKind.OTHER, now=now)
    check(now)
    assert told() == []
    reception.confirm(filing, now=now)
    (mail,) = told()
    with translation.override(mail.language):
        assert str(FileProblem.EMBEDDED.label) in mail.text


def test_d6_a_copy_that_was_replaced_meanwhile_is_not_told():
    now = timezone.now()
    filing = reception.confirm(waiting_for_confirmation(), now=now)
    first = documents.add_document(filing, bad(), kind=DocumentKind.INVOICE, now=now)
    documents.replace_document(filing, first, pdf(), now=now)
    check(now)
    assert told() == []


def test_the_journal_knows_the_bytes_as_they_came_and_as_they_are_kept():
    now = timezone.now()
    filing = reception.confirm(waiting_for_confirmation(), now=now)
    document = documents.add_document(filing, photo(), kind=DocumentKind.OTHER, now=now)
    check(now)
    facts = JournalEntry.objects.get(event="document_checked").facts
    file = StoredFile.objects.get()
    assert facts["document"] == document.pk
    assert facts["sha256"] == file.sha256 != facts["received_sha256"] == file.received_sha256


def test_the_same_photo_sent_again_is_known_though_it_was_written_anew():
    now = timezone.now()
    filing = reception.confirm(waiting_for_confirmation(), now=now)
    first = documents.add_document(filing, photo(), kind=DocumentKind.OTHER, now=now)
    check(now)
    assert documents.add_document(filing, photo(), kind=DocumentKind.OTHER, now=now) == first


# -- A decision waits --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [ScanState.INFECTED, ScanState.REFUSED])
def test_k2_a_file_that_never_opens_blocks_until_staff_refuse_it(state):
    request = fresh_case()
    document = a_document(request, DocumentKind.OTHER, scan=state)
    at = document.added_at
    assert BlockerCode.FILE_CLOSED in codes(request, at)
    assert BlockerCode.NOT_SCANNED not in codes(request, at)
    words = {"refusal": RefusalReason.INCORRECT, "reason": "It cannot be opened."}
    review.refuse_document(document.pk, by=UserFactory(support=True), now=at, **words)
    assert BlockerCode.FILE_CLOSED not in codes(request, at)


def test_k2_a_file_that_never_opens_blocks_until_the_claimant_replaces_it(settings):
    settings.SCAN_BYPASS = True
    request = fresh_case()
    document = a_document(request, DocumentKind.OTHER, scan=ScanState.INFECTED)
    assert BlockerCode.FILE_CLOSED in codes(request, document.added_at)
    Document.objects.filter(pk=document.pk).update(state=DocumentState.REPLACED)
    assert BlockerCode.FILE_CLOSED not in codes(request, document.added_at)


def test_staff_read_why_a_file_has_no_link(desk):
    request = fresh_case()
    document = a_document(request, scan=ScanState.REFUSED)
    StoredFile.objects.filter(pk=document.file_id).update(problem=FileProblem.ENCRYPTED)
    page = text(desk.get(reverse("admin:cessions_transferrequest_change", args=[request.pk])))
    assert "cannot be opened safely: It is protected by a password." in page
    address = reverse("admin:cessions_document_original", args=[document.pk])
    assert address not in page
    assert desk.get(address).status_code == 404


# -- Pages keep what was typed ------------------------------------------------------------------------


def test_the_draft_says_which_of_its_files_cannot_be_opened(client):
    answer = client.post("/cession/", answers(client, do="save", document_invoice=bad()))
    check()
    page = text(client.get(answer["location"]))
    assert "We cannot open it. It carries another file that may be a program." in page


def test_a_sample_of_hostile_files_gets_a_page_with_words_from_the_real_form(client):
    sample = (*no_papers(), *eicar(), *two_in_one())[::6]
    assert len(sample) > 20
    for one in sample:
        upload = SimpleUploadedFile(one.name or "x", one.content)
        response = client.post("/cession/", answers(client, email="", document_other=upload))
        assert response.status_code == 422
        page = text(response)
        assert "I called every week." in page
        refused = re.search(r'id="id_document_other_error">(.*?)</ul>', page, re.DOTALL)
        if one.outcomes == {FORM} and one.content:
            assert refused, one.what
    kept = StoredFile.objects.count()
    check()
    assert not StoredFile.objects.filter(scan_state=ScanState.NOT_SCANNED).exists()
    assert 0 < kept < len(sample)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond 50 KB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def stored_bytes() -> int:
    return sum(len(default_storage.listdir(f"files/{day}")[1]) for day in days())


def days() -> list[str]:
    return default_storage.listdir("files")[0] if default_storage.exists("files") else []


def large() -> SimpleUploadedFile:
    return SimpleUploadedFile("large.pdf", pdf().read() + bytes(3_000_000))


def test_a_full_disk_leaves_no_row_and_no_file_and_the_form_keeps_all_it_had(client):
    given = answers(client, document_invoice=large(), document_other=pdf("small.pdf"))
    before = stored_bytes()
    with full_disk():
        response = client.post("/cession/", given)
    page = text(response)
    assert response.status_code == 422
    assert "large.pdf: We could not keep this file; the fault is ours." in page
    assert "I called every week." in page
    assert Document.objects.get().file.original_name == "small.pdf"
    assert Filing.objects.get().state == FilingState.DRAFT
    assert stored_bytes() == before + 1


def test_a_storage_that_is_away_leaves_no_row_and_the_form_keeps_all_it_had(client, monkeypatch):
    def away(*_words):
        raise ConnectionError("no object store")

    given = answers(client, document_invoice=pdf())
    with monkeypatch.context() as patch:
        patch.setattr(files.default_storage, "save", away)
        response = client.post("/cession/", given)
    assert response.status_code == 422
    assert "the fault is ours" in text(response)
    assert not StoredFile.objects.exists()


def test_the_status_page_says_what_is_wrong_with_a_file_and_keeps_nothing(client):
    ServiceFactory(name="example.fr")
    page = file_and_confirm(client)
    for given, words in (
        (SimpleUploadedFile("a.pdf", b"MZ"), "Please send a PDF or a photo"),
        (SimpleUploadedFile("a.pdf", b""), "This file is empty"),
    ):
        response = client.post(page, {"do": "upload:owner_identity", "file": given})
        assert response.status_code == 422
        assert words in text(response)
    with full_disk():
        response = client.post(page, {"do": "upload:owner_identity", "file": large()})
    assert response.status_code == 422
    assert "the fault is ours" in text(response)
    assert not StoredFile.objects.exists()


def test_staff_who_add_a_scan_read_what_is_wrong_with_it(desk):
    filing = reception.confirm(waiting_for_confirmation(), now=timezone.now())
    address = f"/admin/cessions/filing/{filing.pk}/document/"
    response = desk.post(address, {"kind": "invoice", "file": SimpleUploadedFile("a.pdf", b"MZ")})
    assert "Please send a PDF or a photo" in text(response)
    assert '<option value="invoice" selected' in text(response)
    assert not StoredFile.objects.exists()
