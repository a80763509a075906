"""The people of an account: seen by all who prepare, decided by owners; a stranger's id is a 404."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.services.memberships import invite_member
from hosting.desk.portal.access import ACCOUNT
from hosting.lib.clock import now as this_instant
from hosting.lib.links import fill
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW = {
    "email": "new@client.example",
    "full_name": "Nora New",
    "language": "en",
    "role": "member",
    "factor": PASSWORD,
}


@pytest.fixture
def owner() -> Membership:
    return with_password(MembershipFactory())


@pytest.fixture
def signed_in(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def with_password(member: Membership) -> Membership:
    member.user.set_password(PASSWORD)
    member.user.save()
    return member


def test_everybody_who_prepares_sees_the_people(client: Client, owner: Membership) -> None:
    member = MembershipFactory(account=owner.account, role=Role.MEMBER)
    stranger = MembershipFactory()
    client.force_login(member.user)
    page = client.get(reverse("portal_team")).content.decode()
    assert owner.user.email in page
    assert stranger.user.email not in page
    assert reverse("portal_team_invite") not in page


def test_an_owner_invites_somebody_who_chooses_a_password_and_signs_in(signed_in: Client) -> None:
    assert signed_in.post(reverse("portal_team_invite"), NEW).status_code == 302
    invited = Membership.objects.get(user__email="new@client.example")
    assert (invited.role, invited.user.is_staff) == (Role.MEMBER, False)
    mail = OutgoingMail.objects.get(kind="invitation_space")
    found = re.search(r"http\S+?(/compte/invitation/\S+)", fill(mail.text))
    assert found is not None
    visitor = Client()
    visitor.post(found[1], {"password": PASSWORD})
    login = {"login": "new@client.example", "password": PASSWORD}
    answer = visitor.post(reverse("account_login"), login)
    assert answer.headers["Location"] == reverse("portal_home")


def test_the_owners_are_told_of_somebody_new(signed_in: Client, owner: Membership) -> None:
    signed_in.post(reverse("portal_team_invite"), NEW)
    assert OutgoingMail.objects.get(kind="team_changed").recipient == owner.user.email


def test_somebody_who_signs_in_already_is_told_by_mail(signed_in: Client) -> None:
    other = MembershipFactory().user
    signed_in.post(reverse("portal_team_invite"), {**NEW, "email": other.email.upper()})
    assert OutgoingMail.objects.get(kind="member_added").recipient == other.email
    assert other.memberships.count() == 2


def test_without_the_factor_nobody_is_invited(signed_in: Client, owner: Membership) -> None:
    page = signed_in.post(reverse("portal_team_invite"), {**NEW, "factor": "wrong"})
    assert page.status_code == 200
    assert Membership.objects.count() == 1
    refused = JournalEntry.objects.get(stream=owner.account.stream, event="factor_refused")
    assert refused.facts["code"] == "wrong"


def test_nobody_becomes_staff_or_emergency_contact_by_this_way(signed_in: Client) -> None:
    for role in ("emergency", "representative", "supervisor"):
        signed_in.post(reverse("portal_team_invite"), {**NEW, "role": role})
    assert Membership.objects.count() == 1


def test_staff_are_not_invited_to_an_account(signed_in: Client) -> None:
    colleague = UserFactory(support=True)
    page = signed_in.post(reverse("portal_team_invite"), {**NEW, "email": colleague.email})
    assert page.status_code == 200
    assert not colleague.memberships.exists()


def test_the_same_person_is_not_invited_twice(signed_in: Client, owner: Membership) -> None:
    signed_in.post(reverse("portal_team_invite"), {**NEW, "email": owner.user.email})
    assert Membership.objects.count() == 1


def test_an_owner_makes_another_owner(signed_in: Client, owner: Membership) -> None:
    member = MembershipFactory(account=owner.account, role=Role.MEMBER)
    signed_in.post(
        reverse("portal_team_role", args=[member.pk]), {"role": "owner", "factor": PASSWORD}
    )
    member.refresh_from_db()
    assert member.role == Role.OWNER
    told = OutgoingMail.objects.filter(kind="team_changed").values_list("recipient", flat=True)
    assert set(told) == {owner.user.email, member.user.email}


@pytest.mark.parametrize(
    ("verb", "more"), [("portal_team_role", {"role": "member"}), ("portal_team_end", {})]
)
def test_the_last_owner_stays(signed_in: Client, owner: Membership, verb: str, more) -> None:
    page = signed_in.post(reverse(verb, args=[owner.pk]), {"factor": PASSWORD, **more})
    assert page.status_code == 200
    owner.refresh_from_db()
    assert (owner.role, owner.ended_at) == (Role.OWNER, None)


def test_whose_access_ends_sees_nothing_at_once(signed_in: Client, owner: Membership) -> None:
    member = MembershipFactory(account=owner.account, role=Role.MEMBER)
    his = Client()
    his.force_login(member.user)
    assert his.get(reverse("portal_home")).status_code == 200
    signed_in.post(reverse("portal_team_end", args=[member.pk]), {"factor": PASSWORD})
    assert his.get(reverse("portal_home")).status_code == 404


def test_a_new_link_voids_the_older_one(signed_in: Client, owner: Membership) -> None:
    signed_in.post(reverse("portal_team_invite"), NEW)
    member = Membership.objects.get(user__email="new@client.example")
    first = OutgoingMail.objects.get(kind="invitation_space")
    address = reverse("portal_team_resend", args=[member.pk])
    assert signed_in.post(address, {"factor": PASSWORD}).status_code == 302
    found = re.search(r"http\S+?(/compte/invitation/\S+)", fill(first.text))
    assert found is not None
    assert Client().get(found[1]).status_code == 410


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EMERGENCY])
@pytest.mark.parametrize("verb", ["portal_team_role", "portal_team_end", "portal_team_resend"])
def test_others_decide_nothing(client: Client, owner: Membership, role: str, verb: str) -> None:
    member = with_password(MembershipFactory(account=owner.account, role=role))
    client.force_login(member.user)
    answer = client.post(reverse(verb, args=[owner.pk]), {"role": "member", "factor": PASSWORD})
    assert answer.status_code == 404
    assert client.post(reverse("portal_team_invite"), NEW).status_code == 404


@pytest.mark.parametrize("verb", ["portal_team_role", "portal_team_end", "portal_team_resend"])
def test_a_strangers_id_is_like_a_missing_one(signed_in: Client, verb: str) -> None:
    stranger = MembershipFactory()
    for pk in (stranger.pk, 10**12, 10**30):
        assert signed_in.get(reverse(verb, args=[pk])).status_code == 404
        assert signed_in.post(reverse(verb, args=[pk]), {"factor": PASSWORD}).status_code == 404


def test_somebody_with_several_accounts_chooses(signed_in: Client, owner: Membership) -> None:
    second = MembershipFactory(user=owner.user)
    signed_in.post(reverse("portal_team_account"), {"account": second.account_id})
    page = signed_in.get(reverse("portal_home"))
    assert page.context["request"].visitor.account == second.account


@pytest.mark.parametrize("account", ["", "x", "0", "9" * 30])
def test_nobody_chooses_what_is_not_his(signed_in: Client, account: str) -> None:
    stranger = CustomerAccountFactory()
    for wanted in (account, stranger.pk):
        answer = signed_in.post(reverse("portal_team_account"), {"account": wanted})
        assert answer.status_code == 404
    assert ACCOUNT not in signed_in.session


def test_home_leads_who_has_an_account_to_his_space(signed_in: Client) -> None:
    assert f'role="button" href="{reverse("portal_home")}"' in signed_in.get("/").content.decode()


def test_support_opens_the_space_of_an_account(client: Client) -> None:
    account = CustomerAccountFactory()
    client.force_login(UserFactory(support=True))
    address = reverse("admin:accounts_customeraccount_space", args=[account.pk])
    fields = {name: NEW[name] for name in ("email", "full_name", "language")}
    assert client.post(address, fields).status_code == 302
    member = account.memberships.get()
    assert (member.role, member.user.email) == (Role.OWNER, "new@client.example")
    page = client.get(reverse("admin:accounts_customeraccount_change", args=[account.pk]))
    assert "Nora New" in page.content.decode()


def test_staff_look_on_by_post_and_it_is_journalled(client: Client) -> None:
    account = CustomerAccountFactory()
    colleague = UserFactory(support=True)
    client.force_login(colleague)
    address = reverse("portal_team_look", args=[account.pk])
    client.get(address)
    assert client.get(reverse("portal_home")).status_code == 404
    assert client.post(address).headers["Location"] == reverse("portal_home")
    entry = JournalEntry.objects.get(stream=account.stream, event="space.seen_by_staff")
    assert entry.actor == f"user:{colleague.pk}"
    assert account.number in client.get(reverse("portal_home")).content.decode()
    assert client.post(reverse("portal_team_invite"), NEW).status_code == 403
    client.post(reverse("portal_team_leave"))
    assert client.get(reverse("portal_home")).status_code == 404


def test_whoever_is_no_staff_cannot_look_on(signed_in: Client) -> None:
    account = CustomerAccountFactory()
    address = reverse("portal_team_look", args=[account.pk])
    assert signed_in.post(address).status_code == 403
    assert signed_in.get(reverse("portal_home")).context["request"].visitor.account != account


def test_nobody_invites_for_an_account_that_is_not_his(owner: Membership) -> None:
    stranger = MembershipFactory().user
    with pytest.raises(Exception, match="Only an owner"):
        invite_member(
            owner.account,
            email="x@client.example",
            full_name="X",
            language="en",
            role=Role.OWNER,
            by=stranger,
            now=this_instant(),
        )
    assert not User.objects.filter(email="x@client.example").exists()
