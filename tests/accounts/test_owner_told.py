"""Whoever begins to speak as the holder is told to every mailbox on file: staff may have been talked
into inviting a fraudster, and an account that never had a space has no owner to be told (A4, X7)."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import CustomerAccount
from accounts.services.memberships import change_role, invite_member
from hosting.lib.clock import now
from hosting.records.models import OutgoingMail
from tests.factories import (
    ContactMethodFactory,
    CustomerAccountFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
THIEF = "thief@mail.example"


@pytest.fixture
def account() -> CustomerAccount:
    account = CustomerAccountFactory()
    ContactMethodFactory(account=account, value="holder@client.example")
    ContactMethodFactory(account=account, phone=True)
    lately = now() - timedelta(days=90)
    ContactMethodFactory(account=account, value="before@client.example", ended_at=lately)
    long_ago = now() - timedelta(days=400)
    ContactMethodFactory(account=account, value="gone@client.example", ended_at=long_ago)
    return account


def invited(account: CustomerAccount, email: str, role: Role = Role.OWNER) -> None:
    invite_member(
        account,
        email=email,
        full_name="Nora New",
        language="en",
        role=role,
        by=UserFactory(support=True),
        now=now(),
    )


def told() -> list[str]:
    mails = OutgoingMail.objects.filter(kind="team_changed").order_by("recipient")
    return list(mails.values_list("recipient", flat=True))


def test_a_first_owner_whom_staff_invite_is_told_to_present_and_former_mailboxes(account):
    invited(account, THIEF)
    assert told() == ["before@client.example", "holder@client.example"]
    assert THIEF in OutgoingMail.objects.filter(kind="team_changed")[0].text


def test_the_mailbox_that_is_invited_itself_hears_of_it_by_the_invitation(account):
    invited(account, "Holder@client.example")
    assert told() == ["before@client.example"]


def test_an_owner_whose_mailbox_it_is_hears_of_it_once(account):
    MembershipFactory(account=account, user=UserFactory(email="holder@client.example"))
    invited(account, THIEF)
    assert told() == ["before@client.example", "holder@client.example"]


def test_a_member_who_is_made_an_owner_is_told_to_them_too(account):
    owner = MembershipFactory(account=account)
    member = MembershipFactory(account=account, role=Role.MEMBER)
    change_role(member, role=Role.OWNER, by=owner.user, now=now())
    assert {"before@client.example", "holder@client.example"} <= set(told())


def test_a_member_who_only_prepares_is_told_to_the_owners_alone(account):
    MembershipFactory(account=account, user=UserFactory(email="owner@client.example"))
    invited(account, THIEF, Role.MEMBER)
    assert told() == ["owner@client.example"]
