"""The whole preparation in a real browser: from the invitation to a client who is safe (P6).

An owner who never was here: his password, how he is reached, who may take over, the contract signed
and accepted, somebody he trusts, a power of attorney.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from accounts.models import CustomerAccount, EmergencyContact
from accounts.services.memberships import invite_member
from accounts.services.power_making import make_due_powers
from cessions.models import TransferContract
from cessions.services.pack_making import make_due_packs
from hosting.lib.clock import now
from hosting.lib.dates import local_date
from hosting.models import Service
from hosting.records.models import StoredFile
from hosting.services.renewals import zone
from tests.browser.conftest import let_in
from tests.browser.mailbox import code_in, link_in
from tests.factories import CustomerAccountFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "camille@studio.example"
PASSWORD = "correct horse battery"


@pytest.fixture
def account() -> CustomerAccount:
    """A reseller of two services who has prepared nothing yet."""
    account = CustomerAccountFactory(reachable=True)
    for name in ("bakery.example", "garden.example"):
        ServiceFactory(account=account, name=name)
    return account


class Owner:
    """The invited person at his screen; each method is a step of the preparation."""

    def __init__(self, page: Page, site: str, folder: Path) -> None:
        self.page, self.site, self.folder = page, site, folder

    def go(self, section: str) -> None:
        """Open a section by the menu."""
        menu = self.page.get_by_role("navigation", name="Your space")
        menu.get_by_role("link", name=section, exact=True).click()

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name).click()

    def joins(self) -> None:
        page = self.page
        page.goto(link_in("invitation_space"))
        page.get_by_label("New password").fill(PASSWORD)
        self.press("Keep this password")
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
        expect(page.get_by_role("heading", name="Your space")).to_be_visible()

    def adds_a_verified_contact(self) -> None:
        page = self.page
        self.go("How to reach you")
        self.press("Add another way")
        page.get_by_label("Kind of contact").select_option("email")
        page.get_by_label("Address or number").fill("camille@private.example")
        self.press("Add")
        expect(page.get_by_role("heading", name="Verify camille@private.example")).to_be_visible()
        self.press("Send a code")
        page.get_by_label("Code from the e-mail").fill(code_in("contact_code"))
        self.press("Confirm")
        expect(page.get_by_text("Verified. Thank you.")).to_be_visible()

    def lists_his_clients(self) -> None:
        page, table = self.page, self.folder / "clients.csv"
        table.write_text(
            "full_name;emails;language;services\n"
            "Alix Martin;alix@bakery.example;en;bakery.example\n"
            "Robin Vert;robin@green.example;en;garden.example\n"
        )
        self.go("Your assignees")
        page.get_by_role("link", name="Import from a file (CSV)").click()
        page.get_by_label("CSV file").set_input_files(table)
        self.press("See what it does")
        expect(page.get_by_text("New: 2.")).to_be_visible()
        self.press("Save this list")
        expect(page.get_by_role("link", name="Robin Vert")).to_be_visible()

    def makes_the_contracts(self) -> Path:
        """Ask for them; the worker makes them; one is downloaded."""
        page = self.page
        self.go("Contracts")
        self.press("Make the contracts")
        expect(page.get_by_role("status")).to_contain_text("of 2 contracts are made")
        while make_due_packs(now()):
            pass
        expect(page.get_by_text("Your contracts are ready")).to_be_visible(timeout=10_000)
        return self.downloads(f"PDF {self.contract().reference}")

    def contract(self) -> TransferContract:
        return TransferContract.objects.get(context__assignee__full_name="Alix Martin")

    def downloads(self, link: str) -> Path:
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name=link).click()
        path = self.folder / started.value.suggested_filename
        started.value.save_as(path)
        return path

    def sends_back(self, scan: Path) -> None:
        page = self.page
        self.go("Signed papers")
        contract = self.contract()
        page.get_by_role("button", name=f"Send the signed copy {contract.reference}").click()
        page.get_by_label("Signed copy").set_input_files(scan)
        self.press("Send")
        expect(page.get_by_text("Thank you. We check it")).to_be_visible()

    def names_somebody_he_trusts(self) -> None:
        page = self.page
        self.go("Emergency contacts")
        self.press("Name an emergency contact")
        page.get_by_label("Full name").fill("Dominique Petit")
        page.get_by_label("E-mail address").fill("dominique@trusted.example")
        page.get_by_label("password").fill(PASSWORD)
        self.press("Name this person")
        expect(page.get_by_text("has not answered yet")).to_be_visible()

    def gives_a_power_of_attorney(self) -> Path:
        page = self.page
        self.go("Signed papers")
        self.press("New power of attorney")
        page.get_by_label("password").fill(PASSWORD)
        self.press("Make it")
        expect(page.get_by_text("The power of attorney is being made")).to_be_visible()
        assert make_due_powers(now) == 1
        page.reload()
        return self.downloads("Paper to sign (PDF) PA-")

    def readiness_of(self, name: str) -> int:
        """The share in place of one service, as the overview says it."""
        self.page.goto(f"{self.site}/espace/")
        card = self.page.get_by_role("region", name=name)
        said = re.search(r"(\d+) % ready", card.inner_text())
        assert said is not None
        return int(said[1])


def test_an_owner_prepares_from_the_invitation_to_the_power_of_attorney(
    page: Page,
    site: str,
    tmp_path: Path,
    account: CustomerAccount,
    somebody_else: Callable[[], Page],
) -> None:
    """A3, A8, A9, P1, P2, P3, P6."""
    invite_member(
        account,
        email=EMAIL,
        full_name="Camille Durand",
        language="en",
        role="owner",
        by=UserFactory(supervisor=True),
        now=now(),
    )
    owner = Owner(page, site, tmp_path)
    owner.joins()
    scores = [owner.readiness_of("bakery.example")]
    owner.adds_a_verified_contact()
    owner.lists_his_clients()
    scores.append(owner.readiness_of("bakery.example"))
    contract = owner.makes_the_contracts()
    assert {"Alix Martin", "bakery.example"} <= words_of(contract)
    owner.sends_back(contract)
    staff_accept_the_contract(somebody_else(), site)
    scores.append(owner.readiness_of("bakery.example"))
    owner.names_somebody_he_trusts()
    says_yes(somebody_else())
    scores.append(owner.readiness_of("bakery.example"))
    assert scores == sorted(set(scores)), "each step raises the readiness"
    power = owner.gives_a_power_of_attorney()
    assert account.full_name in words_of(power)


def staff_accept_the_contract(page: Page, site: str) -> None:
    """There is no antivirus here; the desk sees the paper and accepts it."""
    StoredFile.objects.update(scan_state="clean")
    contract = TransferContract.objects.get(state="uploaded")
    let_in(page.context, UserFactory(support=True), site)
    page.goto(f"{site}/admin/cessions/transfercontract/{contract.pk}/change/")
    page.get_by_role("link", name="Accept", exact=True).click()
    day = local_date(contract.drafted_at, zone())
    page.get_by_label("Signed on").fill(day.isoformat())
    page.get_by_role("button", name="Accept the paper").click()
    expect(page.get_by_text("The paper is accepted")).to_be_visible()


def says_yes(page: Page) -> None:
    """The trusted person opens the link of the mail; looking alone confirms nothing."""
    page.goto(link_in("trusted_invited"))
    assert EmergencyContact.objects.get().confirmed_at is None
    page.get_by_role("button", name="Yes, you can count on me").click()
    expect(page.get_by_role("heading", name="You are an emergency contact")).to_be_visible()


def words_of(pdf: Path) -> set[str]:
    """What a contract says, each name that the test asks for being found or not."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(each.get_textpage().get_text_bounded() for each in document)
    document.close()
    names = {"Alix Martin", *Service.objects.values_list("name", flat=True)}
    names |= set(CustomerAccount.objects.values_list("full_name", flat=True))
    return {name for name in names if name in " ".join(text.split())}
