"""Drafts, submission, links (T1, T3, T5)."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from cessions.enums import DocumentKind, FilingState
from cessions.models import Document
from cessions.services import documents, filing, intake
from cessions.services.locks import NotPossible
from hosting.models import Notice
from hosting.records.models import JournalEntry, OutgoingMail, StoredFile
from hosting.records.services import UploadRefused
from tests.cessions.samples import claim, pdf, photo
from tests.factories import DraftFactory

pytestmark = pytest.mark.django_db


def test_a_draft_is_kept_for_30_days(now):
    draft = intake.start_draft(claim("example.fr", "xn--caf-dma.fr"), now=now)
    assert draft.expires_at == now + timedelta(days=30)
    assert [row.display_name for row in draft.services.all()] == ["example.fr", "café.fr"]


def test_a_service_that_stays_in_the_draft_keeps_its_row(now):
    draft = intake.start_draft(claim("one.fr", "two.fr"), now=now)
    kept = draft.services.get(name="two.fr").pk
    intake.save_draft(draft, claim("two.fr", "three.fr"), now=now)
    assert draft.services.get(name="two.fr").pk == kept
    assert set(draft.services.values_list("name", flat=True)) == {"two.fr", "three.fr"}


def test_an_expired_draft_cannot_be_saved(now):
    draft = intake.start_draft(claim(), now=now)
    with pytest.raises(NotPossible):
        intake.save_draft(draft, claim(), now=now + timedelta(days=30))


def test_an_expired_draft_leaves_no_file_and_no_personal_content(
    now, django_capture_on_commit_callbacks
):
    draft = intake.start_draft(claim(telephone="+33 6"), now=now)
    stored = documents.add_document(draft, pdf(), kind=DocumentKind.INVOICE, now=now).file
    with django_capture_on_commit_callbacks(execute=True):
        assert intake.expire_due(now + timedelta(days=30)) == 1
    draft.refresh_from_db()
    assert draft.state == FilingState.EXPIRED
    assert (draft.full_name, draft.email, draft.telephone) == ("", "", "")
    assert not draft.services.exists()
    assert not default_storage.exists(stored.storage_name)
    assert StoredFile.objects.get(pk=stored.pk).destroyed_at is not None
    assert intake.expire_due(now + timedelta(days=31)) == 0


def test_a_draft_expires_not_a_moment_early(now):
    draft = intake.start_draft(claim(), now=now)
    assert intake.expire_due(draft.expires_at - timedelta(microseconds=1)) == 0


def test_a_submitted_filing_has_a_number_and_waits_for_its_confirmation(now):
    draft = intake.start_draft(claim(), now=now)
    filed = filing.submit(draft, notices=[], now=now)
    assert filed.state == FilingState.UNCONFIRMED
    assert filed.number.startswith("T2026-")
    assert OutgoingMail.objects.get().kind == "cession_confirm"


def test_the_number_bears_the_local_year(now):
    new_year = now.replace(month=12, day=31, hour=23, minute=30)
    draft = intake.start_draft(claim(), now=new_year)
    assert filing.submit(draft, notices=[], now=new_year).number.startswith("T2027-")


def test_submitting_twice_is_as_submitting_once(now):
    draft = intake.start_draft(claim(), now=now)
    first = filing.submit(draft, notices=[], now=now)
    second = filing.submit(draft, notices=[], now=now + timedelta(minutes=1))
    assert second.number == first.number
    assert OutgoingMail.objects.count() == 1


def test_the_versions_of_the_notices_shown_are_kept(now):
    notice = Notice(code="filing-terms", version=4, language="de", title="", body="")
    draft = intake.start_draft(claim(), now=now)
    filed = filing.submit(draft, notices=[notice], now=now)
    consent = filed.consents.get()
    assert (consent.notice, consent.version, consent.language) == ("filing-terms", 4, "de")


def test_the_mail_to_an_unconfirmed_address_repeats_nothing_that_was_typed(now):
    typed = {"full_name": "Buy now at evil.example", "already_tried": "evil.example"}
    draft = intake.start_draft(claim("evil.example", **typed), now=now)
    intake.send_draft_link(draft, now=now)
    filing.submit(draft, notices=[], now=now)
    for mail in OutgoingMail.objects.all():
        assert "evil" not in mail.subject + mail.text + mail.html


def test_no_mail_holds_a_link_only_a_placeholder(now):
    filing.submit(intake.start_draft(claim(), now=now), notices=[], now=now)
    mail = OutgoingMail.objects.get()
    assert "[[link:cession_confirm:" in mail.text
    assert "/cession/confirmer/" not in mail.text + mail.html


def test_the_confirmation_is_sent_again_only_while_it_is_awaited(now):
    waiting = DraftFactory(unconfirmed=True)
    assert filing.resend_confirmation(waiting, now=now)
    assert not filing.resend_confirmation(DraftFactory(), now=now)
    assert OutgoingMail.objects.count() == 1


def test_a_corrected_address_gets_a_new_link_and_the_old_one_dies(now):
    waiting = DraftFactory(unconfirmed=True, email="typo@mail.example")
    corrected = filing.correct_address(waiting, "right@mail.example", actor="claimant", now=now)
    assert corrected.link_generation == waiting.link_generation + 1
    assert OutgoingMail.objects.get().recipient == "right@mail.example"
    facts = JournalEntry.objects.get(event="address_corrected").facts
    assert "mail.example" not in str(facts)


def test_a_lost_link_goes_only_to_the_address_of_the_case(now):
    waiting = DraftFactory(unconfirmed=True, email="me@mail.example")
    ask = filing.send_link_again
    assert not ask(number=waiting.number, email="other@mail.example", now=now)
    assert not ask(number="T2026-000000", email="me@mail.example", now=now)
    assert ask(number=waiting.number, email="ME@mail.example", now=now)
    assert OutgoingMail.objects.get().recipient == "me@mail.example"


def test_a_draft_keeps_its_files_and_one_can_be_taken_off(now, django_capture_on_commit_callbacks):
    draft = intake.start_draft(claim(), now=now)
    first = documents.add_document(draft, pdf(), kind=DocumentKind.INVOICE, now=now)
    documents.add_document(draft, photo(), kind=DocumentKind.CLAIMANT_IDENTITY, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        documents.remove_document(draft, first.pk, now=now)
    assert draft.documents.get().kind == DocumentKind.CLAIMANT_IDENTITY
    assert not default_storage.exists(first.file.storage_name)


def test_a_request_takes_a_limited_number_of_files(now, settings):
    settings.UPLOAD_MAX_FILES = 2
    draft = intake.start_draft(claim(), now=now)
    documents.add_document(draft, pdf(), kind=DocumentKind.OTHER, now=now)
    documents.add_document(draft, photo(), kind=DocumentKind.OTHER, now=now)
    with pytest.raises(UploadRefused):
        documents.add_document(draft, pdf(), kind=DocumentKind.INVOICE, now=now)
    assert draft.documents.count() == StoredFile.objects.count() == 2


def test_the_same_file_sent_again_is_the_same_document(now):
    draft = intake.start_draft(claim(), now=now)
    first = documents.add_document(draft, pdf(), kind=DocumentKind.OTHER, now=now)
    assert (
        documents.add_document(draft, pdf("again.pdf"), kind=DocumentKind.OTHER, now=now) == first
    )
    assert draft.documents.count() == 1
    assert StoredFile.objects.filter(destroyed_at__isnull=True).count() == 1


def test_a_refused_upload_leaves_nothing(now):
    draft = intake.start_draft(claim(), now=now)
    program = SimpleUploadedFile("invoice.pdf", b"MZ\x90\x00 not a document", "application/pdf")
    with pytest.raises(UploadRefused):
        documents.add_document(draft, program, kind=DocumentKind.OTHER, now=now)
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()
