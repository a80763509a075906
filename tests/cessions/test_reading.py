"""Machines read documents and note what they find; they decide nothing (D5, K3)."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cessions.enums import DocumentKind, DocumentState, FilingState
from cessions.models import Document, Reading
from cessions.policies.findings import FindingCode, Findings, Outcome
from cessions.services import reading
from cessions.services.documents import add_document
from cessions.services.guard import ActRefused
from cessions.tasks import read_documents
from hosting.lib import clock
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import destroy_files
from tests.cessions.cases import RECEIVED, a_document, fresh_case
from tests.cessions.samples import pdf
from tests.factories import UserFactory
from tests.lib.reading.papers import picture, printed, saved

pytestmark = pytest.mark.django_db
NOW = RECEIVED + timedelta(hours=1)
INVOICE = """<p>{name}</p><p>Facture n° F-2026-12</p><p>Date : 12/03/2026</p>
<p>Hébergement {domain} 120,00 €</p><p>Total TTC 144,00 €</p>"""
PAYMENT = "<p>VIR SEPA, facture F-2026-12</p><p>-144,00 €</p><p>le 14/03/2026, merci.</p>"


def at(now=NOW) -> Callable:
    return lambda: now


@pytest.fixture
def request_():
    return fresh_case()


def due(request, content: bytes, kind: str = DocumentKind.INVOICE, **fields) -> Document:
    """A document with these bytes that waits to be read."""
    document = a_document(request, kind, next_read_at=RECEIVED, **fields)
    default_storage.save(document.file.storage_name, ContentFile(content))
    document.file.sha256 = sha256(content).hexdigest()
    document.file.save(update_fields=["sha256"])
    return document


def invoice_of(request) -> bytes:
    service = request.services.get()
    return printed(INVOICE.format(name=request.account.trade_name, domain=service.name))


def found_in(document: Document) -> dict[str, object]:
    findings = Findings.of_json(Reading.objects.get(document=document).findings)
    return {finding.code: finding for finding in findings.findings}


def test_an_invoice_is_read_and_what_answers_to_the_account_is_noted(request_):
    document = due(request_, invoice_of(request_))
    assert reading.read_due(at()) == 1
    document.refresh_from_db()
    assert (document.next_read_at, document.state) == (None, DocumentState.TO_REVIEW)
    found = found_in(document)
    assert found[FindingCode.TRADE_NAME].outcome == Outcome.FOUND
    assert found[FindingCode.TRADE_NAME].places
    assert found[FindingCode.SERVICE_NAME].outcome == Outcome.FOUND
    assert found[FindingCode.FULL_NAME].outcome == Outcome.MISSING
    assert found[FindingCode.INVOICE_NUMBER].seen == "F-2026-12"
    assert "F-2026-12" in document.reading.text
    assert reading.read_due(at()) == 0


def test_the_journal_gets_counts_and_no_word_of_the_document(request_):
    due(request_, invoice_of(request_))
    reading.read_due(at())
    entry = JournalEntry.objects.get(event="document_read")
    assert entry.facts.keys() >= {"document", "source", "pages", "findings", "problem"}
    assert "F-2026-12" not in str(entry.facts)
    assert request_.account.trade_name not in str(entry.facts)


def test_a_payment_is_read_after_its_invoice_and_again_when_an_invoice_comes(request_):
    payment = due(request_, printed(PAYMENT), DocumentKind.PAYMENT_PROOF)
    reading.read_due(at())
    assert FindingCode.PAYMENT_FITS not in found_in(payment)
    invoice = due(request_, invoice_of(request_))
    assert reading.read_due(at()) == 2
    fits = found_in(payment)[FindingCode.PAYMENT_FITS]
    assert fits.details == {"document": invoice.pk, "by": ["number", "amount"]}


def test_former_names_of_the_account_are_looked_for(request_):
    request_.account.former_identities.create(
        field="trade_name", value="Lampes Durand", ended_at=RECEIVED
    )
    old = printed(INVOICE.format(name="Lampes Durand", domain="x.example"))
    document = due(request_, old)
    reading.read_due(at())
    finding = found_in(document)[FindingCode.TRADE_NAME]
    assert (finding.outcome, finding.wanted) == (Outcome.FOUND, "Lampes Durand")
    assert finding.details["until"] == "2026-06-09"


def test_a_new_document_is_due_and_waits_until_it_is_checked_and_filed(request_):
    document = add_document(request_.filing, pdf(), kind=DocumentKind.INVOICE, now=NOW)
    assert document.next_read_at == NOW
    assert reading.read_due(at()) == 0
    StoredFile.objects.update(scan_state=ScanState.CLEAN)
    request_.filing.state = FilingState.UNCONFIRMED
    request_.filing.save()
    assert reading.read_due(at()) == 0
    request_.filing.state = FilingState.CONFIRMED
    request_.filing.save()
    assert reading.read_due(at()) == 1


@pytest.mark.parametrize("state", [ScanState.INFECTED, ScanState.REFUSED])
def test_what_nobody_may_open_is_not_read(request_, state: str):
    document = due(request_, b"x", scan=state)
    assert reading.read_due(at()) == 0
    document.refresh_from_db()
    assert document.next_read_at is None
    assert not Reading.objects.exists()


def test_a_bad_file_is_noted_as_unreadable(request_):
    document = due(request_, b"%PDF-1.7 rubbish")
    reading.read_due(at())
    assert Findings.of_json(document.reading.findings).problem == "unreadable"


def test_a_document_that_fails_is_tried_some_times_then_noted_as_unreadable(request_):
    """Its bytes cannot be had, say; others are read meanwhile."""
    lost = a_document(request_, DocumentKind.INVOICE, next_read_at=RECEIVED)
    now, rounds = NOW, 0
    while not Reading.objects.filter(document=lost).exists():
        assert reading.read_due(at(now)) == 1
        assert reading.read_due(at(now)) == 0
        now, rounds = now + timedelta(hours=4), rounds + 1
    assert rounds == len(reading.PAUSES) + 1
    assert Findings.of_json(lost.reading.findings).problem == "unreadable"
    lost.refresh_from_db()
    assert (lost.next_read_at, lost.read_tries) == (None, 0)


def test_a_worker_that_is_killed_leaves_the_document_due(request_):
    document = due(request_, invoice_of(request_))
    assert reading.claim_next(NOW) == document  # and nothing more of this worker
    assert reading.read_due(at(NOW)) == 0
    assert reading.read_due(at(NOW + reading.PAUSES[0])) == 1
    assert Reading.objects.filter(document=document).count() == 1


def test_nothing_is_kept_of_bytes_that_were_destroyed_meanwhile(request_):
    document = due(request_, invoice_of(request_))
    claimed = reading.claim_next(NOW)
    text, findings = reading.look_at(claimed, NOW)
    destroy_files([StoredFile.objects.get(pk=document.file_id)], now=NOW)
    assert not reading.keep(claimed, text, findings, NOW)
    assert not Reading.objects.exists()


def test_the_text_of_an_identity_document_is_not_kept(request_):
    document = due(request_, printed(), DocumentKind.CLAIMANT_IDENTITY)
    reading.read_due(at())
    assert document.reading.text == ""


def test_staff_have_a_document_read_again(request_):
    document = due(request_, invoice_of(request_))
    reading.read_due(at())
    with pytest.raises(ActRefused):
        reading.read_again(document.pk, by=UserFactory(), now=NOW)
    reading.read_again(document.pk, by=UserFactory(support=True), now=NOW)
    assert reading.read_due(at()) == 1


def test_beat_has_documents_read(request_, monkeypatch: pytest.MonkeyPatch):
    photo = saved(picture(invoice_of(request_)), "JPEG")
    document = due(request_, photo)
    StoredFile.objects.update(content_type="image/jpeg")
    monkeypatch.setattr(clock, "now", at())
    read_documents()
    assert Findings.of_json(Reading.objects.get(document=document).findings).source == "ocr"
