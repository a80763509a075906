"""The pages of an agreed transfer in its lock and after its reversal, in a real browser (X5, X7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.enums import Role
from accounts.models import EmergencyContact, User
from cessions.enums import SignKind
from cessions.models import AgreedTransfer
from cessions.services import agreed
from hosting.lib import links
from hosting.lib.clock import now
from hosting.lib.factor import Factor
from tests.browser.axe import check_page
from tests.cessions.agreements import a_service, accepted
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[[str], None]


@pytest.fixture
def transfer() -> AgreedTransfer:
    """Handed over yesterday; today a second owner objects."""
    today = now()
    before = today - timedelta(days=3)
    made = accepted(a_service(), now=before, at=before)
    agreed.execute_due(today - timedelta(days=1))
    other = MembershipFactory(account=made.account).user
    agreed.object_to(made.pk, SignKind.OBJECTION, by=other, role=Role.OWNER, now=today)
    made.refresh_from_db()
    return made


@pytest.fixture
def visit(page: Page, live_server: Any, console: list[str]) -> Visit:
    return lambda address: check_page(page, f"{live_server.url}{address}", console)


def reversed_(transfer: AgreedTransfer) -> None:
    act = agreed.propose_reversal(
        transfer.pk, reason="Fraud.", by=UserFactory(support=True), now=now(), factor=Factor.TOTP
    )
    agreed.confirm_reversal(act.pk, by=UserFactory(supervisor=True), now=now(), factor=Factor.TOTP)


def test_the_holder_and_the_recipient_read_lock_and_reversal(
    visit: Visit, sign_in: Callable[[User], None], transfer: AgreedTransfer
) -> None:
    recipient = reverse("cession_agreed", args=[links.token("cession_agreed", transfer.pk)])
    own = reverse("portal_agreed_page", args=[transfer.pk])
    visit(recipient)
    sign_in(transfer.proposed_by)
    visit(own)
    reversed_(transfer)
    visit(recipient)
    visit(own)


def test_an_emergency_contact_reads_what_he_may_object_to(
    visit: Visit, sign_in: Callable[[User], None], transfer: AgreedTransfer
) -> None:
    contact = EmergencyContact.objects.create(
        account=transfer.account,
        full_name="Nadia Vogt",
        email="nadia@mail.example",
        created_at=now(),
        invited_at=now(),
        confirmed_at=now(),
    )
    member = MembershipFactory(
        account=transfer.account, role=Role.EMERGENCY, emergency_contact=contact
    )
    sign_in(member.user)
    for name, arguments in (
        ("portal_home", []),
        ("portal_agreed", []),
        ("portal_agreed_page", [transfer.pk]),
    ):
        visit(reverse(name, args=arguments))


def test_staff_read_the_lock_and_reverse(
    visit: Visit, sign_in: Callable[[User], None], transfer: AgreedTransfer
) -> None:
    supervisor = UserFactory(supervisor=True)
    supervisor.set_password("correct horse battery")
    supervisor.save()
    sign_in(supervisor)
    page = reverse("admin:cessions_agreedtransfer_change", args=[transfer.pk])
    visit(page)
    visit(reverse("admin:cessions_agreedtransfer_reverse", args=[transfer.pk]))
    reversed_(transfer)
    visit(page)
