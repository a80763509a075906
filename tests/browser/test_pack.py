"""The contract pack in a real browser: choose, see, make, watch, fetch all in one file (P2, P6)."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Membership, User
from cessions.models import ContractPack
from cessions.services import pack_making
from cessions.services.assignees import Person, add_assignee
from hosting.lib.clock import now
from tests.factories import CustomerAccountFactory, MembershipFactory, ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> Membership:
    """The owner of an account with three clients, one of whom has two services."""
    owner = MembershipFactory(account=CustomerAccountFactory(reachable=True))
    for number, name in enumerate(("Alix Martin", "Robin Vert", "Sam Petit")):
        services = [
            ServiceFactory(account=owner.account, name=f"client{number}{letter}.example")
            for letter in ("ab" if number == 0 else "a")
        ]
        person = Person(name, (f"client{number}@mail.example",), language="en")
        add_assignee(owner.account, person, services, now=now())
    return owner


def test_a_pack_is_chosen_seen_made_and_fetched(
    page: Page,
    live_server: object,
    sign_in: Callable[[User], None],
    owner: Membership,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    sign_in(owner.user)
    page.goto(f"{live_server.url}{reverse('portal_contracts')}")
    reads_a_contract(page)
    leaves_somebody_out(page)
    monkeypatch.setattr(pack_making, "BATCH", 1)
    watches_the_worker(page)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download all (ZIP)").click()
    started.value.save_as(tmp_path / "pack.zip")
    names = zipfile.ZipFile(tmp_path / "pack.zip").namelist()
    assert sorted(name.split("-TC-")[0] for name in names) == ["alix-martin", "robin-vert"]
    contract = ContractPack.objects.get().contracts.get(assignee__full_name="Alix Martin")
    assert [service.name for service in contract.services.all()] == ["client0a.example"]


def reads_a_contract(page: Page) -> None:
    """Before it is made, he sees what it says, and that it is about his client."""
    page.get_by_text("See what a contract says").click()
    page.get_by_role("link", name="Alix Martin").click()
    expect(page.get_by_role("main")).to_contain_text("client0b.example")
    page.get_by_role("link", name="Back to the contracts").click()


def leaves_somebody_out(page: Page) -> None:
    page.get_by_text("Choose assignees and services").click()
    page.get_by_role("checkbox", name="Sam Petit").uncheck()
    page.get_by_role("checkbox", name="client0b.example").uncheck()
    page.get_by_role("button", name="Make the contracts").click()


def watches_the_worker(page: Page) -> None:
    """The page says how far the work is, and what to do when it is done."""
    said = page.get_by_role("status")
    expect(said).to_have_text("0 of 2 contracts are made.")
    assert pack_making.make_due_packs(now()) == 1
    expect(said).to_have_text("1 of 2 contracts are made.", timeout=10_000)
    while pack_making.make_due_packs(now()):
        pass
    expect(page.get_by_text("Your contracts are ready")).to_be_visible(timeout=10_000)
