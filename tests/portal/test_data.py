"""The holder's own data: a copy to take away, and corrections (L2)."""

import io
import json
import zipfile
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.enums import PaperState, Role
from accounts.models import EmergencyContact
from accounts.services import change_identity, identity_of, write_note
from accounts.services.corrections import (
    accept_correction,
    ask_correction,
    change_address,
    refuse_correction,
)
from cessions.models import Assignee, ContactAttempt, TransferContract
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.records.services import store_made
from interventions.services.credentials import keep_credential
from tests.factories import (
    LONG_AGO,
    ContactMethodFactory,
    CustomerAccountFactory,
    MembershipFactory,
    ServiceFactory,
    TransferRequestFactory,
    UserFactory,
)
from tests.interventions import cases

pytestmark = pytest.mark.django_db


PAGE = "/espace/donnees/"
SECRET = "correct horse"
HOLDER_PAGES = ["portal_data_address", "portal_data_correction", "portal_data_export"]


def member_with_password(role=Role.OWNER, account=None):
    member = MembershipFactory(role=role, account=account or CustomerAccountFactory(reachable=True))
    member.user.set_password(SECRET)
    member.user.save()
    return member


@pytest.fixture
def owner():
    return member_with_password()


@pytest.fixture
def space(client, owner, now):
    client.force_login(owner.user)
    with time_machine.travel(now, tick=False):
        yield client


def download(space, secret=SECRET):
    return space.post(reverse("portal_data_export"), {"factor": secret})


def archive_of(answer) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def contract_of(account, now, **files) -> TransferContract:
    assignee = Assignee.objects.create(
        account=account,
        full_name="Boulangerie Martin",
        emails=["m@bakery.example"],
        created_at=LONG_AGO,
    )
    stored = {
        name: store_made(content, name="a.pdf", content_type="application/pdf", now=now)
        for name, content in files.items()
    }
    return TransferContract.objects.create(
        account=account,
        assignee=assignee,
        reference=f"TC-{assignee.pk}",
        state=PaperState.UPLOADED,
        language="en",
        drafted_at=LONG_AGO,
        **stored,
    )


# -- The copy -----------------------------------------------------------------------------------


def test_the_archive_holds_what_is_on_file(space, owner, now):
    account = owner.account
    former = account.full_name
    change_identity(account, identity_of(CustomerAccountFactory(full_name="New")), now=now)
    ContactMethodFactory(account=account, former=True, value="old@client.example")
    service = ServiceFactory(account=account)
    EmergencyContact.objects.create(
        account=account,
        full_name="Sacha Weber",
        email="sacha@trust.example",
        created_at=LONG_AGO,
        invited_at=LONG_AGO,
    )
    contract = contract_of(account, now, draft=b"%PDF draft", scan=b"%PDF scan")
    contract.services.add(service)
    archive = archive_of(download(space))
    document = json.loads(archive.read("data.json"))
    assert document["account"]["full_name"] == "New"
    assert former in [row["value"] for row in document["former_identities"]]
    assert "old@client.example" in [row["value"] for row in document["contacts"]]
    assert document["services"][0]["name"] == service.name
    assert document["ownership"][0]["service"] == service.name
    assert document["emergency_contacts"][0]["full_name"] == "Sacha Weber"
    assert document["transfer_contracts"][0]["services"] == [service.name]
    assert document["sign_ins"][0]["email"] == owner.user.email
    assert archive.read(f"files/{contract.reference}-draft.pdf") == b"%PDF draft"
    assert archive.read(f"files/{contract.reference}-signed.pdf") == b"%PDF scan"


def test_the_archive_tells_of_a_request_but_not_of_the_claimant(space, owner, now):
    request = TransferRequestFactory(account=owner.account)
    request.filing.full_name, request.filing.telephone = "Alix Unmistakable", "+33612345678"
    request.filing.already_tried = "I rang him often"
    request.filing.save()
    ContactAttempt.objects.create(
        request=request,
        at=now,
        local_date=date(2026, 6, 9),
        channel="phone",
        address="+33388000000",
        by=UserFactory(support=True),
    )
    text = archive_of(download(space)).read("data.json").decode()
    (told,) = json.loads(text)["transfer_requests"]
    assert told["number"] == request.number
    assert told["attempts_to_reach_you"][0]["address"] == "+33388000000"
    for secret in ("Unmistakable", "+33612345678", "rang", request.filing.email):
        assert secret not in text


def test_the_archive_holds_requests_for_help_but_nothing_that_opens_a_site(space, owner, now):
    service = ServiceFactory(account=owner.account, hosting=True)
    ticket = cases.asked(now, service=service).ticket
    credential = keep_credential(ticket, kind="ssh", secret="canary-7fd1c2", now=now)
    text = archive_of(download(space)).read("data.json").decode()
    (told,) = json.loads(text)["requests_for_help"]
    assert told["number"] == ticket.number
    assert told["access_given"][0]["kind"] == "ssh"
    assert told["interventions"][0]["report"] == "Mended the plugin."
    assert "canary-7fd1c2" not in text
    assert credential.sealed not in text


def test_the_archive_holds_no_text_of_internal_notes_and_nothing_of_others(space, owner, now):
    write_note(owner.account, kind="general", text="He sounded tired.", now=now)
    stranger = CustomerAccountFactory(full_name="Somebody Else", reachable=True)
    contract_of(stranger, now, scan=b"%PDF other")
    archive = archive_of(download(space))
    text = archive.read("data.json").decode()
    assert "tired" not in text
    assert "working papers" in text
    assert "Somebody Else" not in text
    assert archive.namelist() == ["data.json"]


def test_a_file_that_is_not_scanned_or_was_destroyed_is_not_in_the_archive(space, owner, now):
    contract = contract_of(owner.account, now, scan=b"%PDF scan", identity_copy=b"%PDF id")
    contract.scan.scan_state = "not_scanned"
    contract.scan.save()
    contract.identity_copy.destroyed_at = now
    contract.identity_copy.save()
    assert archive_of(download(space)).namelist() == ["data.json"]


def test_an_export_is_journalled_with_the_identity_copies_it_holds(space, owner, now):
    contract = contract_of(owner.account, now, scan=b"%PDF scan", identity_copy=b"%PDF id")
    answer = download(space)
    assert f"files/{contract.reference}-identity.pdf" in archive_of(answer).namelist()
    assert "no-store" in answer["Cache-Control"]
    entry = JournalEntry.objects.get(stream=owner.account.stream, event="data.exported")
    assert entry.actor == f"user:{owner.user.pk}"
    assert entry.facts == {"files": 2, "identity_copies_of": [contract.reference]}


def test_an_export_asks_the_factor_and_journals_a_refused_one(space, owner):
    answer = download(space, "wrong")
    assert answer["Content-Type"].startswith("text/html")
    assert not JournalEntry.objects.filter(event="data.exported").exists()
    entry = JournalEntry.objects.get(event="factor_refused")
    assert entry.facts == {"act": "ExportForm", "code": "wrong"}


def test_the_archive_costs_the_same_queries_for_one_of_a_kind_and_for_many(
    space, owner, now, django_assert_max_num_queries
):
    for number in range(8):
        contract = contract_of(owner.account, now)
        contract.services.add(ServiceFactory(account=owner.account))
        TransferRequestFactory(account=owner.account, number=f"T-{number}")
    with django_assert_max_num_queries(48):
        archive_of(download(space))


# -- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOLDER_PAGES)
def test_a_member_reads_but_neither_exports_nor_corrects(client, name):
    member = member_with_password(Role.MEMBER)
    client.force_login(member.user)
    page = client.get(PAGE).content.decode()
    assert member.account.full_name in page
    assert "Only the holder" in page
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse(name), {"factor": SECRET}).status_code == 404


@pytest.mark.parametrize("name", ["portal_data", *HOLDER_PAGES])
def test_an_emergency_contact_finds_none_of_it(client, name):
    client.force_login(member_with_password(Role.EMERGENCY).user)
    assert client.get(reverse(name)).status_code == 404


def test_a_representative_exports_as_the_holder_does(client):
    client.force_login(member_with_password(Role.REPRESENTATIVE).user)
    assert "data.json" in archive_of(download(client)).namelist()


# -- Correction ---------------------------------------------------------------------------------


def test_address_and_language_are_changed_at_once(space, owner):
    typed = {
        "street": "1 rue Neuve",
        "postal_code": "75001",
        "city": "Paris",
        "language": "fr",
        "full_name": "Not To Be Changed",
        "factor": SECRET,
    }
    assert space.post(reverse("portal_data_address"), typed).status_code == 302
    account = owner.account
    former = account.full_name
    account.refresh_from_db()
    assert (account.street, account.city, account.language) == ("1 rue Neuve", "Paris", "fr")
    assert account.full_name == former
    assert not account.corrections.exists()


def typed_correction(account, **changed) -> dict[str, str]:
    names = ("full_name", "trade_name", "registration_kind", "registration_number", "country")
    return {name: getattr(account, name) for name in names} | {"factor": SECRET} | changed


def test_a_name_waits_for_staff(space, owner):
    account = owner.account
    typed = typed_correction(account, full_name="Camille  Weber", reason="I married.")
    page = space.post(reverse("portal_data_correction"), typed, follow=True).content.decode()
    assert "a correction was asked for" in page
    correction = account.corrections.get()
    assert correction.wanted == {"full_name": "Camille Weber"}
    account.refresh_from_db()
    assert account.full_name != "Camille Weber"
    facts = JournalEntry.objects.get(event="correction.asked").facts
    assert facts == {"correction": correction.pk, "fields": ["full_name"]}


def test_what_cannot_be_right_is_refused_at_its_field(space, owner):
    typed = typed_correction(owner.account, registration_number="123")
    answer = space.post(reverse("portal_data_correction"), typed)
    assert "registration_number" in answer.context["form"].errors
    answer = space.post(reverse("portal_data_correction"), typed_correction(owner.account))
    assert "Nothing differs" in answer.content.decode()
    assert not owner.account.corrections.exists()


def test_a_second_correction_waits_for_the_first(space, owner, now):
    account = owner.account
    ask_correction(account, {"trade_name": "One"}, by=owner.user, now=now)
    typed = typed_correction(account, trade_name="Two")
    answer = space.post(reverse("portal_data_correction"), typed)
    assert "waits for our check already" in answer.content.decode()
    assert account.corrections.count() == 1


def test_an_accepted_correction_keeps_the_former_name_and_is_answered_by_mail(owner, now):
    account, staff = owner.account, UserFactory(support=True)
    former = account.trade_name
    correction = ask_correction(account, {"trade_name": "Atelier Neuf"}, by=owner.user, now=now)
    change_address(account, {"city": "Colmar"}, by=owner.user, now=now)  # meanwhile
    accept_correction(correction, by=staff, now=now, answer="Done, thank you.")
    account.refresh_from_db()
    assert (account.trade_name, account.city) == ("Atelier Neuf", "Colmar")
    assert account.former_identities.get().value == former
    mail = OutgoingMail.objects.get(kind="correction_answered")
    assert mail.recipient == owner.user.email
    assert "Done, thank you." in mail.text
    with pytest.raises(ValidationError, match="answered already"):
        refuse_correction(correction, by=staff, now=now, answer="No.")


def test_only_staff_judge_a_correction(owner, now):
    correction = ask_correction(owner.account, {"trade_name": "X"}, by=owner.user, now=now)
    for verb in (accept_correction, refuse_correction):
        with pytest.raises(PermissionDenied):
            verb(correction, by=owner.user, now=now, answer="Yes.")
    correction.refresh_from_db()
    assert correction.judgement == "pending"
