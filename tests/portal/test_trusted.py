"""Emergency contacts: named by the holder, confirmed by themselves (A8)."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import EmergencyPower, Role
from accounts.models import EmergencyContact, HolderEvent, Membership, User
from accounts.services import trusted
from hosting.desk.portal.trusted import invitation
from hosting.lib import clock, links
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def named(account=None, **fields):
    fields = {"full_name": "Sam Durand", "email": "sam@family.example", "language": "en"} | fields
    return trusted.name_contact(
        account or CustomerAccountFactory(), now=NOW, actor="system", **fields
    )


def address(contact):
    token = links.token("portal_trusted_invitation", contact.pk, contact.generation)
    return reverse("portal_trusted_invitation", args=[token])


def test_a_named_person_is_invited_and_counts_once_he_confirmed(client):
    contact = named()
    assert OutgoingMail.objects.get().recipient == "sam@family.example"
    assert client.get(address(contact)).status_code == 200
    contact.refresh_from_db()
    assert contact.confirmed_at is None
    client.post(address(contact), {"answer": "yes"})
    contact.refresh_from_db()
    assert contact.confirmed_at == NOW


def test_with_a_password_he_signs_in_and_sees_only_himself(client):
    contact = named()
    named(contact.account, full_name="Other Person", email="other@family.example")
    client.post(address(contact), {"answer": "yes"})
    client.post(address(contact), {"answer": "password", "password": "a long quiet sentence"})
    member = Membership.objects.get()
    assert (member.role, member.user.is_staff) == (Role.EMERGENCY, False)
    client.force_login(member.user)
    page = client.get(reverse("portal_trusted")).content.decode()
    assert "Sam Durand" in page
    assert "Other Person" not in page
    assert client.get(reverse("portal_trusted_name")).status_code == 404


def test_a_wrong_factor_is_journalled(client):
    owner = MembershipFactory(account=CustomerAccountFactory())
    owner.user.set_password("a long quiet sentence")
    owner.user.save()
    client.force_login(owner.user)
    typed = {"full_name": "Sam", "email": "sam@family.example", "language": "en", "factor": "no"}
    assert client.post(reverse("portal_trusted_name"), typed).status_code == 422
    entry = JournalEntry.objects.get(stream=owner.account.stream, event="factor_refused")
    assert entry.facts == {"act": "NameForm", "code": "wrong"}


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_at_the_instant_at_which_it_ends_is_refused_in_words(client, monkeypatch, answer):
    contact = named()
    trusted.end_contact(EmergencyContact.objects.get(), now=NOW, actor="system")
    monkeypatch.setattr(invitation, "contact_of", lambda _token: contact)
    assert client.post(address(contact), {"answer": answer}).status_code == 302
    left = EmergencyContact.objects.get()
    assert (left.confirmed_at, left.declined_at) == (None, None)


def test_the_link_takes_over_no_user(client):
    user = UserFactory(email="sam@family.example")
    contact = trusted.confirm(named(), NOW)
    client.post(address(contact), {"answer": "password", "password": "a long quiet sentence"})
    assert User.objects.get(email="sam@family.example").password == user.password
    assert not Membership.objects.exists()


def test_ending_a_contact_ends_his_access_and_tells_him():
    contact = trusted.confirm(named(), NOW)
    member = trusted.let_in(contact, "a long quiet sentence", NOW)
    trusted.end_contact(contact, now=NOW, actor="system")
    member.refresh_from_db()
    assert member.ended_at == NOW
    assert OutgoingMail.objects.filter(kind="trusted_ended").exists()


def test_other_powers_ask_him_again():
    contact = trusted.confirm(named(), NOW)
    new = trusted.change_powers(
        contact, powers=[EmergencyPower.RENEW], remark="", now=NOW, actor="system"
    )
    contact.refresh_from_db()
    assert contact.ended_at == NOW
    assert (new.confirmed_at, new.powers) == (None, [EmergencyPower.RENEW])


def test_a_sixth_is_refused():
    account = CustomerAccountFactory()
    for number in range(5):
        named(account, email=f"sam{number}@family.example")
    with pytest.raises(ValidationError, match="Five"):
        named(account)


def test_an_invitation_sent_again_makes_the_older_link_void(client):
    contact = named()
    old = address(contact)
    trusted.invite_again(contact, now=NOW, actor="system")
    assert client.get(old).status_code == 404


def test_the_holder_names_somebody_with_his_password(client):
    member = MembershipFactory()
    member.user.set_password("secret words")
    member.user.save()
    client.force_login(member.user)
    typed = {"full_name": "Sam", "email": "sam@family.example", "language": "en"}
    url = reverse("portal_trusted_name")
    assert client.post(url, typed | {"factor": "wrong"}).status_code == 422
    refused = JournalEntry.objects.get(event="factor_refused")
    assert (refused.stream, refused.facts["act"]) == (member.account.stream, "NameForm")
    assert client.post(url, typed | {"factor": "secret words"}).status_code == 302
    assert EmergencyContact.objects.get().account == member.account


def test_a_strangers_contact_is_not_found(client):
    contact = named()
    client.force_login(MembershipFactory().user)
    assert client.get(reverse("portal_trusted_end", args=[contact.pk])).status_code == 404
    assert client.post(reverse("portal_trusted_invite", args=[contact.pk])).status_code == 404


def ended_by_law(account, kind="death"):
    return HolderEvent.objects.create(
        account=account, kind=kind, source="A letter", recorded_by=UserFactory(), recorded_at=NOW
    )


def emergency_of(contact) -> User:
    return MembershipFactory(
        account=contact.account, role=Role.EMERGENCY, emergency_contact=contact
    ).user


@pytest.mark.parametrize("kind", ["death", "guardianship"])
@pytest.mark.parametrize("page", ["portal_home", "portal_trusted", "portal_requests"])
def test_with_a_death_or_guardianship_the_space_says_that_the_mandate_ended(client, kind, page):
    contact = named()
    client.force_login(emergency_of(contact))
    assert client.get(reverse(page)).status_code == 200
    ended_by_law(contact.account, kind)
    answer = client.get(reverse(page))
    assert answer.status_code == 403
    assert "Your mandate has ended" in answer.content.decode()
    assert "sam@family.example" not in answer.content.decode()


def test_a_withdrawn_death_gives_the_mandate_back(client):
    contact = named()
    client.force_login(emergency_of(contact))
    ended_by_law(contact.account)
    HolderEvent.objects.update(withdrawn_at=NOW)
    assert client.get(reverse("portal_home")).status_code == 200


def test_who_is_more_than_that_still_reaches_his_other_account(client):
    contact = named()
    user = emergency_of(contact)
    own = MembershipFactory(user=user).account
    ended_by_law(contact.account)
    client.force_login(user)
    assert own.number in client.get(reverse("portal_home")).content.decode()
    client.post(reverse("portal_team_account"), {"account": own.pk})
    assert client.get(reverse("portal_home")).status_code == 200


def test_liquidation_ends_no_mandate_of_trust(client):
    contact = named()
    client.force_login(emergency_of(contact))
    ended_by_law(contact.account, "liquidation")
    assert client.get(reverse("portal_home")).status_code == 200


@pytest.mark.parametrize("answer", ["yes", "password"])
def test_after_a_death_nobody_confirms_and_the_link_says_why(client, answer):
    contact = named()
    ended_by_law(contact.account)
    page = client.get(address(contact)).content.decode()
    assert "This mandate has ended" in page
    posted = {"answer": answer, "password": "a long quiet sentence"}
    said = client.post(address(contact), posted, follow=True)
    assert said.status_code == 200
    contact.refresh_from_db()
    assert contact.confirmed_at is None
    assert not User.objects.filter(email=contact.email).exists()


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_what_ended_in_another_window_is_said_in_words(client, answer, monkeypatch):
    contact = named()
    link = address(contact)
    monkeypatch.setattr("hosting.desk.portal.trusted.invitation.contact_of", lambda token: contact)
    trusted.end_contact(contact, now=NOW, actor="system")
    said = client.post(link, {"answer": answer})
    assert said.status_code == 302
    assert "no emergency contact any more" in client.get("/").content.decode()


def test_an_order_that_changed_in_another_window_is_said_in_words(client, monkeypatch):
    owner = MembershipFactory()
    named(owner.account)
    second = named(owner.account, email="kim@family.example")
    client.force_login(owner.user)
    changed = ValidationError("The contacts changed meanwhile: please look at the list again.")

    def refuse(*_args, **_fields):
        raise changed

    monkeypatch.setattr(trusted, "reorder", refuse)
    url = reverse("portal_trusted_earlier", args=[second.pk])
    assert changed.message in client.post(url, follow=True).content.decode()


def test_answers_are_limited_as_on_other_public_pages(client, settings):
    settings.RATELIMIT_ENABLE = True
    link = reverse("portal_trusted_invitation", args=["rubbish"])
    codes = [client.post(link, {"answer": "yes"}).status_code for _ in range(61)]
    assert codes == [404] * 60 + [429]
    assert client.get(link).status_code == 404
