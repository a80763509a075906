"""The reseller's signed papers in his space: sent, followed, withdrawn by him alone (P3, A9)."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import PaperState, Role
from accounts.models import PowerOfAttorney
from accounts.services.papers import refuse_paper
from cessions.enums import ScanFiling
from cessions.models import ScannedPaper, TransferContract
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import store_made
from tests.accounts.papers import DRAFTED, a_file, a_power, sent
from tests.cessions.contracts import a_contract
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "correct horse"
PAGE = "portal_papers"


def signed_in(client, role=Role.OWNER, account=None):
    member = MembershipFactory(role=role, account=account or CustomerAccountFactory(reachable=True))
    member.user.set_password(SECRET)
    member.user.save()
    client.force_login(member.user)
    return member


@pytest.fixture(autouse=True)
def _today(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def owner(client):
    return signed_in(client)


@pytest.fixture
def contract(owner):
    return a_contract(owner.account)


@pytest.fixture
def power(owner):
    return a_power(owner.account)


def upload(name="scan.pdf", content=b"%PDF-1.7 signed"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def url(verb, kind, paper):
    return reverse(f"portal_papers_{verb}", args=[kind, paper.pk])


def test_the_page_shows_each_paper_and_why_one_was_refused(client, contract, power, now):
    refuse_paper(
        sent(contract), reason="The date is missing.", by=UserFactory(support=True), now=now
    )
    page = client.get(reverse(PAGE)).content.decode()
    for words in (contract.reference, power.reference, "The date is missing.", "Alix Martin"):
        assert words in page
    assert url("send", "contrat", contract) in page


@pytest.mark.parametrize("kind", ["contrat", "procuration"])
def test_a_signed_copy_is_sent_with_the_identity_document(client, contract, power, kind):
    paper = contract if kind == "contrat" else power
    typed = {"scan": upload(), "identity_copy": upload("id.pdf")}
    assert client.get(url("send", kind, paper)).status_code == 200
    assert client.post(url("send", kind, paper), typed).status_code == 302
    paper.refresh_from_db()
    assert paper.state == PaperState.UPLOADED
    assert (paper.scan.original_name, paper.identity_copy.original_name) == ("scan.pdf", "id.pdf")


def test_what_is_no_paper_is_refused_and_nothing_is_kept(client, contract):
    typed = {"scan": upload(), "identity_copy": upload("id.exe", b"MZ rubbish")}
    answer = client.post(url("send", "contrat", contract), typed)
    assert answer.status_code == 422
    assert "Please send a PDF or a photo" in answer.content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"intact": False}, "altered after it was signed"),
        ({"intact": True, "whole": False}, "does not cover the whole document"),
        ({"intact": True, "whole": True, "trusted": False}, "its authority is not known here"),
        ({"unreadable": True}, "could not be found out"),
    ],
)
def test_the_holder_sees_what_we_read_of_his_electronic_signature(client, contract, found, words):
    sent(contract)
    TransferContract.objects.update(signatures=[{"signer": "Camille Durand", **found}])
    page = client.get(reverse(PAGE)).content.decode()
    assert words in page
    assert ("Camille Durand:" in page) == ("unreadable" not in found)


def test_a_second_copy_while_one_is_checked_is_refused(client, contract):
    sent(contract)
    answer = client.post(url("send", "contrat", contract), {"scan": upload()})
    assert answer.status_code == 422
    assert StoredFile.objects.filter(original_name="scan.pdf").count() == 1


def test_files_are_sent_without_saying_which_paper(client, owner, now):
    typed = {"papers": [upload("a.pdf"), upload("b.pdf")]}
    assert client.post(reverse("portal_papers_drop"), typed).status_code == 302
    rows = ScannedPaper.objects.filter(account=owner.account, state=ScanFiling.WAITING)
    assert {row.file.original_name for row in rows} == {"a.pdf", "b.pdf"}
    assert {row.next_try_at for row in rows} == {now}
    assert "a.pdf" in client.get(reverse(PAGE)).content.decode()


def test_nothing_sent_is_said_on_the_page(client, owner):
    answer = client.post(reverse("portal_papers_drop"), {})
    assert (answer.status_code, ScannedPaper.objects.count()) == (422, 0)


def unread(member, **fields):
    return ScannedPaper.objects.create(
        account=member.account,
        file=a_file("unread.pdf"),
        uploaded_at=DRAFTED,
        uploaded_by=member.user,
        **{"state": ScanFiling.UNREAD, **fields},
    )


def test_a_file_that_could_not_be_read_is_sorted_by_hand(client, owner, contract, power):
    scanned = unread(owner)
    address = reverse("portal_papers_sort", args=[scanned.pk])
    assert contract.reference in client.get(address).content.decode()
    client.post(address, {"paper": f"procuration-{power.pk}"})
    scanned.refresh_from_db()
    power.refresh_from_db()
    assert (scanned.state, scanned.power) == (ScanFiling.SORTED, power)
    assert (power.state, power.scan) == (PaperState.UPLOADED, scanned.file)
    assert client.get(address).status_code == 404


def test_a_strangers_paper_cannot_be_chosen_for_it(client, owner):
    stranger = a_contract(CustomerAccountFactory(reachable=True), "TC-STRANGER")
    address = reverse("portal_papers_sort", args=[unread(owner).pk])
    assert client.post(address, {"paper": f"contrat-{stranger.pk}"}).status_code == 422
    assert ScannedPaper.objects.get().state == ScanFiling.UNREAD


@pytest.mark.parametrize(
    ("kind", "follows"), [("contrat", "transfer nothing"), ("procuration", "do nothing")]
)
def test_the_holder_ends_a_paper_with_his_password(client, contract, power, kind, follows):
    paper = contract if kind == "contrat" else power
    address = url("end", kind, paper)
    assert follows in client.get(address).content.decode()
    assert client.post(address, {"factor": "wrong"}).status_code == 422
    assert JournalEntry.objects.filter(event="factor_refused").exists()
    assert client.post(address, {"factor": SECRET}).status_code == 302
    paper.refresh_from_db()
    assert paper.state == PaperState.ENDED
    assert "Withdrawn on" in client.get(reverse(PAGE)).content.decode()


def test_the_holder_makes_a_power_with_his_password(client, owner):
    typed = {"scopes": ["keep_hosting"], "starts_on": "2026-06-09", "language": "fr"}
    address = reverse("portal_papers_power")
    assert client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 422
    late = typed | {"ends_on": "2026-06-01", "factor": SECRET}
    assert "before the start" in client.post(address, late).content.decode()
    assert client.post(address, typed | {"factor": SECRET}).status_code == 302
    power = PowerOfAttorney.objects.get()
    assert (power.account, power.scopes, power.ends_on) == (owner.account, ["keep_hosting"], None)


def test_a_draft_and_a_scanned_copy_are_fetched(client, contract, settings):
    settings.SCAN_BYPASS = False
    assert client.get(url("draft", "contrat", contract)).status_code == 404
    made = store_made(b"%PDF-1.7", name="c.pdf", content_type="application/pdf", now=DRAFTED)
    TransferContract.objects.update(draft=made)
    sent(contract)
    for verb in ("draft", "scan"):
        answer = client.get(url(verb, "contrat", contract))
        assert b"".join(answer.streaming_content).startswith(b"%PDF-1.7")
    StoredFile.objects.filter(original_name="scan.pdf").update(scan_state="pending")
    assert client.get(url("scan", "contrat", contract)).status_code == 404


def test_a_member_sends_but_neither_withdraws_nor_makes_a_power(client):
    member = signed_in(client, Role.MEMBER)
    contract = a_contract(member.account)
    page = client.get(reverse(PAGE)).content.decode()
    assert url("end", "contrat", contract) not in page
    assert client.post(url("send", "contrat", contract), {"scan": upload()}).status_code == 302
    assert client.post(url("end", "contrat", contract), {"factor": SECRET}).status_code == 404
    assert client.get(reverse("portal_papers_power")).status_code == 404


def test_an_emergency_contact_sees_no_paper(client):
    member = signed_in(client, Role.EMERGENCY)
    contract = a_contract(member.account)
    for address in (reverse(PAGE), url("send", "contrat", contract)):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("verb", ["send", "end", "draft", "scan"])
@pytest.mark.parametrize(("kind", "make"), [("contrat", a_contract), ("procuration", a_power)])
def test_a_strangers_paper_is_not_found(client, owner, verb, kind, make):
    paper = sent(make(CustomerAccountFactory(reachable=True)))
    assert client.get(url(verb, kind, paper)).status_code == 404
    if verb in ("send", "end"):
        answer = client.post(url(verb, kind, paper), {"scan": upload(), "factor": SECRET})
        assert answer.status_code == 404
    assert client.get(f"/espace/papiers/autre/{paper.pk}/{verb}/").status_code == 404


def test_a_strangers_file_is_not_found(client, owner):
    scanned = unread(MembershipFactory())
    assert client.get(reverse("portal_papers_sort", args=[scanned.pk])).status_code == 404


def test_the_page_takes_the_same_queries_for_one_paper_and_for_ten(
    client, owner, django_assert_max_num_queries
):
    for number in range(10):
        sent(a_contract(owner.account, f"TC-{number}"))
        sent(a_power(owner.account, f"PA-{number}"))
        unread(owner)
    with django_assert_max_num_queries(12):
        assert client.get(reverse(PAGE)).status_code == 200
