"""Users in the admin: who may invite, and what a supervisor cannot do to a colleague (X1)."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:accounts_user_changelist"
ADD = "admin:accounts_user_add"


def change(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


@pytest.fixture
def supervisor(client: Client) -> User:
    user = UserFactory(supervisor=True)
    client.force_login(user)
    return user


def invitation(email: str = "new@easyhoster.example") -> dict[str, object]:
    support = Group.objects.get(name="support")
    return {"email": email, "full_name": "New", "language": "de", "groups": [support.pk]}


def test_a_supervisor_invites_by_email(client: Client, supervisor: User) -> None:
    assert client.post(reverse(ADD), invitation()).status_code == 302
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.language) == (
        "invitation",
        "new@easyhoster.example",
        "de",
    )


def test_nobody_is_invited_twice(client: Client, supervisor: User) -> None:
    response = client.post(reverse(ADD), invitation(supervisor.email.upper()))
    assert "email" in response.context["adminform"].form.errors
    assert OutgoingMail.objects.count() == 0


def test_a_rubbish_address_keeps_what_was_typed(client: Client, supervisor: User) -> None:
    response = client.post(reverse(ADD), invitation("a@b, c@d"))
    assert response.status_code == 200
    assert response.context["adminform"].form["full_name"].value() == "New"


def test_support_sees_no_users(client: Client) -> None:
    client.force_login(UserFactory(support=True))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403


def test_a_supervisor_cannot_redirect_a_colleagues_mail(client: Client, supervisor: User) -> None:
    colleague = UserFactory(supervisor=True)
    before = colleague.email
    client.post(
        change(colleague),
        {"email": "mine@evil.example", "full_name": "x", "language": "fr", "is_active": "on"},
    )
    colleague.refresh_from_db()
    assert (colleague.email, colleague.full_name) == (before, "x")


def test_a_supervisor_gives_no_rights_above_his_own(client: Client, supervisor: User) -> None:
    colleague = UserFactory(support=True)
    client.post(
        change(colleague),
        {"full_name": "x", "language": "fr", "is_active": "on", "is_superuser": "on"},
    )
    colleague.refresh_from_db()
    assert not colleague.is_superuser


def test_a_supervisor_cannot_touch_a_superuser(client: Client, supervisor: User) -> None:
    root = UserFactory(is_superuser=True, is_staff=True, is_active=True)
    client.post(change(root), {"full_name": "x", "language": "fr"})
    root.refresh_from_db()
    assert root.is_active


def test_switching_somebody_off_is_journalled(client: Client, supervisor: User) -> None:
    colleague = UserFactory(support=True)
    client.post(change(colleague), {"full_name": colleague.full_name, "language": "en"})
    colleague.refresh_from_db()
    assert not colleague.is_active
    entry = JournalEntry.objects.get(stream=f"user:{colleague.pk}")
    assert (entry.event, entry.actor) == ("user_changed", f"user:{supervisor.pk}")
    assert "is_active" in entry.facts["fields"]


def test_nobody_is_deleted(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    colleague = UserFactory(support=True)
    url = reverse("admin:accounts_user_delete", args=[colleague.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_an_invitation_is_sent_again_by_post_only(client: Client, supervisor: User) -> None:
    client.post(reverse(ADD), invitation())
    again = reverse("admin:accounts_user_invite", args=[User.objects.latest("pk").pk])
    assert client.get(again).status_code == 405
    assert client.post(again).status_code == 302
    assert OutgoingMail.objects.count() == 2


def test_who_has_a_password_is_not_invited_again(client: Client, supervisor: User) -> None:
    colleague = UserFactory(support=True)
    colleague.set_password("correct horse battery")
    colleague.save()
    client.post(reverse("admin:accounts_user_invite", args=[colleague.pk]))
    client.post(reverse("admin:accounts_user_invite", args=[999_999]))
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("users", [1, 8])
def test_the_list_asks_the_database_as_often_for_one_as_for_many(
    client: Client, supervisor: User, users: int, django_assert_max_num_queries
) -> None:
    UserFactory.create_batch(users, support=True)
    with django_assert_max_num_queries(12):
        assert client.get(reverse(LIST)).status_code == 200
