"""Recommendation, approval, refusal and contest (X1, X3, T4, T7, K2)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import is_supervisor
from cessions.enums import DecisionState, DocumentState, LetterKind, RequestState, SignKind
from cessions.models import Decision, HolderSign, Letter, TransferRequest
from cessions.policies import BlockerCode
from cessions.services.decisions import (
    approve,
    contest,
    decide_contest,
    recommend,
    refuse,
    send_back,
)
from cessions.services.guard import ActRefused
from hosting.lib.factor import Factor
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.cases import (
    RIPE,
    an_email,
    approved_case,
    fresh_case,
    ids,
    recommended_case,
    ripe_case,
)
from tests.factories import (
    ContactMethodFactory,
    FilingFactory,
    RequestedServiceFactory,
    TransferRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
WITH = {"now": RIPE, "factor": Factor.PASSWORD}


@pytest.fixture
def support():
    return UserFactory(support=True)


@pytest.fixture
def supervisor():
    return UserFactory(supervisor=True)


def refused_with(code: str):
    return pytest.raises(ActRefused, check=lambda refused: refused.code == code)


def state_of(request: TransferRequest) -> str:
    request.refresh_from_db()
    return request.state


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


# -- recommending ------------------------------------------------------------------------------


def test_a_ripe_case_can_be_recommended_by_a_named_person(support):
    request = ripe_case()
    decision = recommend(request.pk, ids(request), why="All in order.", by=support, **WITH)
    assert (decision.state, decision.recommended_by) == (DecisionState.RECOMMENDED, support)
    assert state_of(request) == RequestState.RECEIVED
    entry = JournalEntry.objects.get(event="recommended")
    assert (entry.actor, entry.facts["factor"]) == (f"user:{support.pk}", "password")


def test_what_is_blocked_cannot_be_recommended_and_the_refusal_names_the_blockers(support):
    request = fresh_case()
    with refused_with("blocked") as caught:
        recommend(request.pk, ids(request), why="Please.", by=support, **WITH)
    codes = {blocker.code for blocker in caught.value.blockers}
    assert {BlockerCode.PERIOD_RUNNING, BlockerCode.DOCUMENT_MISSING} <= codes
    assert not Decision.objects.exists()


def test_a_recommendation_opens_at_the_instant_of_k1_and_not_before(support):
    request = ripe_case()
    opens = request.received_at + timedelta(hours=253)  # 00:00 in Paris of 20 June
    early = {"now": opens - timedelta(microseconds=1), "factor": Factor.PASSWORD}
    with refused_with("blocked"):
        recommend(request.pk, ids(request), why="Now.", by=support, **early)
    assert recommend(
        request.pk, ids(request), why="Now.", by=support, now=opens, factor=Factor.PASSWORD
    )


@pytest.mark.parametrize("who", [{}, {"is_superuser": True, "is_staff": True}, {"is_staff": True}])
def test_who_is_in_no_group_recommends_nothing_not_even_a_superuser(who):
    request = ripe_case()
    with refused_with("staff"):
        recommend(request.pk, ids(request), why="Me.", by=UserFactory(**who), **WITH)


def test_each_act_needs_its_factor_its_reason_and_its_services(support):
    request = ripe_case()
    with refused_with("factor"):
        recommend(request.pk, ids(request), why="Yes.", by=support, now=RIPE, factor=None)
    with refused_with("reason"):
        recommend(request.pk, ids(request), why=" \n", by=support, **WITH)
    with refused_with("no_service"):
        recommend(request.pk, [], why="Yes.", by=support, **WITH)
    with refused_with("no_service"):
        recommend(request.pk, ids(ripe_case()), why="Yes.", by=support, **WITH)


def test_one_recommendation_waits_at_a_time(support):
    decision = recommended_case()
    with refused_with("state"):
        recommend(decision.request_id, ids(decision.request), why="Again.", by=support, **WITH)


def test_a_recommendation_can_be_sent_back_by_its_author_or_a_supervisor(support, supervisor):
    decision = recommended_case()
    with refused_with("supervisor"):
        send_back(decision.pk, reason="No.", by=support, now=RIPE)
    send_back(decision.pk, reason="Look at the invoice again.", by=supervisor, now=RIPE)
    decision.refresh_from_db()
    assert (decision.state, decision.void_reason) == (
        DecisionState.VOIDED,
        "Look at the invoice again.",
    )


# -- approving ---------------------------------------------------------------------------------


def test_another_person_with_the_supervisor_role_approves(supervisor, settings):
    settings.CESSION_HOLD_HOURS = 24
    decision = recommended_case()
    approved = approve(decision.pk, by=supervisor, **WITH)
    assert (approved.state, approved.decided_by) == (DecisionState.APPROVED, supervisor)
    assert approved.executes_at == RIPE + timedelta(hours=24)
    assert state_of(decision.request) == RequestState.APPROVED


def test_nobody_approves_his_own_recommendation(supervisor):
    request = ripe_case()
    decision = recommend(request.pk, ids(request), why="Fine.", by=supervisor, **WITH)
    with refused_with("same_person"):
        approve(decision.pk, by=supervisor, **WITH)


def test_the_database_itself_refuses_one_person_in_both_roles(supervisor):
    decision = recommended_case()
    with pytest.raises(IntegrityError, match="approval_takes_two_people"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(decided_by=decision.recommended_by)


def test_the_database_itself_refuses_an_approval_within_240_hours():
    request = fresh_case()
    with pytest.raises(IntegrityError, match="K1"), transaction.atomic():
        Decision.objects.create(
            request=request,
            kind="approval",
            state="approved",
            recommended_by=UserFactory(),
            decided_by=UserFactory(),
            decided_at=request.received_at + timedelta(hours=240, seconds=-1),
        )


def test_support_and_superusers_do_not_approve(support):
    decision = recommended_case()
    superuser = UserFactory(is_superuser=True, is_staff=True)
    assert not is_supervisor(superuser)
    for user in (support, superuser):
        with refused_with("supervisor"):
            approve(decision.pk, by=user, **WITH)
    with refused_with("factor"):
        approve(decision.pk, by=UserFactory(supervisor=True), now=RIPE, factor=None)


def test_approval_judges_all_of_k2_again(supervisor):
    decision = recommended_case()
    decision.request.filing.documents.filter(kind="owner_identity").update(
        state=DocumentState.TO_REVIEW
    )
    with refused_with("blocked") as caught:
        approve(decision.pk, by=supervisor, **WITH)
    assert [b.code for b in caught.value.blockers] == [BlockerCode.DOCUMENT_TO_REVIEW]


def test_a_sign_of_life_after_the_recommendation_stops_the_approval(supervisor):
    decision = recommended_case()
    HolderSign.objects.create(request=decision.request, kind=SignKind.OBJECTION, at=RIPE)
    with refused_with("blocked"):
        approve(decision.pk, by=supervisor, **WITH)


def test_present_and_former_contacts_and_the_claimant_are_told_of_an_approval():
    request = ripe_case()
    former = ContactMethodFactory(account=request.account, former=True, ended_at=RIPE)
    an_email(request, former.value, request.received_at)
    decision = recommend(
        request.pk, ids(request), why="Fine.", by=UserFactory(support=True), **WITH
    )
    approve(decision.pk, by=UserFactory(supervisor=True), **WITH)
    current = request.account.contact_methods.get(kind="email", ended_at__isnull=True)
    assert mails("decision_hold") == sorted([current.value, former.value])
    assert mails("decision_approved") == [request.filing.email]
    told = OutgoingMail.objects.filter(kind="decision_hold").first()
    assert "[[" in told.text  # a placeholder, no link: what the holder was told stays readable
    assert not told.sensitive


def test_an_approval_names_its_services_and_the_others_stay_open(supervisor, support):
    request = ripe_case(services=2)
    first, second = ids(request)
    decision = recommend(request.pk, [first], why="This one.", by=support, **WITH)
    approve(decision.pk, by=supervisor, **WITH)
    found = dict(request.services.values_list("pk", "state"))
    assert found == {first: RequestState.APPROVED, second: RequestState.RECEIVED}
    assert state_of(request) == RequestState.RECEIVED


def test_a_rival_blocks_and_the_database_refuses_two_approvals(supervisor, support):
    decision = recommended_case()
    mine = decision.request.services.get()
    rival = TransferRequestFactory(
        filing=FilingFactory(), account=decision.request.account, services=0
    )
    theirs = RequestedServiceFactory(request=rival, service=mine.service)
    with refused_with("blocked") as caught:
        approve(decision.pk, by=supervisor, **WITH)
    assert [b.code for b in caught.value.blockers] == [BlockerCode.RIVALS]
    theirs.state = RequestState.APPROVED
    theirs.save()
    mine.state = RequestState.APPROVED
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.save()


# -- refusing and contesting -------------------------------------------------------------------


def test_a_refusal_needs_one_supervisor_and_a_reason_and_stops_the_attempts(supervisor, support):
    request = fresh_case()
    with refused_with("supervisor"):
        refuse(request.pk, ids(request), reason="Unfounded.", by=support, **WITH)
    with refused_with("reason"):
        refuse(request.pk, ids(request), reason="", by=supervisor, **WITH)
    refuse(request.pk, ids(request), reason="Unfounded.", by=supervisor, **WITH)
    assert state_of(request) == RequestState.REFUSED
    assert (request.next_attempt_at, request.ended_at) == (None, RIPE)
    assert mails("decision_refused") == [request.filing.email]
    assert Letter.objects.get().kind == LetterKind.REFUSED


def test_a_name_that_is_not_here_is_refused_in_the_same_words(supervisor):
    hosted, unknown = fresh_case(), fresh_case(unknown=True)
    texts = []
    for request in (hosted, unknown):
        refuse(request.pk, ids(request), reason="Not possible.", by=supervisor, **WITH)
        text = OutgoingMail.objects.get(stream=request.stream, kind="decision_refused").text
        name = request.services.get().display_name
        key = request.filing_id.hex
        texts.append(
            text.replace(name, "NAME").replace(request.filing.number, "N").replace(key, "K")
        )
    first, second = (re.sub(r"\[\[link:.*?\]\]", "LINK", text) for text in texts)
    assert first == second


def test_a_refusal_in_the_hold_voids_the_approval(supervisor):
    decision = approved_case()
    refuse(decision.request_id, ids(decision.request), reason="Fraud.", by=supervisor, **WITH)
    decision.refresh_from_db()
    assert (decision.state, state_of(decision.request)) == (
        DecisionState.VOIDED,
        RequestState.REFUSED,
    )


def a_refusal(by) -> Decision:
    request = ripe_case()
    return refuse(request.pk, ids(request), reason="Not convinced.", by=by, **WITH)


def test_a_refusal_is_contested_once_within_30_days(supervisor):
    other = UserFactory(supervisor=True)
    decision = a_refusal(supervisor)
    with refused_with("late"):
        contest(decision.pk, text="But!", now=RIPE + timedelta(days=30))
    contest(decision.pk, text="But!", now=RIPE + timedelta(days=30, microseconds=-1))
    assert mails("decision_contested") == [other.email]
    with refused_with("late"):
        contest(decision.pk, text="Again!", now=RIPE + timedelta(days=1))


def test_a_contest_goes_to_another_supervisor(supervisor, support):
    decision = a_refusal(supervisor)
    with refused_with("state"):
        decide_contest(
            decision.pk, refusal_stands=True, reason="No.", by=UserFactory(supervisor=True), **WITH
        )
    contest(decision.pk, text="But!", now=RIPE)
    for user, code in ((supervisor, "same_person"), (support, "supervisor")):
        with refused_with(code):
            decide_contest(decision.pk, refusal_stands=True, reason="No.", by=user, **WITH)


def test_a_refusal_that_stands_stays_final(supervisor):
    decision = a_refusal(supervisor)
    contest(decision.pk, text="But!", now=RIPE)
    decide_contest(
        decision.pk, refusal_stands=True, reason="Seen.", by=UserFactory(supervisor=True), **WITH
    )
    assert state_of(decision.request) == RequestState.REFUSED
    assert mails("decision_contest") == [decision.request.filing.email]


def test_a_contest_that_is_won_opens_the_request_with_a_new_run(supervisor):
    decision = a_refusal(supervisor)
    before = decision.request.received_at
    contest(decision.pk, text="But!", now=RIPE)
    decide_contest(
        decision.pk, refusal_stands=False, reason="Right.", by=UserFactory(supervisor=True), **WITH
    )
    request = decision.request
    assert state_of(request) == RequestState.RECEIVED
    assert (request.received_at, request.run_from, request.ended_at) == (before, RIPE, None)
    assert request.next_attempt_at is not None
    with refused_with("blocked") as caught:
        recommend(request.pk, ids(request), why="Go.", by=UserFactory(support=True), **WITH)
    assert BlockerCode.PERIOD_RUNNING in {b.code for b in caught.value.blockers}
