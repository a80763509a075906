"""The space tells its owners of nobody whether he has an account here, nor how he is called (T4)."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from hosting.records.models import OutgoingMail
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
KNOWN, UNKNOWN = "known@client.example", "unknown@client.example"
NEW = {"full_name": "Typed Name", "language": "en", "role": "member", "factor": PASSWORD}


@pytest.fixture
def known() -> User:
    """Somebody who has an account of his own here."""
    user = MembershipFactory(user__email=KNOWN, user__full_name="Real Secret").user
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def curious(client: Client, known: User) -> Client:
    """The owner of another account, who would like to know."""
    owner = MembershipFactory().user
    owner.set_password(PASSWORD)
    owner.save()
    client.force_login(owner)
    return client


def alike(text: str, email: str, member: Membership) -> str:
    """What a page says, without what differs from person to person."""
    tokens = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return tokens.replace(email, "ADDRESS").replace(f"/equipe/{member.pk}/", "/PK/")


def after_inviting(client: Client, email: str) -> tuple[str, Membership]:
    address = reverse("portal_team_invite")
    page = client.post(address, {**NEW, "email": email}, follow=True).content.decode()
    member = Membership.objects.order_by("pk").last()
    assert member.user.email == email
    return alike(page, email, member), member


def ended(client: Client, member: Membership) -> str:
    address = reverse("portal_team_end", args=[member.pk])
    page = client.post(address, {"factor": PASSWORD}, follow=True).content.decode()
    return alike(page, member.user.email, member)


def test_inviting_shows_the_same_page_for_a_known_and_an_unknown_address(curious: Client) -> None:
    known, first = after_inviting(curious, KNOWN)
    assert "Real Secret" not in known
    again = curious.post(
        reverse("portal_team_resend", args=[first.pk]), {"factor": PASSWORD}, follow=True
    )
    ends = ended(curious, first)
    unknown, second = after_inviting(curious, UNKNOWN)
    again_unknown = curious.post(
        reverse("portal_team_resend", args=[second.pk]), {"factor": PASSWORD}, follow=True
    )
    assert known == unknown
    assert alike(again.content.decode(), KNOWN, first) == alike(
        again_unknown.content.decode(), UNKNOWN, second
    )
    assert ends == ended(curious, second)


def test_mails_and_export_name_whom_was_invited_by_his_address_alone(curious: Client) -> None:
    after_inviting(curious, KNOWN)
    told = OutgoingMail.objects.get(kind="team_changed")
    assert "Real Secret" not in told.text + told.html
    assert KNOWN in told.text
    answer = curious.post(reverse("portal_data_export"), {"factor": PASSWORD})
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        people = json.loads(archive.read("data.json"))["sign_ins"]
    assert [one["name"] for one in people if one["email"] == KNOWN] == [KNOWN]


def test_the_second_notice_to_a_known_address_opens_no_account(
    curious: Client, known: User
) -> None:
    _page, member = after_inviting(curious, KNOWN)
    curious.post(reverse("portal_team_resend", args=[member.pk]), {"factor": PASSWORD})
    assert OutgoingMail.objects.filter(kind="member_added", recipient=KNOWN).count() == 2
    assert not OutgoingMail.objects.filter(kind="invitation_space").exists()


def test_who_signed_in_since_is_shown_by_his_name(curious: Client, known: User) -> None:
    after_inviting(curious, KNOWN)
    Client().post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
    assert "Real Secret" in curious.get(reverse("portal_team")).content.decode()
