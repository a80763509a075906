"""What a legal representative sees and does in the space: he stands for the holder (A12, C10, X7)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import HolderEventKind, Role
from accounts.models import HolderEvent
from cessions.enums import AgreedState, RequestState, SignKind
from cessions.models import AgreedTransfer, HolderSign
from cessions.services import agreed
from hosting.lib import clock
from tests.cessions.agreements import HOLD_OVER, a_service, accepted
from tests.cessions.cases import RECEIVED, fresh_case
from tests.factories import MembershipFactory, UserFactory
from tests.portal.test_agreed import NEW, TYPED

pytestmark = pytest.mark.django_db
HIS = (
    "portal_home",
    "portal_requests",
    "portal_agreed",
    "portal_agreed_new",
    "portal_contacts",
    "portal_data",
    "portal_data_correction",
    "portal_data_export",
)
NOT_HIS = (
    "portal_contacts_add",
    "portal_assignees",
    "portal_contracts",
    "portal_papers",
    "portal_trusted",
    "portal_trusted_name",
    "portal_absence",
    "portal_checkin",
    "portal_team",
    "portal_team_invite",
    "portal_data_address",
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: RECEIVED)


def signed_in(client: Client, account, role: str = Role.REPRESENTATIVE) -> Client:
    user = UserFactory()
    user.set_password("a long secret")
    user.save()
    MembershipFactory(account=account, user=user, role=role)
    client.force_login(user)
    return client


def died(account, kind: str = HolderEventKind.DEATH) -> HolderEvent:
    return HolderEvent.objects.create(
        account=account,
        kind=kind,
        source="A letter",
        recorded_by=UserFactory(),
        recorded_at=RECEIVED,
    )


@pytest.mark.parametrize("name", HIS)
def test_he_sees_what_concerns_requests_transfers_and_contacts(client, name):
    signed_in(client, a_service().account)
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", NOT_HIS)
def test_what_the_holder_decides_in_person_is_not_his(client, name):
    signed_in(client, a_service().account)
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse(name), {"factor": "a long secret"}).status_code == 404


def test_every_link_of_his_pages_leads_somewhere(client):
    """No page of his offers what is not his."""
    request = fresh_case()
    signed_in(client, request.account)
    names = [reverse(name) for name in NOT_HIS]
    pages = [*HIS, ("portal_requests_page", request.pk)]
    for page in pages:
        url = reverse(page) if isinstance(page, str) else reverse(page[0], args=page[1:])
        shown = client.get(url).content.decode()
        assert [name for name in names if f'"{name}"' in shown] == []


def test_he_changes_no_contact_of_the_holder(client):
    account = a_service().account
    method = account.contact_methods.first()
    signed_in(client, account)
    page = client.get(reverse("portal_contacts")).content.decode()
    assert method.value in page
    for name in ("portal_contacts_change", "portal_contacts_end"):
        assert reverse(name, args=[method.pk]) not in page
        assert client.get(reverse(name, args=[method.pk])).status_code == 404


def test_his_objection_ends_the_request_as_the_holders_would_also_after_a_death(client):
    request = fresh_case()
    died(request.account)
    signed_in(client, request.account)
    client.post(reverse("portal_requests_answer", args=[request.pk]), {"answer": "objection"})
    request.refresh_from_db()
    assert request.state == RequestState.HOLDER_REACHED


def test_after_a_death_he_hands_over_and_an_owner_does_not(client):
    service = a_service()
    died(service.account)
    typed = TYPED | {"services": [service.pk]}
    signed_in(client, service.account, Role.OWNER)
    assert client.post(NEW, typed).status_code == 403
    signed_in(client, service.account)
    assert client.post(NEW, typed).status_code == 302
    assert AgreedTransfer.objects.get().proposed_as == Role.REPRESENTATIVE


def test_what_he_is_handing_over_stops_when_he_represents_no_more():
    transfer = accepted(role=Role.REPRESENTATIVE)
    transfer.account.memberships.update(ended_at=HOLD_OVER)
    assert agreed.execute(transfer.pk, now=HOLD_OVER)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.end_reason) == (
        AgreedState.STOPPED,
        "Who proposed it no longer acts for the holder.",
    )


def test_an_owner_reads_that_the_account_is_left_to_a_representative(client):
    """Whoever is wrongly taken for dead learns it here."""
    account = a_service().account
    signed_in(client, account, Role.OWNER)
    words = "only a legal representative speaks for the holder"
    assert words not in client.get("/espace/").content.decode()
    died(account)
    assert words in client.get("/espace/").content.decode()
    signed_in(client, account)
    assert words not in client.get("/espace/").content.decode()


@pytest.mark.parametrize("role", [Role.OWNER, Role.MEMBER])
@pytest.mark.parametrize("name", ["portal_contacts_add", "portal_absence", "portal_home"])
def test_after_the_event_the_others_only_read(client, role, name):
    """Nobody acts in the name of the dead."""
    account = a_service().account
    signed_in(client, account, role)
    died(account)
    assert client.get(reverse(name)).status_code == 200
    answer = client.post(reverse(name), {"kind": "email", "value": "thief@evil.example"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


def test_after_the_event_an_owner_still_stops_an_agreed_transfer(client):
    transfer = accepted()
    died(transfer.account)
    signed_in(client, transfer.account, Role.OWNER)
    client.post(reverse("portal_agreed_withdraw", args=[transfer.pk]))
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.WITHDRAWN


def test_an_owners_answer_after_the_death_waits_for_staff(client):
    """C9, A12: the dead do not answer; what comes in their name blocks until staff judged it."""
    request = fresh_case()
    died(request.account)
    signed_in(client, request.account, Role.OWNER)
    url = reverse("portal_requests_answer", args=[request.pk])
    page = client.post(url, {"answer": "objection"}, follow=True).content.decode()
    assert "Our staff look at your answer" in page
    request.refresh_from_db()
    assert request.state == RequestState.RECEIVED
    sign = HolderSign.objects.get(kind=SignKind.OBJECTION)
    assert (sign.judgement, sign.former_contact) == ("pending", True)
