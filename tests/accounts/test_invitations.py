"""Staff are invited by e-mail: one link, once, for seven days."""

import re
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts import invitations
from accounts.models import User
from hosting.lib.links import fill
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def invited(now: datetime) -> User:
    supervisor = UserFactory(supervisor=True)
    return invitations.invite(
        email="New.Colleague@easyhoster.example",
        full_name="Nour Colleague",
        language="en",
        groups=Group.objects.filter(name="support"),
        by=supervisor,
        now=now,
    )


def last_link() -> str:
    mail = OutgoingMail.objects.filter(kind="invitation").latest("id")
    found = re.search(r"https?://\S+/(compte/invitation/\S+/)", fill(mail.text))
    assert found is not None
    return "/" + found[1]


def token_of(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def test_an_invited_colleague_is_staff_without_a_password(invited: User) -> None:
    assert invited.email == "new.colleague@easyhoster.example"
    assert invited.is_staff
    assert not invited.is_superuser
    assert not invited.has_usable_password()
    assert [group.name for group in invited.groups.all()] == ["support"]


def test_neither_database_nor_journal_holds_the_link(invited: User) -> None:
    mail = OutgoingMail.objects.get()
    token = token_of(last_link())
    assert token not in mail.text + mail.html
    assert not JournalEntry.objects.filter(facts__icontains=token).exists()


def test_inviting_is_journalled_with_who_invited(invited: User) -> None:
    entry = JournalEntry.objects.get(event="user_invited")
    assert entry.stream == f"user:{invited.pk}"
    assert User.objects.get(pk=entry.actor.removeprefix("user:")).email != invited.email


def test_the_colleague_chooses_a_password_by_post_and_can_sign_in(
    client: Client, invited: User, now: datetime
) -> None:
    with patch("accounts.views.now", return_value=now + timedelta(days=1)):
        response = client.post(last_link(), {"password": PASSWORD})
    assert response.status_code == 302
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)


def test_looking_at_the_page_does_nothing(client: Client, invited: User, now: datetime) -> None:
    with patch("accounts.views.now", return_value=now):
        assert client.get(last_link()).status_code == 200
        assert client.head(last_link()).status_code == 200
    invited.refresh_from_db()
    assert not invited.has_usable_password()


def test_a_weak_password_is_refused(client: Client, invited: User, now: datetime) -> None:
    with patch("accounts.views.now", return_value=now):
        response = client.post(last_link(), {"password": "short"})
    assert response.status_code == 200
    assert response.context["form"].errors.as_data()["password"][0].code == "password_too_short"


def test_the_link_works_once(client: Client, invited: User, now: datetime) -> None:
    link = last_link()
    assert invitations.join(token_of(link), PASSWORD, now) == invited
    assert invitations.join(token_of(link), "another long password", now) is None
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("after", "holds"),
    [(timedelta(days=7) - timedelta(seconds=1), True), (timedelta(days=7), False)],
)
def test_the_link_holds_seven_days(
    invited: User, now: datetime, after: timedelta, holds: bool
) -> None:
    assert (invitations.invited(token_of(last_link()), now + after) == invited) is holds


def test_sending_it_again_makes_the_older_link_void(invited: User, now: datetime) -> None:
    older = last_link()
    later = now + timedelta(days=3)
    invitations.invite_again(invited, by=UserFactory(supervisor=True), now=later)
    assert invitations.invited(token_of(older), later) is None
    assert invitations.invited(token_of(last_link()), later + timedelta(days=6)) == invited


def test_who_has_joined_is_not_invited_again(invited: User, now: datetime) -> None:
    invitations.join(token_of(last_link()), PASSWORD, now)
    with pytest.raises(invitations.AlreadyJoined):
        invitations.invite_again(invited, by=UserFactory(supervisor=True), now=now)


def test_somebody_switched_off_cannot_join(invited: User, now: datetime) -> None:
    User.objects.filter(pk=invited.pk).update(is_active=False)
    assert invitations.invited(token_of(last_link()), now) is None


@pytest.mark.parametrize("token", ["rubbish", "0" * 32, "f" * 32 + ".x", "é.x"])
def test_a_damaged_link_gets_a_page_of_its_own(client: Client, token: str) -> None:
    assert client.get(reverse("invitation", args=[token])).status_code == 410
