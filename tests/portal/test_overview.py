"""The overview: each service with its readiness (P6), warnings, the next step, and the tick of P5."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import AccountKind, PaperState, Role
from accounts.models import EmergencyContact, HolderEvent, Membership, PowerOfAttorney
from cessions.models import Assignee, ServicePreparation, TransferContract
from cessions.policies.readiness import ItemCode, ItemState, WarningCode
from cessions.services.preparation import papers_handed
from cessions.services.readiness import overview_of
from hosting.desk.portal.access import SEEN_AS
from hosting.models import Service
from hosting.records.models import JournalEntry
from tests.factories import (
    LONG_AGO,
    ContactMethodFactory,
    MembershipFactory,
    ServiceFactory,
    TransferRequestFactory,
    UserFactory,
)
from tests.portal.papers import contract_for, power_for

pytestmark = pytest.mark.django_db
HOME = "/espace/"
TODAY = date(2026, 6, 9)


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory(account__reachable=True)


@pytest.fixture
def space(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def states_of(service: Service) -> dict[ItemCode, ItemState]:
    overview = overview_of(service.account, [service], TODAY)
    return {item.code: item.state for item in overview.by_service[service.pk].items}


def warnings_of(service: Service) -> tuple[WarningCode, ...]:
    return overview_of(service.account, [service], TODAY).by_service[service.pk].warnings


# -- What is in place --------------------------------------------------------------------------


def test_a_new_service_of_a_reachable_reseller_lacks_what_nobody_prepared(owner):
    found = states_of(ServiceFactory(account=owner.account))
    there = {code for code, state in found.items() if state is ItemState.IN_PLACE}
    assert there == {ItemCode.EMAIL, ItemCode.TELEPHONE, ItemCode.OWNER}


def test_everything_prepared_is_in_place(owner):
    service = ServiceFactory(account=owner.account)
    ContactMethodFactory(account=owner.account, kind="signal", value="@holder")
    contact_confirmed(owner)
    power_for(owner.account)
    contract_for(service)
    papers_handed(service, by=owner.user, now=LONG_AGO)
    service = Service.objects.get(pk=service.pk)
    assert set(states_of(service).values()) == {ItemState.IN_PLACE}
    assert warnings_of(service) == ()


def test_a_power_counts_between_its_dates_only(owner):
    service = ServiceFactory(account=owner.account)
    power = power_for(owner.account, starts_on=date(2026, 6, 10))
    assert states_of(service)[ItemCode.POWER] is ItemState.MISSING
    PowerOfAttorney.objects.filter(pk=power.pk).update(
        starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 8)
    )
    assert states_of(service)[ItemCode.POWER] is ItemState.MISSING
    PowerOfAttorney.objects.filter(pk=power.pk).update(ends_on=TODAY)
    assert states_of(service)[ItemCode.POWER] is ItemState.IN_PLACE


def test_death_ends_emergency_contacts_and_the_power_of_attorney(owner):
    service = ServiceFactory(account=owner.account)
    contact_confirmed(owner)
    power_for(owner.account)
    HolderEvent.objects.create(
        account=owner.account,
        kind="death",
        source="A letter of the family.",
        recorded_by=UserFactory(support=True),
        recorded_at=LONG_AGO,
    )
    found = states_of(service)
    assert found[ItemCode.EMERGENCY_CONTACT] is ItemState.MISSING
    assert found[ItemCode.POWER] is ItemState.MISSING


def test_a_contract_is_outdated_when_the_accounts_name_changed_since(owner):
    service = ServiceFactory(account=owner.account)
    contract = contract_for(service)
    owner.account.full_name = "Camille Martin"
    owner.account.save()
    overview = overview_of(owner.account, [service], TODAY)
    assert overview.outdated == (contract.pk,)
    assert WarningCode.CONTRACT_OUTDATED in overview.by_service[service.pk].warnings


def test_a_contract_that_was_withdrawn_counts_no_more(owner):
    service = ServiceFactory(account=owner.account)
    contract = contract_for(service)
    TransferContract.objects.filter(pk=contract.pk).update(
        state=PaperState.ENDED, ended_at=LONG_AGO
    )
    assert states_of(service)[ItemCode.CONTRACT] is ItemState.MISSING


def test_a_contract_is_outdated_when_its_assignee_is_listed_no_more(owner):
    service = ServiceFactory(account=owner.account)
    contract = contract_for(service)
    Assignee.objects.filter(pk=contract.assignee_id).update(ended_at=LONG_AGO)
    found = warnings_of(service)
    assert {WarningCode.CONTRACT_OUTDATED, WarningCode.ASSIGNEE_MISSING} <= set(found)


def test_an_identity_expired_at_the_signature_is_warned_of(owner):
    service = ServiceFactory(account=owner.account)
    contract_for(service, signed_on=TODAY, identity_valid_until=date(2026, 6, 8))
    assert warnings_of(service) == (WarningCode.IDENTITY_EXPIRED,)


def test_only_domains_of_resellers_are_asked_for_their_owner(owner):
    hosting = ServiceFactory(account=owner.account, hosting=True)
    assert states_of(hosting)[ItemCode.OWNER] is ItemState.NOT_APPLICABLE
    direct = ServiceFactory(account__kind=AccountKind.DIRECT)
    assert states_of(direct)[ItemCode.OWNER] is ItemState.NOT_APPLICABLE


# -- The page ----------------------------------------------------------------------------------


def test_a_service_is_shown_with_its_score_and_its_next_step(space, owner):
    ServiceFactory(account=owner.account, name="xn--caf-dma.example", due_on=date(2026, 9, 1))
    page = space.get(HOME).content.decode()
    assert "café.example" in page
    assert "33 % ready" in page
    assert "Name your client" in page
    assert "3 of 9 in place" in page


def test_with_several_services_each_next_step_is_said_once_on_top(space, owner):
    """P6: a reseller in a hurry sees first what helps most services."""
    for _ in range(2):
        ServiceFactory(account=owner.account)
    contract_for(ServiceFactory(account=owner.account))
    steps = [(step.item.code, step.services) for step in space.get(HOME).context["steps"]]
    assert steps == [(ItemCode.ASSIGNEE, 2), (ItemCode.PAPERS, 1)]


def test_the_power_of_attorney_is_made_among_the_papers():
    """A9: its next step leads to the page on which it can be made."""
    service = ServiceFactory()
    items = overview_of(service.account, [service], TODAY).by_service[service.pk].items
    assert [item.page for item in items if item.code is ItemCode.POWER] == ["portal_papers"]


def test_what_the_account_lacks_is_said_on_top(client):
    lacking = MembershipFactory()
    ServiceFactory(account=lacking.account)
    client.force_login(lacking.user)
    page = client.get(HOME).content.decode()
    assert "We have no telephone number of yours." in page
    assert "We have no e-mail address of yours." in page


def test_a_domain_registered_to_the_reseller_himself_is_flagged(space, owner):
    ServiceFactory(account=owner.account, registration__owner_name=owner.account.full_name)
    assert "You yourself are registered as the owner" in space.get(HOME).content.decode()


def test_an_account_without_services_says_so(space):
    assert "No service yet" in space.get(HOME).content.decode()


def test_a_terminated_service_is_not_shown(space, owner):
    ServiceFactory(account=owner.account, name="over.example", status="terminated")
    assert "over.example" not in space.get(HOME).content.decode()


def test_an_open_request_is_told_on_top_and_counted_in_the_menu(space, owner):
    TransferRequestFactory(account=owner.account)
    page = space.get(HOME).content.decode()
    assert "1 request to take over a service of yours is open" in page


def test_many_services_cost_no_more_queries_than_one(space, owner):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            space.get(HOME)
        return len(counted)

    contract_for(ServiceFactory(account=owner.account))
    space.get(HOME)
    one = queries()
    for _number in range(2):
        service = ServiceFactory(account=owner.account)
        contract_for(service)
        papers_handed(service, by=owner.user, now=LONG_AGO)
    assert queries() == one


def test_services_are_turned_over_by_fifty(space, owner):
    for number in range(51):
        ServiceFactory(account=owner.account, name=f"client{number:03d}.example", ownership=False)
    first = space.get(HOME).content.decode()
    assert "client049.example" in first
    assert "client050.example" not in first
    assert "client050.example" in space.get(f"{HOME}?page=2").content.decode()


def test_an_emergency_contact_sees_what_concerns_him_alone(client, owner):
    ServiceFactory(account=owner.account, name="secret-client.example")
    contact = contact_confirmed(owner)
    emergency = MembershipFactory(
        account=owner.account, role=Role.EMERGENCY, emergency_contact=contact
    )
    client.force_login(emergency.user)
    page = client.get(HOME).content.decode()
    assert "You are an emergency contact" in page
    assert contact.email in page
    assert "secret-client.example" not in page
    assert "How to reach you" not in page


def test_an_emergency_contacts_menu_leads_to_what_concerns_him_alone(client, owner):
    emergency = MembershipFactory(account=owner.account, role=Role.EMERGENCY)
    client.force_login(emergency.user)
    sections = set(re.findall(r'href="(/espace/[^"]*)"', client.get(HOME).content.decode()))
    assert sections <= {HOME, "/espace/confiance/", "/espace/demandes/", "/espace/remise/"}


def test_staff_who_look_on_see_no_button_to_tick(client, owner):
    ServiceFactory(account=owner.account)
    client.force_login(UserFactory(support=True))
    session = client.session
    session[SEEN_AS] = owner.account.pk
    session.save()
    assert "I handed invoice" not in client.get(HOME).content.decode()


# -- The tick of P5 ----------------------------------------------------------------------------


def test_the_reseller_says_that_his_client_has_the_papers(space, owner):
    service = ServiceFactory(account=owner.account)
    at = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        answer = space.post(reverse("portal_home_papers", args=[service.pk]))
    assert answer.status_code == 302
    assert service.preparation.papers_handed_at == at
    assert service.preparation.by == owner.user
    entry = JournalEntry.objects.get(event="papers_handed")
    assert (entry.stream, entry.facts) == (owner.account.stream, {"service": service.pk})


def test_the_tick_can_be_taken_back(space, owner):
    service = ServiceFactory(account=owner.account)
    papers_handed(service, by=owner.user, now=LONG_AGO)
    space.post(reverse("portal_home_papers", args=[service.pk]), {"handed": "no"})
    assert ServicePreparation.objects.get(service=service).papers_handed_at is None
    assert JournalEntry.objects.filter(event="papers_not_handed").count() == 1


def test_saying_it_twice_keeps_the_first_date(owner, now):
    service = ServiceFactory(account=owner.account)
    papers_handed(service, by=owner.user, now=LONG_AGO)
    assert papers_handed(service, by=owner.user, now=now).papers_handed_at == LONG_AGO
    assert JournalEntry.objects.filter(event="papers_handed").count() == 1


def test_a_strangers_service_is_not_found(space):
    stranger = ServiceFactory()
    assert space.post(reverse("portal_home_papers", args=[stranger.pk])).status_code == 404
    assert not ServicePreparation.objects.exists()


def test_a_look_ticks_nothing(space, owner):
    service = ServiceFactory(account=owner.account)
    assert space.get(reverse("portal_home_papers", args=[service.pk])).status_code == 405


def contact_confirmed(owner: Membership) -> EmergencyContact:
    return EmergencyContact.objects.create(
        account=owner.account,
        full_name="Dominique Petit",
        email="dominique@trusted.example",
        created_at=LONG_AGO,
        invited_at=LONG_AGO,
        confirmed_at=LONG_AGO,
    )
