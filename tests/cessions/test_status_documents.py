"""Each document on the status page: its state in plain words, and what would make the file complete
(T5, D4, D6)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cessions.enums import DocumentKind, DocumentState, RefusalReason
from cessions.models import Document, Filing
from cessions.services import documents
from hosting.records.enums import FileProblem, ScanState
from tests.cessions.samples import pdf
from tests.cessions.visitor import file_and_confirm
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_day")]
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def _day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client) -> str:
    return file_and_confirm(client)


def a_document(
    kind: str = DocumentKind.OWNER_IDENTITY, *, scan: str = "clean", **fields
) -> Document:
    document = documents.add_document(Filing.objects.get(), pdf("old.pdf"), kind=kind, now=NOW)
    problem = fields.pop("problem", "")
    type(document.file).objects.filter(pk=document.file_id).update(scan_state=scan, problem=problem)
    if fields:
        judged = {"reviewed_by": UserFactory(), "reviewed_at": NOW} if "state" in fields else {}
        Document.objects.filter(pk=document.pk).update(**fields, **judged)
    return document


def shown(client, page: str) -> str:
    """The page as it is read: without tags, in one line."""
    words = re.sub(r"<[^>]+>", " ", client.get(page).content.decode())
    return " ".join(words.split())


@pytest.mark.parametrize(
    ("scan", "fields", "words"),
    [
        (ScanState.NOT_SCANNED, {}, "being checked for viruses"),
        (ScanState.CLEAN, {"next_read_at": NOW}, "being read"),
        (ScanState.CLEAN, {"next_read_at": None}, "a person will check it"),
        (ScanState.CLEAN, {"state": DocumentState.ACCEPTED}, "accepted"),
        (ScanState.INFECTED, {}, "not opened: a virus was found"),
        (ScanState.REFUSED, {"problem": FileProblem.ENCRYPTED}, "protected by a password"),
    ],
)
def test_t5_each_state_of_a_document_is_said_in_plain_words(client, page, scan, fields, words):
    a_document(scan=scan, **fields)
    assert words in shown(client, page)


@pytest.mark.parametrize("problem", FileProblem.values)
def test_d6_a_file_that_cannot_be_opened_is_to_be_sent_again_and_it_is_said_how(
    client, page, problem
):
    document = a_document(scan=ScanState.REFUSED, problem=problem)
    words = shown(client, page)
    assert str(FileProblem(problem).label) in words
    assert "send" in words
    assert f'href="#document-{document.pk}"' in client.get(page).content.decode()


def test_d6_a_check_for_viruses_that_takes_long_does_not_send_the_claimant_away(client, page):
    a_document(scan=ScanState.NOT_SCANNED)
    assert "takes a few minutes" in shown(client, page)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert "takes longer than usual" in shown(client, page)


@pytest.mark.parametrize("reason", RefusalReason.values)
def test_d4_a_refused_document_says_why_and_what_to_do(client, page, reason):
    a_document(state=DocumentState.REFUSED, refusal=reason, reason="The back is missing.")
    words = shown(client, page)
    assert "The back is missing." in words
    assert "Please send" in words


def test_t5_the_page_says_exactly_what_would_make_the_file_complete(client, page):
    words = shown(client, page)
    assert "3 things are still missing from you" in words
    assert "Send: Identity document of the registered owner, signed copy" in words
    assert "Show us that the site or the domain name is yours" in words
    assert "Read and accept what a transfer changes" in words


def test_t5_with_nothing_missing_the_page_says_what_we_do(client, page, settings):
    settings.CESSION_REQUIRED_CHALLENGES = 0
    client.post(page, {"do": "accept", "notices": "transfer-effects:1", "agree": "on"})
    a_document()
    words = shown(client, page)
    assert "Nothing is missing from you" in words
    assert "We check your documents, and go on seeking the holder." in words
    assert "at the earliest" in words


def test_t5_a_refused_copy_beside_an_accepted_one_is_not_asked_for_again(client, page):
    a_document(state=DocumentState.REFUSED, refusal="outdated", reason="Old.")
    Document.objects.create(
        filing=Filing.objects.get(),
        kind=DocumentKind.OWNER_IDENTITY,
        file=documents.store_upload(pdf("second.pdf"), now=NOW),
        added_at=NOW,
        state=DocumentState.ACCEPTED,
        reviewed_by=UserFactory(),
        reviewed_at=NOW,
    )
    assert "Send again" not in shown(client, page)


def test_t5_what_is_wrong_with_an_upload_is_said_at_the_document_and_the_rest_stays(client, page):
    document = a_document(state=DocumentState.REFUSED, refusal="outdated", reason="Old.")
    program = pdf("tool.pdf")
    program.file.seek(0)
    program.file.truncate()
    program.file.write(b"MZ a program")
    program.size = 12
    program.seek(0)
    answer = client.post(page, {"do": f"replace:{document.pk}", "file": program})
    assert answer.status_code == 422
    place = answer.content.decode().partition(f'id="document-{document.pk}"')[2]
    assert 'id="error"' in place.partition("</form>")[0]
    document.refresh_from_db()
    assert document.state == DocumentState.REFUSED


def test_t5_the_list_is_over_when_the_request_is(client, page):
    a_document()
    client.post(page, {"do": "withdraw", "sure": "on"})
    words = shown(client, page)
    assert "Your request has ended" in words
    assert "not needed any more" in words
    assert "missing from you" not in words
