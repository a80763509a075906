"""Eligibility lost by a note that can be contested, and given back by a note (I13, I14, A6)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.services.notes import eligibility_of
from hosting.records.models import OutgoingMail
from interventions.services import answers, eligibility
from interventions.services.states import NotPossible
from tests import factories
from tests.interventions import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = timedelta(hours=24)


def complaint_on(intervention, made_at, **fields):
    return eligibility.record_complaint(
        intervention,
        text="You broke my shop.",
        made_at=made_at,
        by=intervention.technician,
        now=fields.get("now", made_at),
    )


def revoked(now):
    intervention = cases.unanswered(now)
    complaint = complaint_on(intervention, now + 3 * DAY)
    eligibility.revoke_eligibility(
        complaint, reason="Complained late.", by=intervention.technician, now=now + 3 * DAY
    )
    return intervention


def test_a_late_complaint_lets_staff_revoke_by_a_note_and_the_client_is_told(now):
    intervention = revoked(now)
    found = eligibility_of(intervention.ticket.account)
    assert not found.eligible
    mail = OutgoingMail.objects.get(kind="intervention_revoked")
    assert "Complained late." in mail.text
    assert "/assistance/contester/" in mail.text


def test_silence_alone_revokes_nothing_and_nothing_is_automatic(now):
    intervention = cases.unanswered(now)
    complaint_on(intervention, now + 3 * DAY)
    assert eligibility_of(intervention.ticket.account).eligible


def test_who_answered_in_time_cannot_lose_it(now):
    intervention = cases.asked(now)
    answers.validate(intervention, areas=cases.AREAS, remark="", now=now + DAY / 2)
    complaint = complaint_on(intervention, now + 3 * DAY)
    with pytest.raises(NotPossible, match="I13"):
        eligibility.revoke_eligibility(
            complaint, reason="x", by=intervention.technician, now=now + 3 * DAY
        )


def test_a_complaint_of_the_future_is_refused(now):
    intervention = cases.unanswered(now)
    with pytest.raises(ValidationError):
        complaint_on(intervention, now + 4 * DAY, now=now + 3 * DAY)


def test_revoked_twice_is_refused(now):
    intervention = revoked(now)
    again = complaint_on(intervention, now + 4 * DAY)
    with pytest.raises(NotPossible, match="already"):
        eligibility.revoke_eligibility(
            again, reason="x", by=intervention.technician, now=now + 4 * DAY
        )


def test_a_contest_is_answered_by_another_supervisor_and_gives_it_back(now):
    account = revoked(now).ticket.account
    contest = eligibility.contest(account, text="I wrote to you in time.", now=now + 4 * DAY)
    with pytest.raises(NotPossible, match="already"):
        eligibility.contest(account, text="again", now=now + 4 * DAY)
    supervisor = factories.UserFactory(supervisor=True)
    eligibility.answer_contest(
        contest, granted=True, answer="You are right.", by=supervisor, now=now + 5 * DAY
    )
    assert eligibility_of(account).eligible
    assert OutgoingMail.objects.filter(kind="intervention_contest").count() == 1
    with pytest.raises(NotPossible):
        eligibility.answer_contest(contest, granted=False, answer="x", by=supervisor, now=now)


def test_who_wrote_the_note_does_not_answer_the_contest(now):
    account = revoked(now).ticket.account
    contest = eligibility.contest(account, text="No.", now=now + 4 * DAY)
    author = contest.note.author
    author.groups.add(*factories.UserFactory(supervisor=True).groups.all())
    author = type(author).objects.get(pk=author.pk)
    with pytest.raises(NotPossible, match="Somebody else"):
        eligibility.answer_contest(contest, granted=True, answer="x", by=author, now=now + 5 * DAY)


def test_an_eligible_account_has_nothing_to_contest(now):
    account = factories.CustomerAccountFactory()
    with pytest.raises(NotPossible):
        eligibility.contest(account, text="Why?", now=now)
