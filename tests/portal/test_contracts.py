"""The reseller's contracts: drafted from his account, made by a worker, fetched by him alone (P1, P2, P6)."""

import re
import zipfile
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from cessions.enums import PackState
from cessions.models import ContractPack, TransferContract
from cessions.services import pack_making
from cessions.services.assignee_writing import Person
from cessions.services.assignees import (
    add_assignee,
    change_assignee,
    end_assignee,
    is_the_holder,
    own_addresses,
)
from cessions.services.contracts import PackUnderWay, ask_pack, choices_for, retry_pack
from hosting.records.services import open_file
from hosting.services import change_status
from tests.factories import CustomerAccountFactory, MembershipFactory, ServiceFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
CLIENT = Person("Jörg Müller", ("joerg@bakery.example",), "0388123456", "Bäckerei Müller", "fr")


@pytest.fixture
def owner():
    return MembershipFactory(account=CustomerAccountFactory(reachable=True))


def listed(account, services=1, **changes):
    """An assignee of `account` with so many services."""
    person = Person(**{**vars(CLIENT), **changes})
    offered = [ServiceFactory(account=account) for _ in range(services)]
    return add_assignee(account, person, offered, now=NOW)


def asked(owner):
    return ask_pack(owner.account, choices_for(owner.account), owner.user, NOW)


def made(owner):
    """A pack that is ready."""
    pack = asked(owner)
    while pack_making.make_due_packs(NOW):
        pass
    pack.refresh_from_db()
    return pack


def words_of(content: bytes) -> tuple[str, list[str]]:
    """The text of a PDF without line breaks, and the code of each page."""
    document = pypdfium2.PdfDocument(content)
    pages = [document[number] for number in range(len(document))]
    text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    found = [zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil()) for page in pages]
    document.close()
    return re.sub(r"\s+", "", text), ["".join(code.text for code in codes) for codes in found]


@pytest.mark.parametrize(("language", "words"), [("fr", "lu et approuvé"), ("de", "gelesen und genehmigt"), ("en", "three copies")])  # fmt: skip
@pytest.mark.parametrize("services", [1, 40])
def test_a_contract_says_each_field_of_the_account(owner, language, words, services):
    assignee = listed(owner.account, services, language=language)
    pack = made(owner)
    contract = pack.contracts.get()
    with open_file(contract.draft) as file:
        text, codes = words_of(file.read())
    account = owner.account
    said = [
        account.full_name,
        account.trade_name,
        account.registration_number,
        account.street,
        account.postal_code,
        account.city,
        *contract.context["transferor"]["emails"],
        assignee.full_name,
        assignee.organisation,
        *assignee.emails,
        "+33388123456",
        *(service.name for service in assignee.services.all()),
        contract.reference,
        words,
    ]
    missing = [value for value in said if re.sub(r"\s+", "", value) not in text]
    assert not missing
    assert len(contract.context["services"]) == services
    assert codes == [contract.reference] * len(codes)
    assert len(codes) >= 2


def test_a_hostile_name_stays_a_name(owner):
    hostile = "<script>x</script> & <b>Bo</b> " + "W" * 120
    listed(owner.account, full_name=hostile)
    contract = made(owner).contracts.get()
    with open_file(contract.draft) as file:
        text, _codes = words_of(file.read())
    assert hostile.replace(" ", "") in text


def test_a_contract_keeps_what_it_said_when_the_account_changes(owner):
    assignee = listed(owner.account)
    contract = asked(owner).contracts.get()
    change_assignee(
        assignee,
        Person("Somebody Else", ("x@bakery.example",)),
        list(assignee.services.all()),
        now=NOW,
    )
    contract.refresh_from_db()
    assert contract.context["assignee"]["full_name"] == "Jörg Müller"


def test_a_pack_is_taken_up_after_a_kill_and_makes_only_what_is_missing(owner, monkeypatch):
    for number in range(3):
        listed(owner.account, emails=(f"c{number}@bakery.example",))
    pack = asked(owner)
    original, calls = pack_making.contract_pdf, []

    def dies_at_the_second(contract: TransferContract) -> bytes:
        calls.append(contract.pk)
        if len(calls) == 2:
            raise MemoryError
        return original(contract)

    monkeypatch.setattr(pack_making, "contract_pdf", dies_at_the_second)
    assert pack_making.make_due_packs(NOW) == 0
    assert pack.contracts.filter(draft__isnull=False).count() == 1
    assert pack_making.make_due_packs(NOW) == 0, "not before the pause is over"
    later = NOW + timedelta(minutes=6)
    while pack_making.make_due_packs(later):
        pass
    pack.refresh_from_db()
    assert (pack.state, pack.done) == (PackState.READY, 3)
    assert len(calls) == 4
    with open_file(pack.file) as file:
        names = zipfile.ZipFile(file).namelist()
    assert len(set(names)) == 3
    assert all(name.startswith("jorg-muller-TC-") for name in names)


def test_a_pack_that_never_succeeds_is_given_up_and_can_be_asked_again(owner, monkeypatch):
    listed(owner.account)
    pack = asked(owner)

    def fails(contract: TransferContract) -> bytes:
        raise OSError("no room")

    monkeypatch.setattr(pack_making, "contract_pdf", fails)
    for number in range(pack_making.MOST_TRIES + 1):
        pack_making.make_due_packs(NOW + timedelta(minutes=10 * number))
    pack.refresh_from_db()
    assert (pack.state, pack.next_try_at) == (PackState.FAILED, None)
    monkeypatch.undo()
    retry_pack(pack, owner.user, NOW)
    while pack_making.make_due_packs(NOW):
        pass
    pack.refresh_from_db()
    assert pack.state == PackState.READY


def test_pressing_twice_makes_one_pack(owner):
    listed(owner.account)
    asked(owner)
    with pytest.raises(PackUnderWay):
        asked(owner)
    assert ContractPack.objects.count() == 1


def test_a_strangers_service_is_never_listed(owner):
    with pytest.raises(ValidationError):
        add_assignee(owner.account, CLIENT, [ServiceFactory()], now=NOW)


def test_addresses_and_number_are_checked(owner):
    service = ServiceFactory(account=owner.account)
    wrong = Person("", ("a@b.example,c@d.example",), "12")
    with pytest.raises(ValidationError) as refused:
        add_assignee(owner.account, wrong, [service], now=NOW)
    assert set(refused.value.error_dict) == {"full_name", "emails", "telephone"}


def test_somebody_taken_off_the_list_gets_no_contract(owner):
    end_assignee(listed(owner.account), now=NOW)
    assert choices_for(owner.account) == []


def test_the_reseller_himself_is_recognised(owner):
    assignee = listed(owner.account, full_name=owner.account.full_name.upper())
    assert is_the_holder(assignee, owner.account, own_addresses(owner.account))


def test_the_owner_asks_for_his_contracts_and_fetches_them(client: Client, owner):
    listed(owner.account)
    client.force_login(owner.user)
    keys = choices_for(owner.account)
    posted = {
        "assignees": [choice.assignee.pk for choice in keys],
        "services": [service.pk for choice in keys for service in choice.services],
    }
    answer = client.post(reverse("portal_contracts"), posted)
    pack = ContractPack.objects.get()
    assert answer["Location"] == reverse("portal_contracts_pack", args=[pack.pk])
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(reverse("portal_contracts_zip", args=[pack.pk])).status_code == 404
    while pack_making.make_due_packs(pack.asked_at):
        pass
    assert client.get(reverse("portal_contracts_progress", args=[pack.pk])).json()["over"]
    archive = client.get(reverse("portal_contracts_zip", args=[pack.pk]))
    assert b"".join(archive.streaming_content).startswith(b"PK")
    contract = pack.contracts.get()
    pdf = client.get(reverse("portal_contracts_pdf", args=[contract.pk]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    for name in ("portal_contracts", "portal_assignees"):
        assert "Jörg Müller" in client.get(reverse(name)).content.decode()
    preview = client.get(reverse("portal_contracts_preview", args=[contract.assignee_id]))
    assert "lu et approuvé" in preview.content.decode()


def test_a_strangers_ids_are_missing(client: Client, owner):
    assignee = listed(owner.account)
    pack = made(owner)
    contract = pack.contracts.get()
    client.force_login(MembershipFactory().user)
    for name, key in (
        ("portal_contracts_pack", pack.pk),
        ("portal_contracts_progress", pack.pk),
        ("portal_contracts_zip", pack.pk),
        ("portal_contracts_pdf", contract.pk),
        ("portal_contracts_preview", assignee.pk),
        ("portal_assignees_change", assignee.pk),
    ):
        assert client.get(reverse(name, args=[key])).status_code == 404, name
    for name, key in (("portal_contracts_retry", pack.pk), ("portal_assignees_end", assignee.pk)):
        assert client.post(reverse(name, args=[key])).status_code == 404, name


def test_an_emergency_contact_sees_no_contract(client: Client, owner):
    somebody = MembershipFactory(account=owner.account, role=Role.EMERGENCY)
    client.force_login(somebody.user)
    for name in ("portal_contracts", "portal_assignees", "portal_assignees_add"):
        assert client.get(reverse(name)).status_code == 404


def test_an_assignee_whose_services_ended_can_still_be_found(client: Client, owner):
    assignee = listed(owner.account)
    client.force_login(owner.user)
    words = "On your list for no service of yours any more"
    assert words not in client.get(reverse("portal_assignees")).content.decode()
    change_status(assignee.services.get(), "terminated", now=NOW)
    page = client.get(reverse("portal_assignees")).content.decode()
    assert words in page
    assert reverse("portal_assignees_change", args=[assignee.pk]) in page


def test_an_assignee_is_added_corrected_and_taken_off(client: Client, owner):
    service = ServiceFactory(account=owner.account)
    client.force_login(owner.user)
    posted = {
        "full_name": "Alix Martin",
        "emails": "alix@bakery.example\nwrong",
        "language": "fr",
        "services": [service.pk],
    }
    add = reverse("portal_assignees_add")
    assert "wrong" in client.post(add, posted).content.decode()
    posted["emails"] = "alix@bakery.example"
    assert client.post(add, posted).status_code == 302
    assignee = owner.account.assignees.get()
    posted["full_name"] = "Alix Martin-Roy"
    page = reverse("portal_assignees_change", args=[assignee.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, posted).status_code == 302
    assignee.refresh_from_db()
    assert assignee.full_name == "Alix Martin-Roy"
    client.post(reverse("portal_assignees_end", args=[assignee.pk]))
    assignee.refresh_from_db()
    assert assignee.ended_at is not None
