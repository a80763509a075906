"""What somebody with forged papers and some technical skill tries (T3, T4, C6, X1)."""

from datetime import timedelta

import pytest

from cessions import policies
from cessions.enums import FilingState
from cessions.models import Filing
from cessions.services import filing as filings
from cessions.services import reception
from cessions.services.locks import NotPossible
from cessions.views import limits
from tests.cessions.samples import pdf
from tests.cessions.visitor import answers, file_and_confirm
from tests.factories import DraftFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def test_a_link_to_a_former_address_does_not_confirm_the_corrected_one(now):
    """Correction and click at the same instant: the click was read before, and waited for the lock."""
    clicked = DraftFactory(unconfirmed=True, email="mine@mail.example")
    filings.correct_address(
        Filing.objects.get(pk=clicked.pk), "owner@other.example", actor="claimant", now=now
    )
    with pytest.raises(NotPossible):
        reception.confirm(clicked, now=now + timedelta(seconds=1))
    assert Filing.objects.get(pk=clicked.pk).state == FilingState.UNCONFIRMED


@pytest.mark.parametrize("notices", ["terms\0:1", "\0", "terms:1 \0:2", "x" * 100_000])
def test_rubbish_in_an_acceptance_gets_a_friendly_page(client, notices):
    ServiceFactory(name="example.fr")
    page = file_and_confirm(client)
    response = client.post(page, {"do": "accept", "agree": "on", "notices": notices})
    assert response.status_code == 422


@pytest.mark.parametrize("field", ["do", "kind", "text", "notices", "agree", "sure", "key"])
@pytest.mark.parametrize("do", ["upload", "replace:1", "answer:1", "accept", "contest:9", "x\0"])
def test_null_characters_on_the_status_page_break_nothing(client, field, do):
    page = file_and_confirm(client)
    given = {"do": do, "agree": "on", "sure": "on", "text": "a", field: "a\0b:\0"}
    assert client.post(page, given).status_code in (302, 422)


@pytest.mark.parametrize("address", ["info@münchen.example", "info@xn--mnchen-3ya.example"])
def test_a_mailbox_inside_the_contested_name_is_seen_in_either_spelling(address):
    """C6: such a mailbox cannot fulfil the period alone."""
    assert policies.depends_on(address, ["xn--mnchen-3ya.example"])


def test_an_hour_takes_only_so_many_files_of_one_address(client, settings, monkeypatch):
    """A disk is not filled with drafts that nobody will ever send (T1, D6)."""
    settings.RATELIMIT_ENABLE = True
    monkeypatch.setattr(limits, "FILES", "3/h")
    for _ in range(3):
        given = answers(client, do="save", document_invoice=pdf())
        assert client.post("/cession/", given).status_code == 302
    given = answers(client, do="save", document_invoice=pdf())
    assert client.post("/cession/", given).status_code == 429
    assert client.post("/cession/", answers(client)).status_code == 302  # without a file
    page = file_and_confirm(client, email="other@mail.example")
    given = {"do": "upload:invoice", "file": [pdf("1.pdf"), pdf("2.pdf")]}
    assert client.post(page, given).status_code == 429
