"""What people have to do today (C1, C3, C4, C8)."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.enums import ContactKind
from cessions.enums import OutcomeKind, SignKind
from cessions.services import manual, post, signs
from cessions.services.attempts import attempt_contacts
from cessions.services.attention import attention
from cessions.services.contact_tasks import CaseTasks, contact_tasks
from hosting.records.enums import MailOutcomeKind, MailState
from hosting.records.models import MailOutcome, OutgoingMail
from tests.factories import (
    ContactMethodFactory,
    CustomerAccountFactory,
    TransferRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
AFTERNOON = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)  # 16:00 in Paris


@pytest.fixture
def staff():
    return UserFactory(support=True)


@pytest.fixture
def request_():
    return TransferRequestFactory()


def case_of(request, now) -> CaseTasks:
    return next(case for case in contact_tasks(now) if case.request == request)


def accept_mails(now, **values) -> None:
    values = {"state": MailState.SENT, "accepted_at": now, "next_try_at": None} | values
    OutgoingMail.objects.filter(kind="holder_search").update(**values)


def refuse_mails(now) -> None:
    for mail in OutgoingMail.objects.filter(kind="holder_search"):
        MailOutcome.objects.create(mail=mail, at=now, kind=MailOutcomeKind.REFUSED, code=550)
    accept_mails(now, state=MailState.FAILED, accepted_at=None)


def call(request, staff, now, outcome=OutcomeKind.NO_ANSWER):
    phone = request.account.contact_methods.get(kind="phone")
    return manual.record_attempt(
        request.pk,
        channel=ContactKind.PHONE,
        address=phone.value,
        outcome=outcome,
        words="Hello",
        by=staff,
        now=now,
    )


def test_telephones_are_called_on_two_dates_of_the_run(request_, staff, now):
    needed = []
    for day in range(3):
        at = now + timedelta(days=day)
        needed.append(case_of(request_, at).tasks[0].needed)
        call(request_, staff, at)
        assert not case_of(request_, at).tasks[0].needed
    assert needed == [True, True, False]


def test_other_ways_are_tried_once(request_, staff, now):
    request_.account.contact_methods.filter(kind="phone").delete()
    ContactMethodFactory(account=request_.account, kind="signal", value="camille.42")
    task = case_of(request_, now).tasks[0]
    assert (task.wanted, task.needed) == (1, True)
    manual.record_attempt(
        request_.pk,
        channel="signal",
        address="camille.42",
        outcome=OutcomeKind.MESSAGE_SENT,
        words="Hello",
        by=staff,
        now=now,
    )
    assert not case_of(request_, now + timedelta(days=1)).tasks[0].needed


def test_a_number_that_does_not_exist_is_called_no_more(request_, staff, now):
    call(request_, staff, now, OutcomeKind.INVALID)
    later = case_of(request_, now + timedelta(days=1))
    assert not later.tasks[0].needed
    assert not case_of(request_, now).counts_today


def test_without_mail_people_try_each_day(staff, now):
    account = CustomerAccountFactory()
    ContactMethodFactory(account=account, phone=True)
    request = TransferRequestFactory(account=account)
    for day in range(4):
        at = now + timedelta(days=day)
        case = case_of(request, at)
        assert (case.mail, case.tasks[0].needed) == ("none", True)
        call(request, staff, at)


def test_from_four_in_the_afternoon_a_date_that_does_not_count_is_on_top(now, staff):
    fine = TransferRequestFactory(received_at=now - timedelta(days=1))
    attempt_contacts(now)
    accept_mails(now)
    waiting = TransferRequestFactory()
    assert [case.urgent for case in contact_tasks(AFTERNOON - timedelta(minutes=1))] == [False] * 2
    late = contact_tasks(AFTERNOON)
    assert [(case.request, case.urgent) for case in late] == [(waiting, True), (fine, False)]


def test_an_accepted_mail_counts_and_a_bounce_takes_the_date_away(request_, now):
    attempt_contacts(now)
    assert not case_of(request_, now).counts_today
    accept_mails(now)
    assert case_of(request_, now).counts_today
    accept_mails(now, bounced_at=now, state=MailState.BOUNCED)
    assert not case_of(request_, now).counts_today


def test_when_every_address_fails_a_registered_letter_has_to_be_posted(request_, staff, now):
    attempt_contacts(now)
    refuse_mails(now)
    case = case_of(request_, now)
    assert (case.mail, case.letter_needed, case.tasks[0].wanted) == ("dead", True, 3)
    letter = post.write_registered_letter(request_.pk, by=staff, now=now)
    assert case_of(request_, now).letter == letter


def test_a_posted_letter_is_needed_no_more(request_, staff, now):
    attempt_contacts(now)
    accept_mails(now, bounced_at=now, state=MailState.BOUNCED)
    manual.record_attempt(
        request_.pk,
        channel=ContactKind.POST,
        address="3 rue du Puits",
        outcome=OutcomeKind.LETTER_POSTED,
        words="",
        by=staff,
        now=now,
    )
    case = case_of(request_, now)
    assert (case.mail, case.letter_needed) == ("dead", False)


def test_what_was_done_before_a_new_run_does_not_count(request_, staff, now):
    call(request_, staff, now)
    later = now + timedelta(days=3)
    type(request_).objects.update(run_from=later)
    assert case_of(request_, later).tasks[0].tried.dates == 0


def test_waiting_and_ended_cases_and_unknown_names_are_not_on_the_list(request_, now):
    TransferRequestFactory(unknown=True)
    type(request_).objects.update(waits_until=now + timedelta(days=1))
    assert contact_tasks(now) == []


def test_the_list_takes_few_queries_whatever_its_length(now, django_assert_num_queries):
    for _ in range(8):
        TransferRequestFactory()
    attempt_contacts(now)
    with django_assert_num_queries(9):
        assert len(contact_tasks(now)) == 8


def test_answers_that_wait_for_people_are_listed(request_, now):
    attempt_contacts(now)
    link = request_.answer_links.get()
    request_.account.contact_methods.filter(kind="email").update(ended_at=now)
    sign = signs.holder_answered(link, SignKind.THEFT, now)
    found = attention(now)
    assert found.to_judge == [sign]
    assert found.alarms == [sign]
    staff = UserFactory(support=True)
    signs.judge_sign(sign.pk, was_holder=False, reason="a joke", by=staff, now=now)
    assert not attention(now)
