"""A contest is answered by a supervisor who did not write the note (I13)."""

from datetime import timedelta

import pytest

from accounts.services.notes import eligibility_of
from hosting.records.models import OutgoingMail
from interventions.services import eligibility
from tests.factories import InternalNoteFactory, UserFactory
from tests.interventions import cases
from tests.interventions.desk import at, changelist, page, sign_in, verb

__all__ = ["at", "sign_in"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]
GRANT = {"granted": "yes", "answer": "You are right."}


def a_contest(now, **fields):
    account = cases.a_ticket(now).account
    InternalNoteFactory(account=account, effect="ineligible", **fields)
    return eligibility.contest(account, text="We were away.", now=now)


def test_a_supervisor_answers_once_and_the_client_is_told(client, sign_in, now):
    contest = a_contest(now)
    sign_in(supervisor=True)
    assert client.get(page(contest)).context["why_not_answer"] == ""
    assert client.post(verb(contest, "answer"), GRANT).status_code == 302
    assert eligibility_of(contest.note.account).eligible
    assert "answered already" in client.post(verb(contest, "answer"), GRANT).content.decode()
    assert OutgoingMail.objects.filter(kind="intervention_contest").count() == 1


def test_refused_the_account_stays_ineligible(client, sign_in, now):
    contest = a_contest(now)
    sign_in(supervisor=True)
    client.post(verb(contest, "answer"), {"granted": "no", "answer": "It stands."})
    assert not eligibility_of(contest.note.account).eligible


def test_support_reads_it_and_cannot_answer(client, sign_in, now):
    contest = a_contest(now)
    sign_in(support=True)
    assert client.get(page(contest)).context["why_not_answer"] == "Only a supervisor can do this."
    assert "Only a supervisor" in client.post(verb(contest, "answer"), GRANT).content.decode()
    assert not eligibility_of(contest.note.account).eligible


def test_who_wrote_the_note_is_told_that_somebody_else_must_answer(client, sign_in, now):
    author = UserFactory(supervisor=True)
    contest = a_contest(now, author=author)
    sign_in(author)
    assert "you wrote the note" in client.get(page(contest)).context["why_not_answer"]
    assert "you wrote the note" in client.post(verb(contest, "answer"), GRANT).content.decode()


def test_who_is_in_no_group_sees_no_contest(client, sign_in, now):
    contest = a_contest(now)
    sign_in(is_staff=True, is_superuser=True)
    for url in (page(contest), changelist("contest"), verb(contest, "answer")):
        assert client.get(url).status_code == 403


def test_what_waits_stands_first_and_rows_cost_no_queries(
    client, sign_in, now, django_assert_max_num_queries
):
    sign_in(supervisor=True)
    answered = a_contest(now)
    client.post(verb(answered, "answer"), GRANT)
    for hours in (2, 1):
        a_contest(now - timedelta(hours=hours))
        with django_assert_max_num_queries(9):
            rows = list(client.get(changelist("contest")).context["cl"].result_list)
        assert rows[-1] == answered
    found = client.get(changelist("contest"), {"answer": "given"}).context["cl"].result_list
    assert list(found) == [answered]
