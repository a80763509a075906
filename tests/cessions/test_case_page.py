"""The page of a case: everything on it, nothing past the verbs (D4, K2, T7, X1, A10)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.enums import HolderEventKind
from cessions.admin import case as case_admin
from cessions.enums import (
    DecisionState,
    DocumentKind,
    DocumentState,
    RequestState,
    SignJudgement,
    SignKind,
)
from cessions.models import (
    CaseComment,
    Decision,
    HolderSign,
    LegalHold,
    TransferRequest,
)
from cessions.policies import BlockerCode, Topic, may_tell
from cessions.services.destruction import destroy_due
from cessions.services.execution import execute_due
from cessions.services.review import accept_document
from cessions.services.withdrawal import withdraw
from hosting.lib import clock
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry
from tests.cessions.cases import (
    RIPE,
    a_document,
    approved_case,
    fresh_case,
    ids,
    recommended_case,
    ripe_case,
)
from tests.cessions.people import a_full_house, an_event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: RIPE)
    for module in ("cessions.admin.case", "cessions.admin.case_forms", "hosting.lib.admin"):
        monkeypatch.setattr(f"{module}.now", lambda: RIPE, raising=False)


@pytest.fixture
def sign_in(client):
    """Signs a user with a password in; returns him."""

    def signed_in(**fields):
        user = UserFactory(**fields)
        user.set_password(PASSWORD)
        user.save()
        client.force_login(user, backend="accounts.backends.SessionBackend")
        return user

    return signed_in


def page(request: TransferRequest) -> str:
    return reverse("admin:cessions_transferrequest_change", args=[request.pk])


def verb(request: TransferRequest, slug: str, *part: int) -> str:
    return reverse(f"admin:cessions_transferrequest_{slug}", args=[request.pk, *part])


def test_the_page_takes_at_most_three_queries_beyond_session_and_user(
    client, sign_in, django_assert_max_num_queries
):
    sign_in(support=True)
    request = approved_case(services=2).request
    client.get(page(request))
    with django_assert_max_num_queries(5):
        answer = client.get(page(request))
    assert answer.status_code == 200
    assert request.number in answer.content.decode()


@pytest.mark.parametrize("who", [{}, {"is_staff": True}, {"is_superuser": True, "is_staff": True}])
def test_who_is_in_no_group_sees_no_case(client, sign_in, who):
    sign_in(**who)
    assert client.get(page(fresh_case())).status_code in (302, 403)


def test_every_state_of_a_case_has_a_page(client, sign_in):
    sign_in(supervisor=True)
    executed = approved_case()
    execute_due(RIPE + timedelta(hours=24))
    cases = [
        fresh_case(),
        fresh_case(unknown=True),
        fresh_case(received_at=RIPE),
        ripe_case(dates=4),
        ripe_case(services=2),
        recommended_case().request,
        approved_case().request,
        executed.request,
    ]
    for request in cases:
        assert client.get(page(request)).status_code == 200, request
    assert client.get("/admin/cessions/transferrequest/999999/change/").status_code == 404
    assert client.get("/admin/cessions/transferrequest/abc/change/").status_code == 404


def test_a10_the_page_shows_which_reasons_may_be_told_to_the_claimant(client, sign_in):
    sign_in(support=True)
    answer = client.get(page(fresh_case(received_at=RIPE)))
    inside = {entry["blocker"].code for entry in answer.context["blockers"]}
    told = {blocker.code for blocker in answer.context["to_tell"]}
    assert BlockerCode.PERIOD_RUNNING in inside
    assert BlockerCode.TOO_EARLY in told
    assert told < inside
    assert BlockerCode.PERIOD_RUNNING not in told
    unknown = client.get(page(fresh_case(unknown=True, received_at=RIPE)))
    assert BlockerCode.SERVICE_UNKNOWN not in {b.code for b in unknown.context["to_tell"]}


def test_blockers_are_shown_in_words_with_the_instant_that_lifts_them(client, sign_in, monkeypatch):
    sign_in(support=True)
    request = fresh_case(received_at=RIPE)
    answer = client.get(page(request))
    shown = {entry["blocker"].code: entry["blocker"] for entry in answer.context["blockers"]}
    assert shown["too_early"].lifts_at == answer.context["why"].earliest_at
    for blocker in shown.values():
        assert str(blocker.words) in answer.content.decode().replace("&#x27;", "'")


def test_a_button_that_cannot_be_used_says_why(client, sign_in):
    sign_in(support=True)
    buttons = {b.label: b.why_not for b in client.get(page(fresh_case())).context["decide"]}
    assert buttons["Recommend the transfer"]
    assert buttons["Refuse the request"] == "Only a supervisor can do this."
    ripe = {b.label: b.why_not for b in client.get(page(ripe_case())).context["decide"]}
    assert ripe["Recommend the transfer"] == ""


def test_nobody_is_offered_to_approve_his_own_recommendation(client, sign_in):
    user = sign_in(supervisor=True)
    decision = recommended_case()
    Decision.objects.update(recommended_by=user)
    buttons = {b.label: b.why_not for b in client.get(page(decision.request)).context["decide"]}
    assert buttons["Approve the transfer"] == "A second person has to do this."


def test_the_page_leads_to_the_next_document_to_check(client, sign_in):
    user = sign_in(support=True)
    request = fresh_case()
    first, second = a_document(request), a_document(request)
    assert client.get(page(request)).context["next_document"] == first.pk
    accept_document(first.pk, by=user, now=RIPE, valid_until=date(2030, 1, 1))
    assert client.get(page(request)).context["next_document"] == second.pk


def test_the_journal_names_people_and_speaks_no_codes(client, sign_in):
    user = sign_in(support=True)
    request = fresh_case()
    accept_document(a_document(request, DocumentKind.INVOICE).pk, by=user, now=RIPE)
    line = client.get(page(request)).context["journal"][0]
    assert (line["words"], line["actor"]) == ("Document accepted", user.full_name or user.email)


def test_a_file_that_nobody_can_open_says_so(client, sign_in):
    sign_in(support=True)
    request = fresh_case()
    for state in ScanState.values:
        a_document(request, scan=state)
    shown = client.get(page(request)).context["documents"]
    assert {each["row"].scan_state: each["closed"] for each in shown} == {
        state: state != ScanState.CLEAN for state in ScanState.values
    }


def test_recommending_and_approving_take_two_people_with_their_factors(client, sign_in):
    sign_in(support=True)
    request = ripe_case()
    data = {"services": ids(request), "why": "All in order.", "factor": "wrong"}
    client.post(verb(request, "recommend"), data)
    assert not Decision.objects.exists()
    assert JournalEntry.objects.filter(event="factor_refused").count() == 1
    client.post(verb(request, "recommend"), data | {"factor": PASSWORD})
    decision = Decision.objects.get()
    sign_in(supervisor=True)
    client.post(verb(request, "approve", decision.pk), {"factor": PASSWORD})
    decision.refresh_from_db()
    assert decision.state == DecisionState.APPROVED


def test_a_user_without_a_factor_decides_nothing(client, sign_in):
    user = sign_in(supervisor=True)
    user.set_unusable_password()
    user.save()
    client.force_login(user, backend="accounts.backends.SessionBackend")
    request = fresh_case()
    answer = client.post(
        verb(request, "refuse-request"),
        {"services": ids(request), "reason": "No.", "factor": "anything"},
    )
    assert answer.status_code == 200
    request.refresh_from_db()
    assert request.state == RequestState.RECEIVED


def test_no_field_of_a_form_and_no_bulk_action_goes_round_the_verbs(client, sign_in):
    sign_in(is_superuser=True, supervisor=True)
    request = fresh_case()
    client.post(page(request), {"state": "approved", "received_at_0": "2020-01-01"})
    client.post(
        reverse("admin:cessions_transferrequest_changelist"),
        {"action": "delete_selected", "_selected_action": [request.pk]},
    )
    request.refresh_from_db()
    assert request.state == RequestState.RECEIVED
    assert client.get(reverse("admin:cessions_transferrequest_add")).status_code == 403
    delete = reverse("admin:cessions_transferrequest_delete", args=[request.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    admin = case_admin.TransferRequestAdmin
    assert admin.actions is None


def test_alarms_and_judgements_stand_on_top(client, sign_in):
    sign_in(supervisor=True)
    request = fresh_case()
    HolderSign.objects.create(request=request, kind=SignKind.THEFT, at=RIPE)
    HolderSign.objects.create(
        request=request,
        kind=SignKind.MESSAGE,
        at=RIPE,
        judgement=SignJudgement.PENDING,
        former_contact=True,
    )
    alerts = client.get(page(request)).context["alerts"]
    assert [alert.tone for alert in alerts] == ["error", "warning"]


def test_a_voided_approval_is_said_with_its_reason_in_words(client, sign_in):
    sign_in(supervisor=True)
    decision = approved_case()
    HolderSign.objects.create(request=decision.request, kind=SignKind.MESSAGE, at=RIPE)
    execute_due(RIPE + timedelta(hours=24))
    alerts = client.get(page(decision.request)).context["alerts"]
    assert [alert.detail for alert in alerts][:1] == ["the holder gave a sign of life"]


def test_an_approval_that_could_not_be_carried_out_is_an_alert(client, sign_in, monkeypatch):
    sign_in(support=True)
    decision = approved_case()
    address = page(decision.request)
    assert client.get(address).context["alerts"] == []
    monkeypatch.setattr(clock, "now", lambda: decision.executes_at + timedelta(minutes=15))
    (alert,) = client.get(address).context["alerts"]
    assert alert.tone == "error"


def test_gaps_of_the_search_are_shown_with_their_cause(client, sign_in):
    sign_in(support=True)
    request = ripe_case(dates=3)
    strip = client.get(page(request)).context["strip"]
    assert [day.kind for day in strip["days"]][:4] == ["counts", "counts", "counts", "gap"]
    assert {gap.cause for gap in strip["gaps"]} == {"No attempt was made: our software was down."}


def test_a_comment_is_kept_with_its_author(client, sign_in):
    user = sign_in(support=True)
    request = fresh_case()
    client.post(verb(request, "comment"), {"text": "Rang twice."})
    comment = CaseComment.objects.get()
    assert (comment.author, comment.text) == (user, "Rang twice.")
    assert "Rang twice." in client.get(page(request)).content.decode()


def test_a_case_is_assigned_to_staff_only(client, sign_in):
    sign_in(support=True)
    request, colleague, stranger = fresh_case(), UserFactory(support=True), UserFactory()
    client.post(verb(request, "assign"), {"to": stranger.pk})
    request.refresh_from_db()
    assert request.assigned_to is None
    client.post(verb(request, "assign"), {"to": colleague.pk})
    request.refresh_from_db()
    assert request.assigned_to == colleague


def test_the_page_says_what_the_claimant_may_be_told_by_the_one_function_of_a10(client, sign_in):
    sign_in(support=True)
    claimant = client.get(page(fresh_case())).context["receivers"][0]
    topics = {topic: may_tell(topic) for topic in Topic}
    assert (len(claimant.told), len(claimant.not_told)) == (
        sum(topics.values()),
        len(topics) - sum(topics.values()),
    )


def test_the_page_takes_no_further_query_however_much_is_known(
    client, sign_in, django_assert_max_num_queries
):
    """Contracts, trusted people, events, powers, sign-ins and other requests come in the statement."""
    sign_in(support=True)
    request = a_full_house()
    client.get(page(request))
    with django_assert_max_num_queries(5):
        answer = client.get(page(request))
    assert len(answer.context["receivers"]) == 6
    assert len(answer.context["warnings"]) == 6


def test_a12_the_advice_is_asked_for_whoever_told_of_the_event(client, sign_in):
    sign_in(supervisor=True)
    request = fresh_case()
    an_event(request.account, HolderEventKind.DEATH)
    assert "Record the advice taken" in {b.label for b in client.get(page(request)).context["work"]}


# -- Legal hold and destruction (D7) -------------------------------------------------------------


def test_a_supervisor_holds_and_lifts_with_password_and_reason(client, sign_in):
    sign_in(supervisor=True)
    request = fresh_case()
    assert "Set a legal hold" in client.get(page(request)).content.decode()
    words = {"reason": "The police asks, file 12.", "factor": PASSWORD}
    refused = client.post(verb(request, "hold"), {**words, "factor": "wrong"})
    assert refused.status_code == 200
    assert client.post(verb(request, "hold"), words).status_code == 302
    shown = client.get(page(request)).content.decode()
    assert "nothing of this case is destroyed" in shown
    assert "The police asks, file 12." in shown
    assert "Legal hold set" in shown
    assert client.post(verb(request, "hold-lift"), words).status_code == 302
    assert "nothing of this case is destroyed" not in client.get(page(request)).content.decode()
    held = LegalHold.objects.get()
    assert (held.lifted_because, held.lifted_at) == ("The police asks, file 12.", RIPE)


def test_support_reads_of_a_hold_but_cannot_set_one(client, sign_in):
    sign_in(support=True)
    request = fresh_case()
    assert "Set a legal hold: Only a supervisor" in client.get(page(request)).content.decode()
    words = {"reason": "x", "factor": PASSWORD}
    answer = client.post(verb(request, "hold"), words).content.decode()
    assert "Only a supervisor can do this." in answer
    assert not LegalHold.objects.exists()


def test_a_destroyed_document_says_when_and_who_had_checked_it(client, sign_in):
    sign_in(support=True)
    reviewer = UserFactory(support=True, full_name="Claire Reviewer")
    request = fresh_case()
    document = a_document(
        request,
        DocumentKind.CLAIMANT_IDENTITY,
        state=DocumentState.ACCEPTED,
        reviewed_by=reviewer,
        reviewed_at=RIPE,
        valid_until=RIPE.date(),
    )
    withdraw(request.filing, now=RIPE)
    assert "Identity documents are destroyed on" in client.get(page(request)).content.decode()
    destroy_due(RIPE + timedelta(days=30))
    shown = client.get(page(request)).content.decode()
    assert "destroyed on" in shown
    assert "Identity documents were destroyed on" in shown
    assert "Checked by Claire Reviewer" in shown
    assert document.file.original_name not in shown
    assert "Document destroyed" in shown
