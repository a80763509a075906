"""A reseller with thousands of services and clients: no page grows with them (P1, P2, P6)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import CustomerAccount, Membership
from cessions.models import (
    AgreedService,
    AgreedTransfer,
    Assignee,
    ContractPack,
    TransferContract,
    TransferRequest,
)
from cessions.services.contracts import ask_pack, choices_for
from hosting.desk.portal.choosing import SHOWN
from hosting.enums import ServiceKind
from hosting.lib import clock
from hosting.models import Service
from hosting.records.enums import ScanState
from tests.accounts.papers import a_file
from tests.factories import (
    LONG_AGO,
    CustomerAccountFactory,
    MembershipFactory,
    TransferRequestFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
MANY, MORE = SHOWN + 10, 2 * (SHOWN + 10)
LISTS = (
    *("home", "assignees", "contracts", "papers", "checkin", "requests", "agreed", "agreed_new"),
    *("assignees_add", "contacts", "team", "data", "absence", "trusted"),
)


def filled(count: int, requests: int = 0) -> Membership:
    """The owner of an account with `count` services, clients, contracts and transfers."""
    owner = MembershipFactory(account=CustomerAccountFactory(reachable=True))
    account = owner.account
    services = Service.objects.bulk_create(_service(account, n) for n in range(count))
    people = Assignee.objects.bulk_create(_assignee(account, n) for n in range(count))
    through = Assignee.services.through
    through.objects.bulk_create(
        through(assignee_id=person.pk, service_id=service.pk)
        for person, service in zip(people, services, strict=True)
    )
    ask_pack(account, choices_for(account), owner.user, NOW)
    transfers = AgreedTransfer.objects.bulk_create(
        AgreedTransfer(
            number=f"A2026-{account.pk}-{n}",
            account=account,
            full_name=f"Client {n}",
            email="client@mail.example",
            language="en",
            proposed_by=owner.user,
            proposed_as=owner.role,
            proposed_at=NOW - timedelta(minutes=n),
            expires_at=NOW,
        )
        for n in range(count)
    )
    AgreedService.objects.bulk_create(
        AgreedService(transfer=transfer, service=service, open=False)
        for transfer, service in zip(transfers, services, strict=True)
    )
    TransferRequestFactory.create_batch(requests, account=account)
    return owner


def _service(account: CustomerAccount, n: int) -> Service:
    name = f"site-{n:04}-of-{account.pk}.example"
    return Service(account=account, kind=ServiceKind.DOMAIN, name=name, created_at=LONG_AGO)


def _assignee(account: CustomerAccount, n: int) -> Assignee:
    return Assignee(
        account=account,
        full_name=f"Client {n:04}",
        emails=[f"client{n}@mail.example"],
        language="en",
        created_at=LONG_AGO,
    )


class Tags(HTMLParser):
    """How many rows, boxes, options and links a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.count[tag] += tag in ("li", "tr", "input", "option", "a", "section")


def seen(client: Client, owner: Membership, name: str) -> tuple[int, Counter[str]]:
    """The queries of a page, and what is on it."""
    client.force_login(owner.user)
    with CaptureQueriesContext(connection) as counted:
        answer = client.get(reverse(f"portal_{name}"))
    assert answer.status_code == 200, name
    return len(counted), Tags(answer.content.decode()).count


def test_no_page_grows_with_the_account(client: Client) -> None:
    many, more = filled(MANY, requests=55), filled(MORE, requests=70)
    for name in LISTS:
        assert seen(client, many, name) == seen(client, more, name), name


def test_a_pack_shows_its_contracts_page_by_page(client: Client) -> None:
    owner = filled(MANY)
    pack = ContractPack.objects.get()
    client.force_login(owner.user)
    address = reverse("portal_contracts_pack", args=[pack.pk])
    references = TransferContract.objects.order_by("pk").values_list("reference", flat=True)
    first, last = references[0], references[MANY - 1]
    page = client.get(address).content.decode()
    assert first in page
    assert last not in page
    assert last in client.get(address, {"page": 9}).content.decode()


def test_the_older_requests_and_transfers_stand_on_further_pages(client: Client) -> None:
    owner = filled(MANY, requests=55)
    client.force_login(owner.user)
    oldest = owner.account.agreed_transfers.order_by("proposed_at")[0]
    for name, number in (
        ("portal_agreed", oldest.number),
        (
            "portal_requests",
            owner.account.transfer_requests.order_by("received_at", "pk")[0].number,
        ),
    ):
        assert number not in client.get(reverse(name)).content.decode()
        assert number in client.get(reverse(name), {"page": 99}).content.decode()


def test_what_can_still_be_reversed_stands_on_the_first_page(client: Client) -> None:
    owner = MembershipFactory()
    old = TransferRequestFactory(account=owner.account, received_at=NOW - timedelta(days=30))
    old.services.update(state="executed", locked=(NOW, clock.now() + timedelta(days=1)))
    TransferRequest.objects.filter(pk=old.pk).update(state="executed")
    TransferRequestFactory.create_batch(55, account=owner.account)
    TransferRequest.objects.exclude(pk=old.pk).update(state="refused")
    client.force_login(owner.user)
    assert old.number in client.get(reverse("portal_requests")).content.decode()


def test_one_click_makes_all_contracts_of_a_large_account(client: Client) -> None:
    owner = filled(MANY)
    ContractPack.objects.update(state="ready", next_try_at=None)
    client.force_login(owner.user)
    assert client.post(reverse("portal_contracts"), {}).status_code == 302
    assert ContractPack.objects.order_by("asked_at", "total").last().total == MANY
    assert TransferContract.objects.count() == 2 * MANY


def test_contracts_for_some_services_are_asked_by_their_names(client: Client) -> None:
    owner = filled(MANY)
    ContractPack.objects.update(state="ready", next_try_at=None)
    client.force_login(owner.user)
    names = [service.name for service in owner.account.services.order_by("pk")[:2]]
    posted = {"services": "\n".join([*names, names[0].upper(), ""])}
    assert client.post(reverse("portal_contracts"), posted).status_code == 302
    pack = ContractPack.objects.exclude(state="ready").get()
    assert {s.name for c in pack.contracts.all() for s in c.services.all()} == set(names)


def test_an_assignee_of_a_large_account_gets_services_by_name(client: Client) -> None:
    owner = filled(MANY)
    client.force_login(owner.user)
    name = owner.account.services.order_by("pk")[0].name
    typed = {
        "full_name": "Alix Martin",
        "emails": "alix@bakery.example",
        "language": "fr",
        "services": f"{name}\nstranger.example",
    }
    add = reverse("portal_assignees_add")
    page = client.post(add, typed).content.decode()
    assert "1 name is none of these services: stranger.example" in page
    assert f"{name}\nstranger.example" in page
    assert client.post(add, typed | {"services": f" {name} "}).status_code == 302
    added = owner.account.assignees.get(full_name="Alix Martin")
    assert [service.name for service in added.services.all()] == [name]
    change = client.get(reverse("portal_assignees_change", args=[added.pk])).content.decode()
    assert f">\n{name}</textarea>" in change


def test_a_name_that_two_services_bear_means_both(client: Client) -> None:
    owner = filled(MANY)
    domain = owner.account.services.order_by("pk")[0]
    hosting = Service.objects.create(
        account=owner.account, kind=ServiceKind.HOSTING, name=domain.name, created_at=LONG_AGO
    )
    client.force_login(owner.user)
    typed = {"full_name": "A", "emails": "a@b.example", "language": "fr", "services": domain.name}
    assert client.post(reverse("portal_assignees_add"), typed).status_code == 302
    added = owner.account.assignees.get(full_name="A")
    assert set(added.services.all()) == {domain, hosting}


def test_a_file_is_sorted_by_its_reference_among_many_papers(client: Client) -> None:
    owner = filled(MANY)
    client.force_login(owner.user)
    scanned = owner.account.scanned_papers.create(
        file=a_file(scan_state=ScanState.CLEAN),
        uploaded_at=NOW,
        uploaded_by=owner.user,
        state="unread",
    )
    contract = TransferContract.objects.all()[0]
    address = reverse("portal_papers_sort", args=[scanned.pk])
    assert "<option" not in client.get(address).content.decode()
    wrong = client.post(address, {"paper": "TC-2222222222"})
    assert "has this reference" in wrong.content.decode()
    client.post(address, {"paper": f" {contract.reference.lower()} "})
    contract.refresh_from_db()
    assert contract.scan == scanned.file
