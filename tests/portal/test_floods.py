"""The space is no machine for mail to strangers: one address hears little, an account sends little."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import EmergencyContact, Membership
from cessions.models import AgreedTransfer
from hosting.records.models import OutgoingMail
from tests.factories import CustomerAccountFactory, MembershipFactory, ServiceFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
VICTIM = "victim@mail.example"


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.RATELIMIT_ENABLE = True
    settings.ACCOUNT_RATE_LIMITS = False
    cache.clear()


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


def mails_to(address: str) -> int:
    return OutgoingMail.objects.filter(recipient=address).count()


def test_a_trusted_person_is_not_invited_without_end(signed_in: Client):
    typed = {"full_name": "V", "email": VICTIM, "language": "en", "factor": PASSWORD}
    assert signed_in.post(reverse("portal_trusted_name"), typed).status_code == 302
    address = reverse("portal_trusted_invite", args=[EmergencyContact.objects.get().pk])
    assert [signed_in.post(address).status_code for _ in range(9)][-1] == 429
    assert mails_to(VICTIM) <= 6


def test_somebody_new_is_not_invited_without_end(signed_in: Client):
    typed = {"full_name": "V", "email": VICTIM, "language": "en", "role": "member"}
    signed_in.post(reverse("portal_team_invite"), {**typed, "factor": PASSWORD})
    member = Membership.objects.get(user__email=VICTIM)
    address = reverse("portal_team_resend", args=[member.pk])
    codes = [signed_in.post(address, {"factor": PASSWORD}).status_code for _ in range(9)]
    assert codes[-1] == 429
    assert mails_to(VICTIM) <= 6


def test_services_are_not_offered_without_end(signed_in: Client, owner: Membership):
    service = ServiceFactory(account=owner.account)
    typed = {
        "services": [service.pk],
        "full_name": "V",
        "email": VICTIM,
        "country": "FR",
        "language": "en",
        "sure": "on",
        "factor": PASSWORD,
    }
    codes = []
    for _ in range(8):
        codes.append(signed_in.post(reverse("portal_agreed_new"), typed).status_code)
        for transfer in AgreedTransfer.objects.filter(state="proposed"):
            signed_in.post(reverse("portal_agreed_withdraw", args=[transfer.pk]))
    assert codes[-1] == 429
    assert AgreedTransfer.objects.count() <= 6


def test_contacts_are_not_added_and_changed_without_end(signed_in: Client):
    codes = [
        signed_in.post(
            reverse("portal_contacts_add"), {"kind": "email", "value": f"v{number}@mail.example"}
        ).status_code
        for number in range(32)
    ]
    assert codes.count(302) == 30
    assert codes[-1] == 429


def test_one_account_uses_up_nothing_of_another(signed_in: Client, client: Client):
    for number in range(32):
        signed_in.post(
            reverse("portal_contacts_add"), {"kind": "email", "value": f"v{number}@mail.example"}
        )
    other = Client()
    other.force_login(MembershipFactory().user)
    typed = {"kind": "email", "value": "v1@mail.example"}
    assert other.post(reverse("portal_contacts_add"), typed).status_code == 302
