"""Assignees, contracts, papers and trusted people in a real browser: full, empty and refused pages."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import EmergencyContact, Membership, User
from accounts.services import trusted
from accounts.services.papers import accept_paper, end_paper, refuse_paper
from cessions.enums import PackState, ScanFiling
from cessions.models import Assignee, ContractPack, ScannedPaper
from cessions.services.contracts import ask_pack, choices_for
from cessions.services.pack_making import make_due_packs
from hosting.lib import links
from tests import factories
from tests.accounts.papers import DRAFTED, a_file, a_power, sent
from tests.browser.axe import check_page, check_shown
from tests.cessions.contracts import a_contract

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
LONG = "Boulangerie-Pâtisserie-" + 12 * "Martin"

SignIn = Callable[[User], None]


@pytest.fixture
def owner(sign_in: SignIn) -> Membership:
    """An owner who is signed in; there is nothing on his account yet."""
    owner = factories.MembershipFactory(account__reachable=True)
    owner.user.set_password("correct horse")
    owner.user.save()
    sign_in(owner.user)
    return owner


@pytest.fixture
def space(live_server: object) -> Callable[..., str]:
    """`space("portal_trusted")`: the address of a page of the space."""

    def address(name: str, *key: object) -> str:
        return f"{live_server.url}{reverse(name, args=key)}"

    return address


def listed(owner: Membership) -> Assignee:
    """One service has an assignee with a long name, one has the reseller himself, one nobody."""
    account = owner.account
    services = [factories.ServiceFactory(account=account) for _ in range(3)]
    for service, name in zip(services, (LONG, account.full_name), strict=False):
        person = Assignee.objects.create(
            account=account,
            full_name=name,
            organisation=LONG,
            emails=["client@bakery.example"],
            language="en",
            created_at=NOW,
        )
        person.services.add(service)
    return account.assignees.first()


def test_pages_without_anything_are_for_everybody(
    page: Page, console: list[str], owner: Membership, space: Callable[..., str]
) -> None:
    for name in (
        "assignees",
        "assignees_add",
        "contracts",
        "papers",
        "papers_power",
        "trusted",
        "trusted_name",
    ):
        check_page(page, space(f"portal_{name}"), console)


def test_assignees_are_for_everybody(
    page: Page, console: list[str], owner: Membership, space: Callable[..., str]
) -> None:
    assignee = listed(owner)
    check_page(page, space("portal_assignees"), console)
    check_page(page, space("portal_assignees_change", assignee.pk), console)
    page.goto(space("portal_assignees_add"))
    page.get_by_label("Full name").fill("Robin")
    page.get_by_label("E-mail addresses").fill("no address")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)


def test_an_import_is_for_everybody(
    page: Page, console: list[str], owner: Membership, space: Callable[..., str]
) -> None:
    name = listed(owner).services.get().name
    check_page(page, space("portal_assignees_import"), console)
    page.get_by_role("button", name="See what it does").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)
    rows = ("full_name;emails;services", f"{LONG};new@a.example;{name}", "Robin;wrong;nowhere.fr")
    for last in (3, 2):
        page.goto(space("portal_assignees_import"))
        page.get_by_label("or its text").fill("\n".join(rows[:last]))
        page.get_by_role("button", name="See what it does").click()
        expect(page.get_by_role("heading", name="What the table does")).to_be_visible()
        check_shown(page, console)


def test_contracts_are_for_everybody(
    page: Page, console: list[str], owner: Membership, space: Callable[..., str]
) -> None:
    assignee = listed(owner)
    pack = ask_pack(owner.account, choices_for(owner.account), owner.user, NOW)
    check_page(page, space("portal_contracts_pack", pack.pk), console)
    ContractPack.objects.update(state=PackState.FAILED)
    check_page(page, space("portal_contracts_pack", pack.pk), console)
    ContractPack.objects.update(state=PackState.MAKING)
    while make_due_packs(NOW):
        pass
    check_page(page, space("portal_contracts_pack", pack.pk), console)
    check_page(page, space("portal_contracts"), console)
    page.get_by_text("Choose assignees and services").click()
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("button", name="Make the contracts").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)
    check_page(page, space("portal_contracts_preview", assignee.pk), console)


def test_papers_in_every_state_are_for_everybody(
    page: Page, console: list[str], owner: Membership, space: Callable[..., str]
) -> None:
    account, staff = owner.account, factories.UserFactory(support=True)
    power = a_power(account)
    drafted, checked, refused, accepted, ended = (
        a_contract(account, f"TC-{name}") for name in ("DRAFT", "CHECK", "REFUS", "GOOD", "ENDED")
    )
    type(drafted).objects.filter(pk=drafted.pk).update(draft=a_file())
    sent(checked)
    signature = {"signer": LONG, "intact": True, "whole": False, "trusted": False}
    type(checked).objects.filter(pk=checked.pk).update(signatures=[signature])
    refuse_paper(sent(refused), reason=f"The date is missing. {LONG}", by=staff, now=NOW)
    day = NOW.date()
    accept_paper(
        sent(accepted),
        signed_on=day,
        identity_accepted=False,
        identity_valid_until=None,
        by=staff,
        now=NOW,
    )
    end_paper(ended, by=owner.user, now=NOW)
    scanned = ScannedPaper.objects.create(
        account=account,
        file=a_file(f"{LONG}.pdf"),
        uploaded_at=DRAFTED,
        uploaded_by=owner.user,
        state=ScanFiling.UNREAD,
    )
    check_page(page, space("portal_papers"), console)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)
    for name, key in (
        ("portal_papers_sort", [scanned.pk]),
        ("portal_papers_send", ["contrat", drafted.pk]),
        ("portal_papers_send", ["contrat", accepted.pk]),
        ("portal_papers_end", ["contrat", accepted.pk]),
        ("portal_papers_end", ["procuration", power.pk]),
    ):
        check_page(page, space(name, *key), console)
    page.get_by_label("password").fill("wrong")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)


def a_trusted_person(owner: Membership, **fields: object) -> EmergencyContact:
    said = {"full_name": "Sam Durand", "email": "sam@family.example", "language": "en"} | fields
    return trusted.name_contact(owner.account, now=NOW, actor="system", **said)


def test_trusted_people_are_for_everybody(
    page: Page, console: list[str], owner: Membership, space: Callable[..., str]
) -> None:
    powers = ["renew", "keep_running", "lift_absence"]
    first = a_trusted_person(owner, full_name=LONG, telephone="+33388123456", powers=powers)
    trusted.confirm(first, NOW)
    second = a_trusted_person(owner, email="other@family.example", remark="Only in May.\n" + LONG)
    check_page(page, space("portal_trusted"), console)
    check_page(page, space("portal_trusted_powers", second.pk), console)
    check_page(page, space("portal_trusted_end", second.pk), console)
    page.get_by_role("button", name="End").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_shown(page, console, expected_failure=True)


def test_the_invitation_of_a_trusted_person_is_for_everybody(
    page: Page, console: list[str], live_server: object, space: Callable[..., str]
) -> None:
    contact = a_trusted_person(factories.MembershipFactory(), powers=["renew"], remark=LONG)
    token = links.token("portal_trusted_invitation", contact.pk, contact.generation)
    check_page(page, space("portal_trusted_invitation", token), console)
    page.get_by_role("button", name="Yes, you can count on me").click()
    expect(page.get_by_role("heading", name="You are an emergency contact")).to_be_visible()
    check_shown(page, console)
    page.get_by_label("A password").fill("short")
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_label("A password")).to_have_attribute("aria-invalid", "true")
    check_shown(page, console)
    page.get_by_role("button", name="No, I do not want to").click()
    expect(page.get_by_role("heading", name="You are no emergency contact")).to_be_visible()
    check_shown(page, console)
    check_page(page, space("portal_trusted_invitation", token), console, status=404)
