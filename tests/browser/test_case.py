"""The list and the page of cases in a real browser: looks, keyboard, and two people who decide (X1)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from cessions.enums import DecisionState, DocumentKind, RequestState, SignKind
from cessions.models import Decision, HolderSign, TransferRequest
from cessions.services.comments import add_comment
from cessions.services.execution import execute_due
from hosting.lib import clock
from tests.browser.axe import check_page, check_shown
from tests.cessions.cases import (
    RIPE,
    a_document,
    approved_case,
    fresh_case,
    recommended_case,
    ripe_case,
    seek,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery staple"
LATER = RIPE + timedelta(hours=31)


@pytest.fixture(autouse=True)
def _ripe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: RIPE)


@pytest.fixture
def staff(sign_in: Callable[[User], None]) -> Callable[..., User]:
    """`staff(supervisor=True)` signs somebody with a password in."""

    def signed_in(**fields: Any) -> User:
        user = UserFactory(**fields)
        user.set_password(PASSWORD)
        user.save()
        sign_in(user)
        return user

    return signed_in


@pytest.fixture
def address(live_server: Any) -> Callable[..., str]:
    """The address of a case, or of one of its verbs."""

    def of(request: TransferRequest, slug: str = "change", *part: int) -> str:
        name = f"admin:cessions_transferrequest_{slug}"
        return live_server.url + reverse(name, args=[request.pk, *part])

    return of


def test_a_case_in_the_middle_of_its_search_can_be_read_by_everybody(page, console, staff, address):
    user = staff(support=True)
    request = fresh_case(received_at=RIPE - timedelta(days=5), services=2)
    seek(request, 2)
    seek(request, 2, request.received_at + timedelta(days=3))
    for kind in (DocumentKind.OWNER_IDENTITY, DocumentKind.INVOICE, DocumentKind.REGISTER_EXTRACT):
        a_document(request, kind)
    a_document(request, DocumentKind.CONTRACT, scan="not_scanned")
    add_comment(request.pk, text="Rang next door: nobody has seen him.", by=user, now=RIPE)
    check_page(page, address(request), console)


def test_cases_at_their_end_and_the_list_can_be_read_by_everybody(
    page, console, staff, address, live_server, monkeypatch
):
    staff(supervisor=True)
    fresh_case(unknown=True)
    theft = fresh_case(state=RequestState.HOLDER_REACHED, ended_at=RIPE)
    HolderSign.objects.create(request=theft, kind=SignKind.THEFT, at=RIPE)
    voided = approved_case().request
    HolderSign.objects.create(request=voided, kind=SignKind.MESSAGE, at=RIPE, text="In hospital")
    executed = approved_case(services=2).request
    execute_due(RIPE + timedelta(hours=24))
    monkeypatch.setattr(clock, "now", lambda: LATER)
    check_page(page, live_server.url + "/admin/cessions/transferrequest/", console)
    for request in (theft, voided, executed):
        check_page(page, address(request), console)


@pytest.mark.parametrize("slug", ["recommend", "refuse-request", "assign", "ask", "comment"])
def test_the_pages_of_the_verbs_can_be_read_by_everybody(page, console, staff, address, slug):
    staff(supervisor=True)
    check_page(page, address(ripe_case(), slug), console)


def test_one_recommends_another_approves_and_a_wrong_password_does_nothing(
    page: Page, console, staff, address
):
    staff(support=True)
    request = ripe_case()
    page.goto(address(request))
    page.get_by_role("link", name="Recommend the transfer").click()
    page.get_by_label("Why should it be approved?").fill("Everything is in order.")
    page.get_by_label("Your password").fill("not this one")
    page.get_by_role("button", name="I recommend it").click()
    expect(page.get_by_text("The password or code did not match.").first).to_be_visible()
    expect(page.get_by_label("Why should it be approved?")).to_have_value("Everything is in order.")
    check_shown(page, console)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="I recommend it").click()
    expect(page.get_by_text("Recommended. A supervisor")).to_be_visible()
    staff(supervisor=True)
    page.goto(address(request))
    page.get_by_role("link", name="Approve the transfer").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="I approve it").click()
    expect(page.get_by_text("Approved. The hold runs")).to_be_visible()
    assert Decision.objects.get().state == DecisionState.APPROVED


def test_who_recommended_reads_why_he_cannot_approve(page: Page, staff, address):
    user = staff(supervisor=True)
    decision = recommended_case()
    Decision.objects.update(recommended_by=user)
    page.goto(address(decision.request))
    expect(page.get_by_text("A second person has to do this.")).to_be_visible()
    expect(page.get_by_role("link", name="Approve the transfer", disabled=True)).to_be_visible()
