"""An objection stops a running agreed transfer at once; in its lock it alarms (X7, X5, C10, C11)."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import EmergencyContact
from cessions.enums import AgreedState, RequestState, SignJudgement, SignKind
from cessions.models import AgreedService, AgreedSign, AgreedTransfer, AnswerLink, HolderSign
from cessions.services import agreed
from cessions.services.answers_signed_in import AnswerRefused, answer_signed_in
from cessions.services.attention import attention
from cessions.services.lockwatch import watch_locks
from cessions.services.search import answer_page
from cessions.services.signing_in import note_sign_in
from cessions.services.signs import holder_answered
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.agreements import DAY_ONE, HOLD_OVER, a_service, accepted, proposed
from tests.cessions.cases import fresh_case
from tests.factories import (
    ContactMethodFactory,
    MembershipFactory,
    RequestedServiceFactory,
    TransferRequestFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MEANWHILE = DAY_ONE + timedelta(hours=2)
IN_THE_LOCK = HOLD_OVER + timedelta(days=3)
LOCK_OVER = HOLD_OVER + timedelta(days=30)
AGAINST = [SignKind.OBJECTION, SignKind.THEFT]


@pytest.fixture(autouse=True)
def supervisor():
    return UserFactory(supervisor=True)


def alarms() -> list[str]:
    found = OutgoingMail.objects.filter(kind__startswith="alarm_").order_by("pk")
    return list(found.values_list("kind", flat=True))


def stopped_at_once(transfer: AgreedTransfer) -> None:
    """No sweep was needed; the services are free, both sides know, and nothing moves later."""
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.STOPPED
    assert transfer.end_reason
    assert not AgreedService.objects.filter(transfer=transfer, open=True).exists()
    assert JournalEntry.objects.filter(stream=transfer.stream, event="agreed_stopped").exists()
    told = set(OutgoingMail.objects.filter(stream=transfer.stream).values_list("kind", flat=True))
    assert {"agreed_ended", "agreed_ended_holder"} <= told
    assert agreed.execute_due(LOCK_OVER) == 0


def confirmed_contact(transfer: AgreedTransfer, **fields: object) -> EmergencyContact:
    return EmergencyContact.objects.create(
        account=transfer.account,
        full_name="Nadia Vogt",
        email="nadia@mail.example",
        created_at=DAY_ONE,
        invited_at=DAY_ONE,
        **{"confirmed_at": DAY_ONE, **fields},
    )


def executed(**fields: object) -> AgreedTransfer:
    transfer = accepted(**fields)
    agreed.execute_due(HOLD_OVER)
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.EXECUTED
    return transfer


def objects(transfer: AgreedTransfer, kind: str = SignKind.OBJECTION, **fields: object):
    words = {"by": UserFactory(), "role": Role.OWNER, "now": MEANWHILE, **fields}
    return agreed.object_to(transfer.pk, kind, **words)


# -- Before it takes effect ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", AGAINST)
@pytest.mark.parametrize("role", [Role.OWNER, Role.REPRESENTATIVE])
def test_another_owner_and_the_representative_stop_it_at_once(role, kind):
    transfer = accepted()
    objects(transfer, kind, role=role)
    stopped_at_once(transfer)
    assert alarms() == (["alarm_agreed_theft"] if kind == SignKind.THEFT else [])


def test_what_is_only_proposed_is_stopped_as_well():
    transfer = proposed()
    objects(transfer)
    stopped_at_once(transfer)


def test_an_emergency_contact_stops_it_as_the_holder_would():
    transfer = accepted()
    objects(transfer, role=Role.EMERGENCY, emergency_contact=confirmed_contact(transfer))
    stopped_at_once(transfer)
    entry = JournalEntry.objects.get(stream=transfer.stream, event="sign_of_life")
    assert entry.facts["emergency_contact"] == str(AgreedSign.objects.get().emergency_contact_id)


@pytest.mark.parametrize("fields", [{"confirmed_at": None}, {"ended_at": DAY_ONE}])
def test_who_is_no_emergency_contact_any_more_stops_nothing(fields):
    transfer = accepted()
    with pytest.raises(AnswerRefused):
        objects(
            transfer, role=Role.EMERGENCY, emergency_contact=confirmed_contact(transfer, **fields)
        )
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.ACCEPTED


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EMERGENCY])
def test_who_does_not_speak_for_the_holder_stops_nothing(role):
    transfer = accepted()
    with pytest.raises(agreed.AgreedRefused):
        objects(transfer, role=role)
    with pytest.raises(ValueError, match="agreement"):
        objects(transfer, SignKind.AGREEMENT)
    assert not AgreedSign.objects.exists()


def test_objecting_twice_is_as_once():
    transfer = accepted()
    user = UserFactory()
    for _ in range(2):
        objects(transfer, SignKind.THEFT, by=user)
    assert alarms() == ["alarm_agreed_theft"]
    assert AgreedSign.objects.count() == 1


def test_objecting_to_what_came_to_nothing_changes_nothing():
    transfer = accepted()
    agreed.decline(transfer.pk, now=MEANWHILE)
    assert objects(transfer).state == AgreedState.DECLINED
    assert not AgreedSign.objects.exists()


def test_a_stopped_transfer_frees_the_services_to_be_handed_over_anew():
    service = a_service()
    objects(accepted(service))
    assert service in agreed.services_to_hand_over(service.account, MEANWHILE)


@pytest.mark.parametrize("kind", AGAINST)
def test_an_objection_to_the_request_he_agreed_to_stops_it_at_once(kind):
    request = fresh_case()
    transfer = accepted(request.services.get().service, request=request, recipient=None)
    answer_signed_in(request.pk, kind, user=UserFactory(), now=MEANWHILE)
    stopped_at_once(transfer)
    assert "objection was made" in OutgoingMail.objects.get(kind="agreed_ended").text


@pytest.mark.parametrize("kind", AGAINST)
def test_an_objection_to_it_answers_the_request_he_agreed_to_as_well(kind):
    request = fresh_case()
    transfer = accepted(request.services.get().service, request=request, recipient=None)
    objects(transfer, kind)
    stopped_at_once(transfer)
    request.refresh_from_db()
    assert request.state == RequestState.HOLDER_REACHED
    assert HolderSign.objects.filter(request=request, kind=kind).count() == 1
    assert alarms() == (["alarm_theft"] if kind == SignKind.THEFT else [])


def test_an_objection_through_a_former_mailbox_stops_it_although_staff_have_to_judge_it():
    request = fresh_case()
    former = ContactMethodFactory(account=request.account, former=True)
    transfer = accepted(request.services.get().service, request=request, recipient=None)
    link = AnswerLink.objects.create(request=request, address=former.value, created_at=DAY_ONE)
    sign = holder_answered(link, SignKind.OBJECTION, MEANWHILE)
    assert sign.judgement == SignJudgement.PENDING
    stopped_at_once(transfer)


def test_an_objection_to_a_rival_does_not_stop_it_but_a_theft_does():
    service = a_service()
    transfer = accepted(service)
    rival = TransferRequestFactory(account=service.account, services=0)
    RequestedServiceFactory(request=rival, service=service)
    answer_signed_in(rival.pk, SignKind.OBJECTION, user=UserFactory(), now=MEANWHILE)
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.ACCEPTED
    answer_signed_in(rival.pk, SignKind.THEFT, user=UserFactory(), now=MEANWHILE)
    stopped_at_once(transfer)


def test_a_theft_told_of_another_service_leaves_it_alone():
    service = a_service()
    transfer = accepted(service)
    other = TransferRequestFactory(account=service.account)
    answer_signed_in(other.pk, SignKind.THEFT, user=UserFactory(), now=MEANWHILE)
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.ACCEPTED


# -- During the lock -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mail"),
    [(SignKind.OBJECTION, "alarm_lock"), (SignKind.THEFT, "alarm_agreed_theft")],
)
def test_in_the_lock_an_objection_alarms_the_supervisors_once(kind, mail, supervisor):
    transfer, user = executed(), UserFactory()
    for _ in range(2):
        assert objects(transfer, kind, by=user, now=IN_THE_LOCK).state == AgreedState.EXECUTED
    assert alarms() == [mail]
    assert OutgoingMail.objects.get(kind=mail).recipient == supervisor.email
    (sign,) = attention(IN_THE_LOCK).agreed_alarms
    agreed.acknowledge_alarm(sign.pk, by=supervisor, now=IN_THE_LOCK)
    assert not attention(IN_THE_LOCK).agreed_alarms
    assert JournalEntry.objects.filter(stream=transfer.stream, event="alarm_acknowledged").exists()


def test_the_lock_ends_at_its_exact_instant_for_objections_too():
    transfer = executed()
    objects(transfer, now=LOCK_OVER - timedelta(microseconds=1))
    with pytest.raises(agreed.AgreedRefused) as raised:
        objects(transfer, now=LOCK_OVER)
    assert raised.value.code == "late"


def test_a_sign_in_of_another_person_of_the_account_alarms_once():
    transfer = executed()
    other = MembershipFactory(account=transfer.account).user
    assert [note_sign_in(other, IN_THE_LOCK) for _ in range(2)] == [1, 0]
    assert alarms() == ["alarm_lock"]
    assert [sign.kind for sign in attention(IN_THE_LOCK).agreed_alarms] == [SignKind.SIGN_IN]


def test_who_proposed_it_is_known_to_be_here_so_his_sign_in_alarms_nobody():
    transfer = executed()
    assert note_sign_in(transfer.proposed_by, IN_THE_LOCK) == 0
    assert not alarms()


def test_after_the_lock_and_before_the_execution_a_sign_in_says_nothing():
    transfer = accepted()
    other = MembershipFactory(account=transfer.account).user
    assert note_sign_in(other, MEANWHILE) == 0
    agreed.execute_due(HOLD_OVER)
    assert note_sign_in(other, LOCK_OVER) == 0


def test_a_bounce_in_the_lock_alarms_once_and_not_after_it():
    executed()
    mail = OutgoingMail.objects.get(kind="agreed_executed_holder")
    OutgoingMail.objects.filter(pk=mail.pk).update(bounced_at=HOLD_OVER + timedelta(hours=1))
    assert watch_locks(LOCK_OVER) == 0
    assert [watch_locks(IN_THE_LOCK) for _ in range(2)] == [1, 0]
    assert alarms() == ["alarm_bounce"]


def test_an_objection_by_the_link_of_the_ended_request_alarms_in_the_lock():
    request = fresh_case()
    address = request.account.contact_methods.get(kind="email").value
    transfer = executed_for(request)
    link = AnswerLink.objects.create(request=request, address=address, created_at=DAY_ONE)
    link.request.refresh_from_db()
    assert answer_page(link, IN_THE_LOCK).stage == "handed"
    assert holder_answered(link, SignKind.OBJECTION, IN_THE_LOCK) is not None
    assert alarms() == ["alarm_lock"]
    assert len(attention(IN_THE_LOCK).alarms) == 1
    assert answer_page(link, IN_THE_LOCK).stage == "alarmed"
    assert answer_page(link, LOCK_OVER).stage == "reached"
    transfer.refresh_from_db()
    assert transfer.state == AgreedState.EXECUTED


def executed_for(request) -> AgreedTransfer:
    transfer = accepted(request.services.get().service, request=request, recipient=None)
    agreed.execute_due(HOLD_OVER)
    transfer.refresh_from_db()
    return transfer
