"""Two invitations of one new address at the same instant: one goes out, the other is refused in words."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import CustomerAccount, User
from accounts.services.memberships import invite_member
from accounts.services.trusted import confirm, let_in, name_contact
from tests.cessions.test_races import Pair
from tests.factories import CustomerAccountFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
NEW = "new@client.example"
ROUNDS = 10


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


def says(act: Callable[[], object]) -> Callable[[], str]:
    """What `act` refuses in words; "" when it was done."""

    def words() -> str:
        try:
            with translation.override("en"):  # the thread has a language of its own
                act()
        except ValidationError as refused:
            return str(refused.messages[0])
        return ""

    return words


def invites(account: CustomerAccount, staff: User, email: str) -> Callable[[], str]:
    return says(
        lambda: invite_member(
            account,
            email=email,
            full_name="New",
            language="en",
            role=Role.OWNER,
            by=staff,
            now=NOW,
        )
    )


def test_by_two_accounts(pair: Pair) -> None:
    staff = UserFactory(support=True)
    first, second = CustomerAccountFactory(), CustomerAccountFactory()
    for number in range(ROUNDS):
        email = f"new{number}@client.example"
        said = pair.race(invites(first, staff, email), invites(second, staff, email))
        assert sorted(map(str, said))[0] == ""
        assert set(said) <= {"", "This address was invited at this very moment. Please try again."}
        assert User.objects.filter(email=email).count() == 1


def test_by_an_account_and_by_himself_as_a_trusted_person(pair: Pair) -> None:
    staff = UserFactory(support=True)
    account = CustomerAccountFactory()
    contact = name_contact(
        CustomerAccountFactory(),
        full_name="Sam",
        email=NEW,
        language="en",
        now=NOW,
        actor="system",
    )
    confirm(contact, NOW)
    said = pair.race(
        invites(account, staff, NEW), says(lambda: let_in(contact, "a long quiet sentence", NOW))
    )
    assert "" in said
    assert User.objects.filter(email=NEW).count() == 1


def test_by_two_supervisors(pair: Pair) -> None:
    group = Group.objects.get(name="support").pk
    typed = {"email": NEW, "full_name": "New", "language": "en", "groups": [group]}

    def posts() -> Callable[[], int]:
        client = Client(headers={"accept-language": "en"})
        client.force_login(UserFactory(supervisor=True))
        return lambda: client.post(reverse("admin:accounts_user_add"), typed).status_code

    assert set(pair.race(posts(), posts())) <= {200, 302}
    assert User.objects.filter(email=NEW).count() == 1
