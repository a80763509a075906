"""Letters on paper and the sweep that makes them (X5, C3)."""

from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from cessions import tasks
from cessions.enums import LetterKind
from cessions.letters import postal_address
from cessions.models import Letter
from cessions.services import letter_making, post
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, StoredFile
from tests.factories import CustomerAccountFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory(support=True)


def write(now, staff, **account) -> Letter:
    request = TransferRequestFactory(account=CustomerAccountFactory(reachable=True, **account))
    return post.write_registered_letter(request.pk, by=staff, now=now)


def text_of(letter: Letter) -> str:
    letter.refresh_from_db()
    with default_storage.open(letter.file.storage_name) as file:
        document = pypdfium2.PdfDocument(file.read())
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_sweep_makes_a_letter_that_can_be_opened_and_read(now, staff):
    letter = write(now, staff, full_name="Zoë Œuvré-Straße", language="en")
    assert letter_making.make_due_letters(now) == 1
    text = text_of(letter)
    service = letter.request.services.get().display_name
    for words in ("Zoë Œuvré-Straße", "3 rue du Puits", "67000 Strasbourg", "FRANCE", service):
        assert words in text
    assert "Europe/Paris" in text
    assert letter.request.filing.full_name not in text
    assert letter.file.scan_state == ScanState.CLEAN
    assert (letter.made_at, letter.next_try_at) == (now, None)
    entry = JournalEntry.objects.get(event="letter_made")
    assert entry.facts["sha256"] == letter.file.sha256


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_a_letter_is_made_in_the_holders_language(language, now, staff):
    letter = write(now, staff, language=language)
    assert letter.language == language
    letter_making.make_due_letters(now)
    assert letter.request.number in text_of(letter)


def test_a_letter_holds_no_private_link(now, staff):
    letter = write(now, staff)
    letter_making.make_due_letters(now)
    assert "/reponse/" not in text_of(letter)


def test_a_hostile_name_is_printed_and_fetches_nothing(now, staff):
    letter = write(now, staff, full_name='<img src="file:///etc/passwd">')
    letter_making.make_due_letters(now)
    assert "file:///etc/passwd" in text_of(letter)


def test_a_letter_is_made_once(now, staff):
    write(now, staff)
    letter_making.make_due_letters(now)
    assert letter_making.make_due_letters(now + timedelta(days=1)) == 0
    assert StoredFile.objects.count() == 1


def test_two_workers_leave_one_file(now, staff):
    letter = write(now, staff)
    first = letter_making.make_letter(letter, now)
    assert letter_making.make_letter(Letter.objects.get(pk=letter.pk), now) == first
    assert StoredFile.objects.filter(destroyed_at=None).count() == 1


def test_a_failure_is_tried_again_after_pauses_that_double(now, staff, monkeypatch):
    letter = write(now, staff)

    def fail(_letter: Letter) -> bytes:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(letter_making, "letter_pdf", fail)
        pauses = []
        at = now
        for _ in range(9):
            letter_making.make_due_letters(at)
            letter.refresh_from_db()
            pauses.append((letter.next_try_at - at) // timedelta(minutes=1))
            at = letter.next_try_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 320, 320]
    assert letter_making.make_due_letters(at) == 1
    letter.refresh_from_db()
    assert letter.made_at == at


def test_one_letters_trouble_stops_no_other(now, staff, monkeypatch):
    bad, good = write(now, staff), write(now, staff)
    original = letter_making.letter_pdf

    def sometimes(letter: Letter) -> bytes:
        if letter.pk == bad.pk:
            raise RuntimeError("no")
        return original(letter)

    monkeypatch.setattr(letter_making, "letter_pdf", sometimes)
    letter_making.make_due_letters(now)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.file is not None
    assert bad.file is None


def test_the_sweep_task_makes_all_that_is_due(now, staff, monkeypatch):
    for _ in range(3):
        write(now, staff)
    monkeypatch.setattr(tasks, "LETTERS", 2)
    monkeypatch.setattr("hosting.lib.clock.now", lambda: now)
    tasks.sweep_letters()
    assert Letter.objects.filter(file__isnull=False).count() == 3


def test_the_window_shows_organisation_name_address_and_country():
    recipient = {
        "name": "Camille Durand",
        "organisation": "Atelier Web",
        "address": "Hauptstraße 1\n\n77694 Kehl",
        "country": "DE",
    }
    lines = ["Atelier Web", "Camille Durand", "Hauptstraße 1", "77694 Kehl", "ALLEMAGNE"]
    assert postal_address(recipient).splitlines() == lines


def test_a_registered_letter_is_written_once_until_it_is_posted(now, staff):
    letter = write(now, staff)
    again = post.write_registered_letter(letter.request_id, by=staff, now=now)
    assert again == letter
    assert letter.kind == LetterKind.REGISTERED


def test_without_an_address_no_letter(now, staff):
    with pytest.raises(post.LetterRefused):
        write(now, staff, street="", postal_code="", city="")


def test_posting_is_an_attempt_of_that_date_with_its_tracking_number(now, staff):
    letter = write(now, staff)
    with pytest.raises(post.LetterRefused):
        post.mark_posted(letter.pk, tracking="1A 123", by=staff, now=now)
    letter_making.make_due_letters(now)
    with pytest.raises(post.LetterRefused):
        post.mark_posted(letter.pk, tracking=" ", by=staff, now=now)
    attempt = post.mark_posted(letter.pk, tracking="1A 123", by=staff, now=now)
    assert (attempt.channel, attempt.by, attempt.at) == ("post", staff, now)
    assert attempt.outcomes.get().text == "1A 123"
    with pytest.raises(post.LetterRefused):
        post.mark_posted(letter.pk, tracking="1A 124", by=staff, now=now)
