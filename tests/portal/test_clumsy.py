"""Two windows, a button pressed twice, a list of a thousand: said kindly, and never done to the wrong one."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import ContactMethod, Membership
from cessions.services import assignees
from cessions.services.assignees import Person, add_assignee
from hosting.desk.portal.access import SEEN_AS
from hosting.lib.clock import now
from tests.factories import (
    CustomerAccountFactory,
    MembershipFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def owner() -> Membership:
    member = MembershipFactory(account=CustomerAccountFactory(reachable=True))
    member.user.set_password(PASSWORD)
    member.user.save()
    return member


@pytest.fixture
def signed_in(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


# -- Two accounts in two windows ----------------------------------------------------------------


def test_a_form_of_one_account_is_not_kept_for_another(signed_in: Client, owner: Membership):
    other = MembershipFactory(user=owner.user)
    page = signed_in.get(reverse("portal_contacts_add")).content.decode()
    assert f'name="for_account" value="{owner.account_id}"' in page
    signed_in.post(reverse("portal_team_account"), {"account": other.account_id})
    typed = {"kind": "email", "value": "x@new.example", "for_account": owner.account_id}
    answer = signed_in.post(reverse("portal_contacts_add"), typed)
    assert answer.status_code == 409
    assert "another account" in answer.content.decode()
    assert not ContactMethod.objects.filter(value="x@new.example").exists()


def test_the_check_in_of_one_account_confirms_no_other(signed_in: Client, owner: Membership):
    other = MembershipFactory(user=owner.user)
    page = signed_in.get(reverse("portal_checkin")).content.decode()
    assert f'name="for_account" value="{owner.account_id}"' in page
    signed_in.post(reverse("portal_team_account"), {"account": other.account_id})
    answer = signed_in.post(reverse("portal_checkin"), {"for_account": owner.account_id})
    assert answer.status_code == 409
    other.account.refresh_from_db()
    assert other.account.next_check_in_at is None


def test_somebody_with_one_account_carries_nothing_along(signed_in: Client):
    assert "for_account" not in signed_in.get(reverse("portal_contacts_add")).content.decode()


# -- Pressed twice ------------------------------------------------------------------------------


def ended_twice(client: Client, address: str, **typed: str) -> str:
    client.post(address, typed)
    return client.post(address, typed, follow=True).content.decode()


def test_what_was_ended_already_leads_back_to_the_list(signed_in: Client, owner: Membership):
    service = ServiceFactory(account=owner.account)
    listed = add_assignee(owner.account, Person("Ali", ("ali@x.example",)), [service], now=now())
    method = owner.account.contact_methods.first()
    member = MembershipFactory(account=owner.account, role=Role.MEMBER)
    wanted = "That was done already"
    assert wanted in ended_twice(signed_in, reverse("portal_assignees_end", args=[listed.pk]))
    address = reverse("portal_contacts_end", args=[method.pk])
    assert wanted in ended_twice(signed_in, address, knows="on")
    address = reverse("portal_team_end", args=[member.pk])
    assert wanted in ended_twice(signed_in, address, factor=PASSWORD)


def test_pressed_twice_at_the_same_instant_is_said_in_words(
    signed_in: Client, owner: Membership, monkeypatch
):
    service = ServiceFactory(account=owner.account)
    listed = add_assignee(owner.account, Person("Ali", ("ali@x.example",)), [service], now=now())

    def too_late(*_args, **_words):
        raise ValidationError("Somebody was quicker.")

    monkeypatch.setattr(assignees, "end_assignee", too_late)
    page = signed_in.post(reverse("portal_assignees_end", args=[listed.pk]), follow=True)
    assert page.status_code == 200
    assert "Somebody was quicker." in page.content.decode()


# -- Many ---------------------------------------------------------------------------------------


def test_an_account_of_more_than_a_thousand_services_gets_its_contracts(
    signed_in: Client, owner: Membership
):
    services = [ServiceFactory(account=owner.account, registration=False) for _ in range(1005)]
    add_assignee(owner.account, Person("Ali", ("ali@x.example",)), services, now=now())
    typed = {"services": "\n".join(service.name for service in services)}
    answer = signed_in.post(reverse("portal_contracts"), typed)
    assert answer.status_code == 302
    assert owner.account.contract_packs.get().total == 1


# -- Staff who look on --------------------------------------------------------------------------


def test_staff_who_lost_their_group_look_on_no_longer(client: Client, owner: Membership):
    colleague = UserFactory(support=True)
    client.force_login(colleague)
    session = client.session
    session[SEEN_AS] = owner.account_id
    session.save()
    assert client.get(reverse("portal_home")).status_code == 200
    colleague.groups.clear()
    assert client.get(reverse("portal_home")).status_code == 404
