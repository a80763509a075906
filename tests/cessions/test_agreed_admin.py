"""Staff's page of an agreed transfer: the lock, who may reverse, buttons while they can be used (X5, X7)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from cessions.enums import AgreedState, SignKind
from cessions.models import AgreedReversal, AgreedSign, AgreedTransfer
from cessions.services import agreed
from hosting.lib import clock
from hosting.records.models import JournalEntry
from tests.cessions.agreements import HOLD_OVER, accepted
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SECRET = "a long secret"
IN_THE_LOCK = HOLD_OVER + timedelta(days=2)
LOCK_OVER = HOLD_OVER + timedelta(days=30)
REVERSE, CONFIRM = "Reverse the transfer", "Confirm the reversal"


@pytest.fixture
def hand(monkeypatch) -> list[datetime]:
    """The instant that every page reads; tests move it."""
    at = [IN_THE_LOCK]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    for module in ("hosting.lib.admin", "cessions.admin.agreed", "cessions.admin.case_forms"):
        monkeypatch.setattr(f"{module}.now", lambda: at[0])
    return at


@pytest.fixture
def transfer(hand) -> AgreedTransfer:
    made = accepted()
    agreed.execute_due(HOLD_OVER)
    made.refresh_from_db()
    return made


def staff(**traits: bool) -> tuple[Client, User]:
    user = UserFactory(**traits)
    user.set_password(SECRET)
    user.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client, user


def url(transfer: AgreedTransfer, verb: str = "change", *part: int) -> str:
    return reverse(f"admin:cessions_agreedtransfer_{verb}", args=[transfer.pk, *part])


def page(client: Client, transfer: AgreedTransfer) -> str:
    return client.get(url(transfer)).content.decode()


def test_two_people_reverse_it_from_the_page(transfer):
    first, _user = staff(support=True)
    shown = page(first, transfer)
    assert "locked against a further transfer until" in shown
    assert url(transfer, "reverse") in shown
    first.post(url(transfer, "reverse"), {"reason": "Fraud.", "factor": SECRET})
    act = AgreedReversal.objects.get()
    confirm = url(transfer, "reverse-confirm", act.pk)
    shown = page(first, transfer)
    assert "Only a supervisor can do this." in shown
    assert confirm not in shown
    assert url(transfer, "reverse") + '"' not in shown
    second, _user = staff(supervisor=True)
    assert confirm in page(second, transfer)
    second.post(confirm, {"factor": SECRET})
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.REVERSED
    shown = page(second, transfer)
    assert "It was reversed." in shown
    assert CONFIRM not in shown


def test_the_same_supervisor_and_a_mere_member_of_support_confirm_nothing(transfer):
    client, user = staff(supervisor=True)
    client.post(url(transfer, "reverse"), {"reason": "Fraud.", "factor": SECRET})
    act = AgreedReversal.objects.get()
    assert act.proposed_by == user
    assert "A second person has to do this." in page(client, transfer)
    for wrong in (client, staff(support=True)[0]):
        answer = wrong.post(url(transfer, "reverse-confirm", act.pk), {"factor": SECRET})
        assert answer.status_code == 200
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.EXECUTED


def test_a_wrong_password_does_nothing_and_is_journalled(transfer):
    client, _user = staff(support=True)
    client.post(url(transfer, "reverse"), {"reason": "Fraud.", "factor": "wrong"})
    assert not AgreedReversal.objects.exists()
    assert JournalEntry.objects.filter(stream=transfer.stream, event="factor_refused").exists()


def test_the_button_goes_with_the_lock_at_its_exact_instant(transfer, hand):
    client, _user = staff(supervisor=True)
    hand[0] = LOCK_OVER - timedelta(microseconds=1)
    assert REVERSE in page(client, transfer)
    hand[0] = LOCK_OVER
    shown = page(client, transfer)
    assert REVERSE not in shown
    assert "The lock ended on" in shown
    answer = client.post(url(transfer, "reverse"), {"reason": "Late.", "factor": SECRET})
    assert "The time for this has passed." in answer.content.decode()
    assert not AgreedReversal.objects.exists()


def test_before_its_execution_it_can_be_stopped_but_not_reversed(hand):
    transfer = accepted()
    client, _user = staff(supervisor=True)
    shown = page(client, transfer)
    assert url(transfer, "stop") in shown
    assert REVERSE not in shown
    assert url(transfer, "stop") not in page(staff(support=True)[0], transfer)


def test_a_proposal_is_dropped_from_the_page(transfer):
    client, _user = staff(support=True)
    client.post(url(transfer, "reverse"), {"reason": "Fraud.", "factor": SECRET})
    act = AgreedReversal.objects.get()
    client.post(url(transfer, "reverse-drop", act.pk))
    assert AgreedReversal.objects.get().dropped_at == IN_THE_LOCK
    assert url(transfer, "reverse") in page(client, transfer)


def test_an_act_or_an_alarm_of_another_transfer_is_not_found(transfer):
    act = agreed.propose_reversal(
        transfer.pk, reason="x", by=UserFactory(support=True), now=IN_THE_LOCK, factor="totp"
    )
    sign = AgreedSign.objects.create(
        transfer=transfer, kind=SignKind.THEFT, at=IN_THE_LOCK, user=UserFactory()
    )
    other = accepted()
    client, _user = staff(supervisor=True)
    for verb, part in (("reverse-confirm", act.pk), ("reverse-drop", act.pk), ("alarm", sign.pk)):
        answer = client.post(url(other, verb, part), {"factor": SECRET})
        assert answer.status_code == 404
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.EXECUTED


def test_customers_are_kept_out_of_staffs_verbs(transfer):
    client, _user = staff()
    for verb in ("change", "reverse"):
        assert client.post(url(transfer, verb)).status_code in (302, 403)
    assert not AgreedReversal.objects.exists()


def test_an_alarm_stands_on_the_list_and_the_page_until_somebody_takes_care(transfer):
    owner = UserFactory()
    agreed.object_to(transfer.pk, SignKind.THEFT, by=owner, role=Role.OWNER, now=IN_THE_LOCK)
    client, user = staff(supervisor=True)
    tasks = reverse("admin:cessions_contactattempt_tasks")
    alarm = url(transfer, "alarm", AgreedSign.objects.get().pk)
    assert alarm in client.get(tasks).content.decode()
    assert alarm in page(client, transfer)
    client.post(alarm)
    assert AgreedSign.objects.get().seen_by == user
    assert alarm not in client.get(tasks).content.decode()
    assert "takes care of it" in page(client, transfer)


def test_a_proposed_reversal_waits_on_the_list_for_a_second_person(transfer):
    act = agreed.propose_reversal(
        transfer.pk, reason="x", by=UserFactory(support=True), now=IN_THE_LOCK, factor="totp"
    )
    client, _user = staff(supervisor=True)
    tasks = client.get(reverse("admin:cessions_contactattempt_tasks")).content.decode()
    assert url(transfer, "reverse-confirm", act.pk) in tasks
