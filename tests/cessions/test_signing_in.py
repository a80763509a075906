"""A sign-in of the holder during an open request blocks it until staff judge it (C9, X5)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import HolderEventKind, Role
from accounts.models import HolderEvent
from cessions.enums import DecisionState, RequestState, SignJudgement, SignKind
from cessions.models import Decision, HolderSign
from cessions.services.attention import attention
from cessions.services.decisions import approve
from cessions.services.execution import execute, execute_due
from cessions.services.guard import ActRefused
from cessions.services.signing_in import note_sign_in
from cessions.services.signs import judge_sign
from hosting.lib.factor import Factor
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.cases import RIPE, approved_case, fresh_case, recommended_case
from tests.cessions.test_explain import explain
from tests.cessions.test_races import HOLD_OVER, Pair
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def owner_of(request):
    return MembershipFactory(account=request.account).user


def test_a_sign_in_waits_for_staff_with_who_it_was():
    request = fresh_case()
    user = owner_of(request)
    assert note_sign_in(user, RIPE) == 1
    sign = HolderSign.objects.get()
    assert (sign.kind, sign.judgement, sign.user) == (SignKind.SIGN_IN, SignJudgement.PENDING, user)
    assert attention(RIPE).to_judge == [sign]


def test_signing_in_by_the_front_door_is_heard(client: Client):
    request = fresh_case()
    client.force_login(owner_of(request))
    assert HolderSign.objects.get().request == request


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REPRESENTATIVE])
def test_members_and_representatives_count_as_well(role):
    user = MembershipFactory(account=fresh_case().account, role=role).user
    assert note_sign_in(user, RIPE) == 1


def test_an_emergency_contact_signing_in_is_no_sign_of_life():
    user = MembershipFactory(account=fresh_case().account, role=Role.EMERGENCY).user
    assert note_sign_in(user, RIPE) == 0


def test_staff_signing_in_are_no_sign_of_life():
    member = MembershipFactory(account=fresh_case().account, user=UserFactory(support=True))
    assert note_sign_in(member.user, RIPE) == 0


def test_a_former_member_signing_in_is_no_sign_of_life():
    member = MembershipFactory(account=fresh_case().account, ended_at=RIPE)
    assert note_sign_in(member.user, RIPE) == 0


def test_a_sign_in_before_reception_is_none():
    request = fresh_case()
    assert note_sign_in(owner_of(request), request.received_at - timedelta(seconds=1)) == 0


def test_somebody_elses_request_is_left_alone():
    fresh_case()
    assert note_sign_in(MembershipFactory().user, RIPE) == 0


def test_one_that_waits_is_enough_and_one_judged_is_followed_by_another():
    user = owner_of(fresh_case())
    note_sign_in(user, RIPE)
    assert note_sign_in(user, RIPE + timedelta(minutes=1)) == 0
    judge(HolderSign.objects.get(), was_holder=False)
    assert note_sign_in(user, RIPE + timedelta(hours=1)) == 1


def judge(sign: HolderSign, *, was_holder: bool, at: datetime = RIPE) -> None:
    staff = UserFactory(support=True)
    judge_sign(sign.pk, was_holder=was_holder, reason="Called him.", by=staff, now=at)


def test_it_blocks_an_approval_until_it_is_judged():
    decision = recommended_case()
    note_sign_in(owner_of(decision.request), RIPE)
    supervisor = UserFactory(supervisor=True)
    with pytest.raises(ActRefused):
        approve(decision.pk, by=supervisor, now=RIPE, factor=Factor.TOTP)
    judge(HolderSign.objects.get(), was_holder=False)
    approve(decision.pk, by=supervisor, now=RIPE, factor=Factor.TOTP)


def test_it_was_the_holder_ends_the_request():
    request = fresh_case()
    note_sign_in(owner_of(request), RIPE)
    judge(HolderSign.objects.get(), was_holder=True)
    request.refresh_from_db()
    assert request.state == RequestState.HOLDER_REACHED


def test_it_voids_an_approval_that_is_carried_out_meanwhile():
    decision = approved_case()
    note_sign_in(owner_of(decision.request), RIPE)
    execute_due(HOLD_OVER)
    decision.refresh_from_db()
    assert decision.state == DecisionState.VOIDED


def test_during_the_lock_it_alarms_the_supervisors():
    decision = approved_case()
    user = owner_of(decision.request)
    execute_due(HOLD_OVER)
    note_sign_in(user, HOLD_OVER + timedelta(days=1))
    assert OutgoingMail.objects.filter(kind="alarm_lock").exists()
    assert len(attention(HOLD_OVER + timedelta(days=1)).alarms) == 1


def test_what_was_judged_later_still_waited_then():
    request = fresh_case()
    note_sign_in(owner_of(request), RIPE)
    judge(HolderSign.objects.get(), was_holder=False, at=RIPE + timedelta(hours=2))
    assert "sign_of_life_to_judge" in explain(request.number, RIPE + timedelta(hours=1))
    assert "sign_of_life_to_judge" not in explain(request.number, RIPE + timedelta(hours=3))


def test_where_nothing_is_open_it_costs_one_query(django_assert_num_queries):
    user = MembershipFactory().user
    with django_assert_num_queries(1):
        note_sign_in(user, RIPE)


def test_the_case_page_names_who_signed_in(client: Client):
    request = fresh_case()
    user = owner_of(request)
    note_sign_in(user, RIPE)
    client.force_login(UserFactory(support=True))
    page = client.get(reverse("admin:cessions_transferrequest_change", args=[request.pk]))
    assert page.content.decode().count(user.full_name) >= 2


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


@pytest.mark.django_db(transaction=True)
def test_approval_and_sign_in_at_the_same_instant_are_one_after_the_other(pair):
    """X2: the approval is refused, or a sign waits that voids it at its execution (X3)."""
    decision = recommended_case()
    user, supervisor = owner_of(decision.request), UserFactory(supervisor=True)

    def approves() -> bool:
        try:
            approve(decision.pk, by=supervisor, now=RIPE, factor=Factor.TOTP)
        except ActRefused:
            return False
        return True

    approved, noted = pair.race(approves, lambda: note_sign_in(user, RIPE))
    assert noted == 1
    assert Decision.objects.get().state == (
        DecisionState.APPROVED if approved else DecisionState.RECOMMENDED
    )
    execute_due(HOLD_OVER)
    assert Decision.objects.get().state != DecisionState.EXECUTED


@pytest.mark.django_db(transaction=True)
def test_execution_and_sign_in_at_the_same_instant_are_one_after_the_other(pair):
    """X2, X5: either the sign-in stops the execution, or it alarms in the lock."""
    decision = approved_case()
    user = owner_of(decision.request)
    pair.race(lambda: execute(decision.pk, now=HOLD_OVER), lambda: note_sign_in(user, HOLD_OVER))
    decision.refresh_from_db()
    alarmed = OutgoingMail.objects.filter(kind="alarm_lock").exists()
    assert HolderSign.objects.count() == 1
    assert (decision.state == DecisionState.EXECUTED) == alarmed


def death(account, kind=HolderEventKind.DEATH):
    return HolderEvent.objects.create(
        account=account, kind=kind, source="A letter", recorded_by=UserFactory(), recorded_at=RIPE
    )


def test_a_dead_holders_sign_in_is_no_sign_of_life_and_alarms_the_supervisors():
    supervisor = UserFactory(supervisor=True)
    request = fresh_case()
    user = owner_of(request)
    death(request.account)
    assert note_sign_in(user, RIPE) == 0
    assert not HolderSign.objects.exists()
    mail = OutgoingMail.objects.get(kind="alarm_death")
    assert (mail.recipient, mail.stream) == (supervisor.email, request.account.stream)
    assert JournalEntry.objects.filter(event="signed_in_after_death").count() == 1


def test_it_alarms_also_where_no_request_is_open():
    UserFactory(supervisor=True)
    member = MembershipFactory()
    death(member.account)
    note_sign_in(member.user, RIPE)
    assert OutgoingMail.objects.filter(kind="alarm_death").exists()


def test_a_representatives_sign_in_counts_also_after_the_death():
    request = fresh_case()
    death(request.account)
    user = MembershipFactory(account=request.account, role=Role.REPRESENTATIVE).user
    assert note_sign_in(user, RIPE) == 1
    assert not OutgoingMail.objects.filter(kind="alarm_death").exists()


def test_a_members_sign_in_after_the_death_is_neither():
    request = fresh_case()
    death(request.account)
    user = MembershipFactory(account=request.account, role=Role.MEMBER).user
    assert note_sign_in(user, RIPE) == 0
    assert not OutgoingMail.objects.filter(kind="alarm_death").exists()


def test_under_guardianship_the_holder_lives_and_his_sign_in_is_judged():
    request = fresh_case()
    death(request.account, HolderEventKind.GUARDIANSHIP)
    assert note_sign_in(owner_of(request), RIPE) == 1


def test_a_death_that_was_withdrawn_is_none():
    request = fresh_case()
    death(request.account)
    HolderEvent.objects.update(withdrawn_at=RIPE)
    assert note_sign_in(owner_of(request), RIPE) == 1
