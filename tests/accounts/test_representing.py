"""A legal representative whose proof was accepted signs in, until he represents no more (A12)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Judgement, Role
from accounts.models import LegalRepresentative, Membership, User
from accounts.services import events, memberships
from accounts.services.representing import end_representation, let_representative_in
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory
from tests.hosting.test_standing import ScanState, proof

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
EMAIL = "jo@family.example"


def represented(account: Any = None, **fields: Any) -> LegalRepresentative:
    """Recorded with a proof, and not yet judged."""
    given = {"kind": "heir", "full_name": "Jo Durand", "email": EMAIL, "telephone": "+33388112233"}
    return events.record_representative(
        account or CustomerAccountFactory(),
        proof=proof(ScanState.CLEAN),
        by=UserFactory(support=True),
        now=NOW,
        **given | fields,
    )


def accepted(account: Any = None, **fields: Any) -> LegalRepresentative:
    return events.judge_representative(
        represented(account, **fields),
        accepted=True,
        reason="Certificate seen",
        by=UserFactory(supervisor=True),
        now=NOW,
    )


def let_in(someone: LegalRepresentative, email: str = EMAIL, by: User | None = None) -> Membership:
    staff = by or UserFactory(support=True)
    return let_representative_in(someone, email=email, language="en", by=staff, now=NOW)


def ended(someone: LegalRepresentative, by: User | None = None) -> LegalRepresentative:
    supervisor = by or UserFactory(supervisor=True)
    return end_representation(someone, reason="Judgment lifted", by=supervisor, now=NOW)


def told(kind: str) -> set[str]:
    return set(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_with_his_acceptance_he_is_invited_and_the_others_of_the_account_are_told():
    owner = MembershipFactory()
    member = MembershipFactory(account=owner.account, role=Role.MEMBER)
    MembershipFactory(account=owner.account, role=Role.EMERGENCY)
    someone = accepted(owner.account)
    his = someone.memberships.get()
    assert (his.role, his.user.email, his.user.is_staff) == (Role.REPRESENTATIVE, EMAIL, False)
    assert told("invitation_space") == {EMAIL}
    assert told("team_changed") == {owner.user.email, member.user.email}
    entry = JournalEntry.objects.get(event="member.added")
    assert (entry.stream, entry.facts["representative"]) == (owner.account.stream, someone.pk)


def test_a_refused_one_is_let_in_by_nobody():
    someone = represented()
    refused = events.judge_representative(
        someone, accepted=False, reason="No proof", by=UserFactory(supervisor=True), now=NOW
    )
    with pytest.raises(ValidationError):
        let_in(refused)
    assert not Membership.objects.exists()


def test_one_who_was_not_judged_is_let_in_by_nobody():
    with pytest.raises(ValidationError):
        let_in(represented())


def test_without_an_address_acceptance_lets_nobody_in_and_a_supervisor_gives_it_later():
    someone = accepted(email="")
    assert someone.judgement == Judgement.ACCEPTED
    assert not someone.memberships.exists()
    with pytest.raises(ValidationError, match="supervisor"):
        let_in(someone)
    assert let_in(someone, by=UserFactory(supervisor=True)).user.email == EMAIL
    someone.refresh_from_db()
    assert someone.email == EMAIL


def test_support_cannot_send_the_invitation_elsewhere_than_was_judged():
    someone = accepted()
    Membership.objects.update(ended_at=NOW)
    with pytest.raises(ValidationError, match="supervisor"):
        let_in(someone, "else@family.example")


def test_he_never_signs_in_as_the_holder():
    """The holder's own sign-in stays the holder's: acceptance stands, the sign-in waits for staff."""
    owner = MembershipFactory()
    someone = accepted(owner.account, email=owner.user.email)
    assert someone.judgement == Judgement.ACCEPTED
    owner.refresh_from_db()
    assert (owner.role, owner.ended_at) == (Role.OWNER, None)
    assert JournalEntry.objects.filter(event="representative.not_let_in").exists()


def test_staff_are_nobodys_representative():
    colleague = UserFactory(support=True)
    assert not accepted(email=colleague.email).memberships.exists()


def test_a_member_becomes_the_representative():
    member = MembershipFactory(role=Role.MEMBER)
    someone = accepted(member.account, email=member.user.email)
    member.refresh_from_db()
    assert member.ended_at == NOW
    assert someone.memberships.get().user == member.user
    assert told("member_added") == {member.user.email}


def test_asked_again_a_new_link_goes_out_until_he_has_joined():
    someone = accepted()
    let_in(someone)
    assert OutgoingMail.objects.filter(kind="invitation_space").count() == 2
    his = someone.memberships.get().user
    his.set_password("a long secret")
    his.save()
    with pytest.raises(ValidationError):
        let_in(someone)


def test_who_is_no_staff_lets_nobody_in():
    someone = accepted(email="")
    with pytest.raises(ValidationError):
        let_in(someone, by=MembershipFactory(account=someone.account).user)


def test_the_end_of_the_representation_ends_his_sign_in_and_all_are_told():
    owner = MembershipFactory()
    someone = ended(accepted(owner.account))
    assert (someone.ended_at, someone.ending_reason) == (NOW, "Judgment lifted")
    assert someone.memberships.get().ended_at == NOW
    last = OutgoingMail.objects.filter(kind="team_changed").order_by("-id")[:2]
    assert {mail.recipient for mail in last} == {owner.user.email, EMAIL}
    with pytest.raises(ValidationError):
        ended(someone)


def test_only_a_supervisor_ends_it():
    with pytest.raises(ValidationError):
        ended(accepted(), by=UserFactory(support=True))


def test_an_owner_does_not_end_his_representatives_access():
    owner = MembershipFactory()
    someone = accepted(owner.account)
    with pytest.raises(ValidationError):
        memberships.end_membership(someone.memberships.get(), by=owner.user, now=NOW)


def test_a_representative_decides_nothing_about_who_has_access():
    someone = accepted(MembershipFactory().account)
    his = someone.memberships.get().user
    with pytest.raises(ValidationError):
        memberships.invite_member(
            someone.account,
            email="x@family.example",
            full_name="X",
            language="en",
            role=Role.OWNER,
            by=his,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("kind", "event", "ends"),
    [
        ("heir", "death", True),
        ("guardian", "guardianship", True),
        ("liquidator", "liquidation", True),
        ("heir", "liquidation", False),
        ("director", "death", False),
    ],
)
def test_no_death_no_heir(kind: str, event: str, ends: bool):
    """A withdrawn event takes with it whoever stood for the holder because of it."""
    someone = accepted(kind=kind)
    recorded = record(someone, event)
    withdraw(recorded)
    assert (someone.memberships.get().ended_at == NOW) is ends


def test_another_event_of_its_kind_keeps_him():
    someone = accepted()
    first, _second = record(someone, "death"), record(someone, "death")
    withdraw(first)
    assert someone.memberships.get().ended_at is None


def record(someone: LegalRepresentative, kind: str) -> Any:
    staff = UserFactory(support=True)
    return events.record_event(
        someone.account, kind=kind, source="A letter", happened_on=None, by=staff, now=NOW
    )


def withdraw(event: Any) -> None:
    supervisor = UserFactory(supervisor=True)
    events.withdraw_event(event, reason="A mistake", by=supervisor, now=NOW)


def test_staff_see_who_signs_in_and_do_it_by_buttons(client):
    someone = accepted(email="")
    client.force_login(UserFactory(supervisor=True))
    page = reverse("admin:accounts_customeraccount_change", args=[someone.account_id])
    keys = [someone.account_id, someone.pk]
    sign_in = reverse("admin:accounts_customeraccount_representatives/sign_in", args=keys)
    end = reverse("admin:accounts_customeraccount_representatives/end", args=keys)
    shown = client.get(page).content.decode()
    assert sign_in in shown
    assert end in shown
    assert "does not sign in" in shown
    assert client.get(sign_in).status_code == client.get(end).status_code == 200
    assert client.post(sign_in, {"email": EMAIL, "language": "en"}).status_code == 302
    assert someone.memberships.get().user.email == EMAIL
    assert client.post(end, {"reason": "Over"}).status_code == 302
    assert someone.memberships.get().ended_at is not None
    assert client.get(end).status_code == 404


def test_the_judgement_says_whether_he_is_invited(client):
    someone = represented()
    client.force_login(UserFactory(supervisor=True))
    keys = [someone.account_id, someone.pk]
    url = reverse("admin:accounts_customeraccount_representatives/judge", args=keys)
    page = client.post(url, {"accepted": "yes", "reason": "Seen"}, follow=True)
    assert "the representative is invited to sign in" in page.content.decode()
