"""The list of cases: what must be looked at first stands first (C4, C7, C10, X1, X3)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from cessions import worklist
from cessions.enums import DocumentKind, RequestState, SignJudgement, SignKind
from cessions.models import HolderSign, RequestedService, TransferRequest
from cessions.services.decisions import contest, refuse
from cessions.services.execution import execute_due
from hosting.lib import clock
from hosting.lib.factor import Factor
from tests.cessions.cases import (
    RIPE,
    accept_all,
    approved_case,
    fresh_case,
    ids,
    recommended_case,
    ripe_case,
    seek,
)
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
MORNING = RIPE
AFTERNOON = datetime(2026, 6, 20, 14, 0, tzinfo=UTC)  # 16:00 in Paris


def ranks(now: datetime = MORNING) -> dict[str, int]:
    return dict(worklist.to_do(now).values_list("number", "rank"))


def order(now: datetime = MORNING) -> list[TransferRequest]:
    return list(worklist.to_do(now))


def test_a_case_past_its_ten_days_comes_before_a_younger_one():
    young, old = fresh_case(received_at=RIPE - timedelta(days=2)), fresh_case()
    assert order() == [old, young]


def test_a_case_with_an_accepted_contract_comes_first_among_its_like():
    plain, contracted = fresh_case(), fresh_case()
    accept_all(contracted, [DocumentKind.CONTRACT])
    assert order() == [contracted, plain]


def test_a_date_that_does_not_count_is_urgent_from_sixteen_hours_local():
    quiet = fresh_case(received_at=RIPE - timedelta(days=1))
    sought = fresh_case(received_at=RIPE - timedelta(days=2))
    seek(sought, 3)
    before = AFTERNOON - timedelta(microseconds=1)
    assert set(ranks(before).values()) == {worklist.OTHER}
    assert ranks(AFTERNOON) == {
        quiet.number: worklist.NOT_TODAY,
        sought.number: worklist.OTHER,
    }


def test_what_nobody_can_be_sought_for_is_not_urgent():
    unknown = fresh_case(unknown=True)
    waiting = fresh_case(waits_until=AFTERNOON + timedelta(days=3))
    assert worklist.NOT_TODAY not in ranks(AFTERNOON).values()
    assert {unknown.number, waiting.number} == set(ranks(AFTERNOON))


def test_a_voided_approval_stands_above_what_is_merely_due():
    decision = approved_case()
    HolderSign.objects.create(request=decision.request, kind=SignKind.MESSAGE, at=RIPE)
    execute_due(RIPE + timedelta(hours=24))
    due = fresh_case()
    assert [row.number for row in order()] == [decision.request.number, due.number]
    assert ranks()[decision.request.number] == worklist.VOIDED


def test_a_theft_stands_on_top_until_somebody_takes_care_of_it():
    request = fresh_case(state=RequestState.HOLDER_REACHED)
    sign = HolderSign.objects.create(request=request, kind=SignKind.THEFT, at=RIPE)
    assert ranks() == {request.number: worklist.ALARM}
    sign.judged_at, sign.judged_by = RIPE, UserFactory(supervisor=True)
    sign.save()
    assert ranks() == {}


def test_a_sign_of_life_in_the_lock_is_an_alarm_and_before_it_is_not():
    decision = approved_case()
    HolderSign.objects.create(
        request=decision.request,
        kind=SignKind.MESSAGE,
        at=RIPE - timedelta(days=1),
        judgement=SignJudgement.DISMISSED,
    )
    executed = RIPE + timedelta(hours=24)
    execute_due(executed)
    now = executed + timedelta(days=1)
    assert ranks(now) == {}
    HolderSign.objects.create(request=decision.request, kind=SignKind.MESSAGE, at=now)
    assert ranks(now) == {decision.request.number: worklist.ALARM}


def test_contests_judgements_and_recommendations_are_told_apart():
    contested = fresh_case()
    decision = refuse(
        contested.pk,
        ids(contested),
        reason="No.",
        by=UserFactory(supervisor=True),
        now=RIPE,
        factor=Factor.TOTP,
    )
    contest(decision.pk, text="But!", now=RIPE)
    judged = fresh_case()
    HolderSign.objects.create(
        request=judged, kind=SignKind.MESSAGE, at=RIPE, judgement=SignJudgement.PENDING
    )
    recommended = recommended_case().request
    assert ranks() == {
        contested.number: worklist.CONTESTED,
        judged.number: worklist.TO_JUDGE,
        recommended.number: worklist.RECOMMENDED,
    }


def test_an_approval_that_could_not_be_carried_out_is_said_after_a_quarter_of_an_hour():
    decision = approved_case()
    due = decision.executes_at
    late = due + timedelta(minutes=15)
    assert ranks(late - timedelta(seconds=1))[decision.request.number] == worklist.OTHER
    assert ranks(late)[decision.request.number] == worklist.OVERDUE


@pytest.fixture
def staff(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    user = UserFactory(support=True)
    client.force_login(user, backend="accounts.backends.SessionBackend")
    return user


LIST = "admin:cessions_transferrequest_changelist"


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(
    client, staff, django_assert_max_num_queries
):
    for _number in range(3):
        ripe_case()
        client.get(reverse(LIST))
        with django_assert_max_num_queries(11):
            assert client.get(reverse(LIST)).status_code == 200


def test_the_list_says_what_is_ripe_and_what_stands_in_the_way(client, staff):
    ripe, blocked = ripe_case(), fresh_case()
    rows = {row["request"].number: row for row in client.get(reverse(LIST)).context["rows"]}
    assert rows[ripe.number]["ripe"]
    assert rows[blocked.number]["blockers"]


def test_each_line_says_what_to_do_next(client, staff):
    ripe, fresh = ripe_case(), fresh_case()
    judged = recommended_case().request
    steps = {row["request"]: row["step"] for row in client.get(reverse(LIST)).context["rows"]}
    assert steps[ripe] == "Recommend the transfer"
    assert steps[judged] == "Approve, or take it back"
    assert steps[fresh] in {"Wait for the claimant", "Call or write to the holder"}


def test_a_case_is_found_by_number_address_account_and_service(client, staff):
    service = ServiceFactory(name="xn--bcher-kva.example")
    request = fresh_case(account=service.account, services=0)
    RequestedService.objects.create(
        filing=request.filing,
        request=request,
        kind="domain",
        name=service.name,
        service=service,
    )
    fresh_case()
    terms = [
        request.number.lower(),
        request.filing.number,
        request.filing.email.upper(),
        request.account.number,
        "bücher.example",
        "xn--bcher-kva.example",
    ]
    for term in terms:
        rows = client.get(reverse(LIST), {"q": term}).context["rows"]
        assert [row["request"] for row in rows] == [request], term
    assert client.get(reverse(LIST), {"q": "nothing like it"}).context["rows"] == []


def test_each_view_of_the_list_answers_and_holds_what_it_says(client, staff):
    mine = fresh_case(assigned_to=staff)
    over = fresh_case(state=RequestState.WITHDRAWN, ended_at=RIPE)
    other = fresh_case()
    expected = {
        "todo": {mine, other},
        "decide": {mine, other},
        "mine": {mine},
        "locked": set(),
        "ended": {over},
        "all": {mine, over, other},
        "rubbish": {mine, other},
    }
    for view, requests in expected.items():
        rows = client.get(reverse(LIST), {"view": view, "page": "x"}).context["rows"]
        assert {row["request"] for row in rows} == requests, view


def test_executed_cases_stand_among_those_in_the_lock(client, staff, monkeypatch):
    decision = approved_case()
    execute_due(RIPE + timedelta(hours=24))
    monkeypatch.setattr(clock, "now", lambda: RIPE + timedelta(hours=25))
    (row,) = client.get(reverse(LIST), {"view": "locked"}).context["rows"]
    assert row["request"] == decision.request
    assert row["next"][1] == RIPE + timedelta(days=31)
