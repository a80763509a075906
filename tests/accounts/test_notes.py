"""A5, A6: internal notes are added and superseded; their effect is derived."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import InternalNote
from accounts.services import eligibility_of, supersede_note, write_note
from hosting.records.models import JournalEntry
from hosting.records.services import store_upload
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return factories.CustomerAccountFactory()


@pytest.fixture
def support():
    return factories.UserFactory(support=True)


def test_a_note_keeps_author_time_and_hash(account, support, now):
    note = write_note(
        account, kind="contact", text=" Called him.\r\nAll well. ", author=support, now=now
    )
    assert (note.text, note.author, note.created_at) == ("Called him.\nAll well.", support, now)
    entry = JournalEntry.objects.get(stream=account.stream, event="note.written")
    assert (entry.actor, entry.facts["hash"]) == (f"user:{support.pk}", note.content_hash)
    assert "Called" not in str(entry.facts)


def test_an_empty_note_is_refused(account, support, now):
    with pytest.raises(ValidationError):
        write_note(account, kind="general", text="  ", author=support, now=now)


def test_a_note_is_never_edited_nor_deleted_not_even_by_sql(account, now):
    note = write_note(account, kind="general", text="First.", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        InternalNote.objects.filter(pk=note.pk).update(text="Second.")
    with pytest.raises(IntegrityError), transaction.atomic():
        note.delete()


def test_erasing_the_text_leaves_its_hash(account, now):
    note = write_note(account, kind="general", text="Personal.", now=now)
    InternalNote.objects.filter(pk=note.pk).update(text="", erased_at=now)
    after = InternalNote.objects.get(pk=note.pk)
    assert (after.text, after.content_hash) == ("", note.content_hash)


def test_a_newer_note_takes_the_place_of_an_older_one_once(account, support, now):
    old = write_note(account, kind="billing", text="Owes.", pinned=True, author=support, now=now)
    new = supersede_note(old, text="Has paid.", author=support, now=now + timedelta(days=1))
    assert (new.supersedes, new.kind, new.pinned) == (old, "billing", True)
    with pytest.raises(ValidationError) as refused:
        supersede_note(old, text="Has not.", author=support, now=now)
    assert refused.value.code == "superseded"


def test_an_attachment_is_named_in_the_journal_by_its_hash(account, support, now):
    upload = SimpleUploadedFile("contract.pdf", b"%PDF-1.7 contract")
    stored = store_upload(upload, now=now)
    note = write_note(
        account, kind="contract", text="Signed.", attachment=stored, author=support, now=now
    )
    entry = JournalEntry.objects.get(event="note.written")
    assert entry.facts["attachment"] == stored.sha256
    mended = supersede_note(note, text="Signed in Lyon.", author=support, now=now)
    assert mended.attachment == stored


def test_a_note_blocks_courtesy_interventions_until_a_later_one_restores_them(
    account, support, now
):
    assert eligibility_of(account).eligible
    note = write_note(
        account, kind="intervention", text="No.", effect="ineligible", author=support, now=now
    )
    present = eligibility_of(account)
    assert (present.eligible, present.note, present.since) == (False, note.pk, now)
    later = now + timedelta(days=30)
    write_note(
        account, kind="intervention", text="Yes.", effect="eligible", author=support, now=later
    )
    assert eligibility_of(account).eligible
    supersede_note(note, text="No, because of the shop.", author=support, now=later)
    assert eligibility_of(account).eligible
