"""Staff check signed papers: the longest waiting first, copy beside draft, each look journalled (P3)."""

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation

from accounts.enums import PaperState
from accounts.models import InternalNote, PowerOfAttorney
from cessions.models import TransferContract
from hosting.lib import pageimages
from hosting.records.models import JournalEntry, StoredFile
from tests.accounts.papers import DRAFTED, a_file, a_power, sent
from tests.cessions.contracts import a_contract
from tests.cessions.documents import a_picture
from tests.factories import CustomerAccountFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return CustomerAccountFactory(reachable=True)


@pytest.fixture
def desk(client, now):
    client.force_login(UserFactory(support=True))
    with time_machine.travel(now, tick=False):
        yield client


@pytest.fixture(params=[a_power, a_contract])
def paper(request, account):
    return sent(request.param(account), identity=True)


def url(paper, verb="change", *more):
    return reverse(
        f"admin:{paper._meta.label_lower.replace('.', '_')}_{verb}", args=[paper.pk, *more]
    )


def test_the_longest_waiting_paper_comes_first(desk, account):
    a_contract(account, "TC-DRAFT")
    late, early = (sent(a_contract(account, f"TC-{name}")) for name in ("LATE", "EARLY"))
    TransferContract.objects.filter(pk=early.pk).update(uploaded_at=DRAFTED - timedelta(days=1))
    address = reverse("admin:cessions_transfercontract_changelist")
    rows = [row.reference for row in desk.get(address).context["cl"].result_list]
    assert rows == ["TC-EARLY", "TC-LATE", "TC-DRAFT"]
    rows = desk.get(address, {"to_check": "yes"}).context["cl"].result_list
    assert [row.pk for row in rows] == [early.pk, late.pk]


def test_staff_accept_a_paper_on_its_page(desk, paper):
    assert url(paper, "accept") in desk.get(url(paper)).content.decode()
    typed = {"signed_on": "2026-06-02", "identity_accepted": "on"}
    refused = desk.post(url(paper, "accept"), typed | {"identity_valid_until": "2026-06-01"})
    assert "was not valid" in refused.content.decode()
    desk.post(url(paper, "accept"), typed | {"identity_valid_until": "2030-01-01"})
    paper.refresh_from_db()
    assert (paper.state, paper.identity_accepted) == (PaperState.ACCEPTED, True)


def test_staff_refuse_and_end_a_paper(desk, paper):
    desk.post(url(paper, "refuse"), {"reason": "Unreadable."})
    paper.refresh_from_db()
    assert (paper.state, paper.reason) == (PaperState.REFUSED, "Unreadable.")
    desk.post(url(paper, "end"), {})
    paper.refresh_from_db()
    assert paper.state == PaperState.ENDED
    page = desk.get(url(paper)).content.decode()
    assert url(paper, "end") not in page


def test_each_look_is_journalled(desk, paper):
    """L1, D6."""
    answer = desk.get(url(paper, "file", "scan"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    entry = JournalEntry.objects.get(event="paper.opened")
    assert (entry.facts["file"], entry.facts["reference"]) == ("scan", paper.reference)


def with_a_picture(paper):
    """The identity copy is a photo."""
    file = paper.identity_copy
    default_storage.delete(file.storage_name)
    picture = a_picture()
    default_storage.save(file.storage_name, ContentFile(picture))
    known = {"content_type": "image/png", "sha256": sha256(picture).hexdigest()}
    StoredFile.objects.filter(pk=file.pk).update(**known)
    return paper


def test_the_identity_copy_is_seen_page_by_page_with_a_watermark(
    desk, paper, monkeypatch, settings
):
    """D6, L1."""
    with_a_picture(paper)
    looks = JournalEntry.objects.filter(event="paper.opened", facts__file="identity_copy")
    page = desk.get(url(paper, "look", "identity_copy"))
    assert url(paper, "page", "identity_copy", 1) in page.content.decode()
    plain = pageimages.draw_page(a_picture(), "image/png", 1)
    answer = desk.get(url(paper, "page", "identity_copy", 1))
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content != plain
    assert looks.count() == 1
    drawn = []
    draw = "hosting.lib.pageimages.draw_page"
    monkeypatch.setattr(draw, lambda *_args, **more: drawn.append(more["watermark"]) or b"picture")
    desk.get(url(paper, "page", "identity_copy", 1))
    assert paper.reference in drawn[0][0]
    with translation.override(settings.LANGUAGE_CODE):
        assert translation.gettext("check of a signed paper") in drawn[0][0]


def test_scan_and_draft_are_seen_without_a_watermark(desk, paper):
    answer = desk.get(url(paper, "look", "scan"))
    assert answer.status_code == 200
    assert "cannot be shown" in answer.content.decode()  # the sample is no whole PDF
    assert desk.get(url(paper, "look", "reference")).status_code == 404
    assert desk.get(url(paper, "page", "scan", 1)).status_code == 422


def test_the_original_of_the_identity_copy_is_for_supervisors_with_a_reason(client, desk, paper):
    """D6."""
    address = url(paper, "file", "identity_copy")
    assert desk.get(address).status_code == 403
    assert desk.post(address, {"reason": "Curious."}).status_code == 403
    supervisor = UserFactory(supervisor=True)
    client.force_login(supervisor)
    assert client.get(address)["Content-Type"].startswith("text/html")
    assert client.post(address, {"reason": " "})["Content-Type"].startswith("text/html")
    assert not JournalEntry.objects.filter(event="paper.original_taken").exists()
    answer = client.post(address, {"reason": "A notary asks for it."})
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")
    entry = JournalEntry.objects.get(event="paper.original_taken")
    assert (entry.actor, entry.stream) == (f"user:{supervisor.pk}", paper.account.stream)
    assert InternalNote.objects.filter(text="A notary asks for it.", author=supervisor).exists()


def test_what_is_not_scanned_is_not_shown(desk, account, settings):
    settings.SCAN_BYPASS = False
    paper = sent(a_power(account), scan=a_file(scan_state="pending"))
    assert desk.get(url(paper, "file", "scan")).status_code == 404
    assert desk.get(url(paper, "page", "scan", 1)).status_code == 404
    assert "has not been checked yet" in desk.get(url(paper, "look", "scan")).content.decode()
    assert desk.get(url(paper, "file", "reference")).status_code == 404


def test_what_to_look_at_twice_is_shown(desk, account, paper):
    """V4."""
    request = TransferRequestFactory(account=account, received_at=DRAFTED - timedelta(days=2))
    account.city = "Colmar"
    account.save()
    signature = {"signer": "Eve", "intact": False, "whole": True, "trusted": False}
    type(paper).objects.update(
        code_read="TC-OTHER", signatures=[signature | {"signed_at": "2026-06-01"}]
    )
    page = desk.get(url(paper)).content.decode()
    for words in (request.number, "changed since the draft", "TC-OTHER", "Eve does not hold"):
        assert words in page


def test_a_paper_in_order_shows_no_warning(desk, paper):
    assert "looked at twice" not in desk.get(url(paper)).content.decode()


def test_the_account_shows_its_papers(desk, account, paper):
    page = desk.get(reverse("admin:accounts_customeraccount_change", args=[account.pk]))
    assert url(paper) in page.content.decode()


def test_others_see_nothing(client, paper):
    client.force_login(UserFactory(is_staff=True))
    which = "identity_copy"
    pages = (url(paper, "look", which), url(paper, "page", which, 1), url(paper, "file", which))
    for address in (url(paper), url(paper, "accept"), *pages):
        assert client.get(address).status_code == 403
    assert PowerOfAttorney.objects.filter(state=PaperState.ACCEPTED).count() == 0
