"""How the holder is reached, as he sees and changes it himself (A2-A4, C6, V4)."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import ContactCode, ContactMethod, Membership
from accounts.services.verification import digits_of, show_code
from hosting.records.models import OutgoingMail
from tests.factories import ContactMethodFactory, MembershipFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
CONTACTS = "/espace/joignable/"
AT = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
VERBS = ("change", "end", "move", "verify", "code")


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory()


@pytest.fixture
def email(owner: Membership) -> ContactMethod:
    return ContactMethodFactory(account=owner.account, value="me@elsewhere.example", order=0)


@pytest.fixture
def telephone(owner: Membership) -> ContactMethod:
    return ContactMethodFactory(account=owner.account, phone=True, order=1)


@pytest.fixture
def space(client: Client, owner: Membership, email: ContactMethod) -> Client:
    client.force_login(owner.user)
    return client


def address(verb: str, method: ContactMethod) -> str:
    return reverse(f"portal_contacts_{verb}", args=[method.pk])


def told() -> list[str]:
    mails = OutgoingMail.objects.filter(kind="contact_changed")
    return sorted(mails.values_list("recipient", flat=True))


# -- The list ----------------------------------------------------------------------------------


def test_present_and_former_contacts_are_shown(space, owner):
    ContactMethodFactory(account=owner.account, value="former@old.example", former=True)
    page = space.get(CONTACTS).content.decode()
    assert "me@elsewhere.example" in page
    assert "former@old.example" in page
    assert "still tried" in page


def test_an_address_inside_a_domain_of_the_account_says_so(space, owner):
    ServiceFactory(account=owner.account, name="xn--caf-dma.example")
    ContactMethodFactory(account=owner.account, value="me@mail.xn--caf-dma.example")
    page = space.get(CONTACTS).content.decode()
    assert page.count("lies in your own domain café.example") == 1


def test_no_telephone_is_said(space):
    assert "We have no telephone number of yours." in space.get(CONTACTS).content.decode()


def test_contacts_move_up_and_down(space, email, telephone, owner):
    space.post(address("move", telephone), {"step": "up"})
    assert list(owner.account.contact_methods.current()) == [telephone, email]
    space.post(address("move", telephone), {"step": "down"})
    assert list(owner.account.contact_methods.current()) == [email, telephone]


def test_the_first_stays_first_and_nonsense_moves_nothing(space, email, telephone, owner):
    space.post(address("move", email), {"step": "up"})
    space.post(address("move", email), {"step": "sideways"})
    assert list(owner.account.contact_methods.current()) == [email, telephone]


# -- Adding, changing, ending ------------------------------------------------------------------


def test_those_on_file_before_are_told_of_a_new_address(space, owner):
    answer = space.post(
        reverse("portal_contacts_add"),
        {"kind": "email", "value": "new@elsewhere.example", "label": "office"},
    )
    added = owner.account.contact_methods.get(value="new@elsewhere.example")
    assert answer["Location"] == address("verify", added)
    assert told() == ["me@elsewhere.example"]
    assert "new@elsewhere.example" in OutgoingMail.objects.get(kind="contact_changed").text


def test_a_replaced_address_is_told_itself(space, owner, email):
    space.post(address("change", email), {"value": "thief@elsewhere.example", "label": ""})
    assert told() == ["me@elsewhere.example"]
    email.refresh_from_db()
    assert email.ended_at == AT


def test_an_address_that_ended_lately_still_learns_of_further_changes(space, email):
    space.post(address("change", email), {"value": "thief@elsewhere.example", "label": ""})
    space.post(reverse("portal_contacts_add"), {"kind": "phone", "value": "+33388123456"})
    assert told().count("me@elsewhere.example") == 2


def test_another_label_alone_is_told_to_nobody(space, email):
    space.post(address("change", email), {"value": "me@elsewhere.example", "label": "office"})
    email.refresh_from_db()
    assert (email.label, email.ended_at, told()) == ("office", None, [])


def test_a_wrong_number_is_refused_where_it_was_typed(space):
    page = space.post(reverse("portal_contacts_add"), {"kind": "phone", "value": "12"})
    assert page.status_code == 200
    assert "This is not a telephone number" in page.content.decode()


def test_the_last_address_ends_only_for_one_who_knows(space, email):
    assert "This is your last e-mail address" in space.get(address("end", email)).content.decode()
    space.post(address("end", email))
    email.refresh_from_db()
    assert email.ended_at is None
    space.post(address("end", email), {"knows": "on"})
    email.refresh_from_db()
    assert email.ended_at == AT
    assert told() == ["me@elsewhere.example"]


def test_one_of_two_addresses_ends_without_a_question(space, owner, email):
    ContactMethodFactory(account=owner.account, value="second@elsewhere.example")
    space.post(address("end", email))
    email.refresh_from_db()
    assert email.ended_at == AT
    assert told() == ["me@elsewhere.example", "second@elsewhere.example"]


def test_a_former_contact_leads_back_to_the_present_ones(space, owner):
    former = ContactMethodFactory(account=owner.account, former=True)
    answer = space.get(address("change", former))
    assert answer.headers["Location"] == reverse("portal_contacts")


# -- Verifying ---------------------------------------------------------------------------------


def test_an_address_is_verified_by_the_code_sent_to_it(space, email):
    space.post(address("code", email))
    digits = digits_of(ContactCode.objects.get())
    page = space.get(address("verify", email)).content.decode()
    assert digits not in page
    assert space.post(address("verify", email), {"code": digits}).status_code == 302
    email.refresh_from_db()
    assert email.verified_at == AT


def test_a_wrong_code_is_said_and_counted(space, email):
    space.post(address("code", email))
    page = space.post(address("verify", email), {"code": "nonsense"}).content.decode()
    assert "This is not the code of the last e-mail." in page
    assert ContactCode.objects.get().tries == 1


def test_codes_are_sent_five_times_an_hour_at_most(space, email, settings):
    settings.RATELIMIT_ENABLE = True
    for _number in range(7):
        space.post(address("code", email))
    assert OutgoingMail.objects.filter(kind="contact_code").count() == 5


def test_a_telephone_shows_its_code_and_takes_none(space, telephone):
    space.post(address("code", telephone))
    digits = digits_of(ContactCode.objects.get())
    assert digits in space.get(address("verify", telephone)).content.decode()
    space.post(address("verify", telephone), {"code": digits})
    telephone.refresh_from_db()
    assert telephone.verified_at is None


def test_support_types_the_code_on_the_accounts_page(client, owner, telephone):
    digits = digits_of(show_code(telephone, now=AT, actor="user:1"))
    client.force_login(UserFactory(support=True))
    verb = "admin:accounts_customeraccount_contacts/code"
    there = reverse(verb, args=[owner.account.pk, telephone.pk])
    assert "not the code" in client.post(there, {"code": "nonsense"}).content.decode()
    assert ContactCode.objects.get().tries == 1
    assert client.post(there, {"code": digits}).status_code == 302
    telephone.refresh_from_db()
    assert telephone.verified_at == AT


def test_support_types_codes_for_telephones_alone(client, owner, email):
    client.force_login(UserFactory(support=True))
    verb = "admin:accounts_customeraccount_contacts/code"
    assert client.get(reverse(verb, args=[owner.account.pk, email.pk])).status_code == 404


def test_a_messenger_has_no_page_for_codes(space, owner):
    method = ContactMethodFactory(account=owner.account, kind="signal", value="@me")
    assert space.get(address("verify", method)).status_code == 404


# -- Who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_a_strangers_contact_is_not_found(space, verb):
    stranger = ContactMethodFactory()
    there = address(verb, stranger)
    assert space.post(there, {"step": "up", "value": "x@y.example"}).status_code == 404
    assert space.get(there).status_code in (404, 405)
    stranger.refresh_from_db()
    assert stranger.ended_at is None


def test_a_member_prepares_as_the_owner_does(client, owner, email):
    member = MembershipFactory(account=owner.account, role=Role.MEMBER)
    client.force_login(member.user)
    assert client.get(CONTACTS).status_code == 200


def test_an_emergency_contact_does_not_see_how_the_holder_is_reached(client, owner, email):
    emergency = MembershipFactory(account=owner.account, role=Role.EMERGENCY)
    client.force_login(emergency.user)
    assert client.get(CONTACTS).status_code == 404
    for verb in VERBS:
        assert client.post(address(verb, email), {"knows": "on"}).status_code == 404
    assert client.get(reverse("portal_contacts_add")).status_code == 404
