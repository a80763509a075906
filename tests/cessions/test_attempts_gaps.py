"""Gaps are shown with their cause, and a correction never makes a date count (C3, C4)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import ContactMethod
from cessions.enums import OutcomeKind, SignKind
from cessions.facts import contact_facts
from cessions.policies import period
from cessions.policies.gaps import Gap, GapCause
from cessions.reasoning import reason
from cessions.services import manual, signs, undo
from cessions.services.attempts import attempt_contacts
from cessions.snapshot import case_of_request
from hosting.lib.factor import Factor
from hosting.records.enums import MailOutcomeKind, MailState
from hosting.records.models import MailOutcome, OutgoingMail
from tests.factories import TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def request_():
    return TransferRequestFactory()


def sent(now, **values) -> OutgoingMail:
    """The last message to the holder went out as `values` say."""
    mail = OutgoingMail.objects.filter(kind="holder_search").latest("id")
    OutgoingMail.objects.filter(pk=mail.pk).update(
        **{"state": MailState.SENT, "accepted_at": now, "next_try_at": None} | values
    )
    return mail


def shown(request, at) -> list[tuple[date, str]]:
    """The dates that the case page and `explain_case` show with a cause, and the words."""
    case = case_of_request(request.pk)
    days = reason(case, case.requests[0], at).days
    return [(day.day, day.cause) for day in days if day.cause]


def gaps(*expected: tuple[date, GapCause]) -> list[tuple[date, str]]:
    return [(day, Gap(day, cause).words) for day, cause in expected]


def test_a_date_with_an_accepted_mail_is_no_gap_and_today_is_none_yet(request_, now):
    attempt_contacts(now)
    sent(now)
    assert shown(request_, now + DAY) == []


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"bounced_at": datetime(2026, 6, 9, 15, 0, tzinfo=UTC)}, GapCause.BOUNCED),
        ({"accepted_at": None, "state": MailState.FAILED}, GapCause.NOT_DELIVERED),
        ({"accepted_at": None, "state": MailState.DEFERRED}, GapCause.NOT_DELIVERED),
    ],
)
def test_a_mail_in_vain_is_the_cause(values, cause, request_, now):
    attempt_contacts(now)
    sent(now, **values)
    assert shown(request_, now + DAY) == gaps((date(2026, 6, 9), cause))


def test_a_refused_mail_is_the_cause(request_, now):
    attempt_contacts(now)
    mail = sent(now, accepted_at=None, state=MailState.FAILED)
    MailOutcome.objects.create(mail=mail, at=now, kind=MailOutcomeKind.REFUSED, code=550)
    assert shown(request_, now + DAY) == gaps((date(2026, 6, 9), GapCause.REFUSED))


def test_no_attempt_although_an_address_is_on_file_means_that_the_server_was_down(request_, now):
    assert shown(request_, now + 2 * DAY) == gaps(
        (date(2026, 6, 9), GapCause.SERVER_DOWN),
        (date(2026, 6, 10), GapCause.SERVER_DOWN),
    )


def test_no_attempt_without_an_address_means_that_nobody_tried(request_, now):
    ContactMethod.objects.filter(kind="email").delete()
    assert shown(request_, now + DAY) == gaps((date(2026, 6, 9), GapCause.NOBODY_TRIED))


def test_a_number_that_does_not_exist_is_a_cause(request_, now):
    ContactMethod.objects.filter(kind="email").delete()
    log(request_, now, OutcomeKind.INVALID)
    assert shown(request_, now + DAY) == gaps((date(2026, 6, 9), GapCause.INVALID))


def test_the_time_of_a_mistaken_record_stays_a_gap(request_, now):
    attempt_contacts(now)
    sent(now)
    signs.holder_answered(request_.answer_links.get(), SignKind.OBJECTION, now + timedelta(hours=1))
    first, second = UserFactory.create_batch(2, support=True)
    act = undo.propose_undo(
        request_.pk, reason="a mistake", by=first, now=now + 2 * DAY, factor=Factor.TOTP
    )
    undo.confirm_undo(act.pk, by=second, now=now + 3 * DAY, factor=Factor.TOTP)
    assert shown(request_, now + 4 * DAY) == gaps(
        (date(2026, 6, 10), GapCause.STOPPED),
        (date(2026, 6, 11), GapCause.STOPPED),
        (date(2026, 6, 12), GapCause.SERVER_DOWN),
    )


def test_a_name_that_is_not_here_has_no_gaps(now):
    assert shown(TransferRequestFactory(unknown=True), now + DAY) == []


def log(request, now, *outcomes) -> None:
    phone = request.account.contact_methods.get(kind="phone")
    for outcome in outcomes:
        manual.record_attempt(
            request.pk,
            channel="phone",
            address=phone.value,
            outcome=outcome,
            words="Hello",
            by=UserFactory(),
            now=now,
        )


@pytest.mark.parametrize(
    ("outcomes", "counts"),
    [
        ([OutcomeKind.NO_ANSWER], True),
        ([OutcomeKind.INVALID], False),
        ([OutcomeKind.VOICEMAIL, OutcomeKind.INVALID], False),
        ([OutcomeKind.INVALID, OutcomeKind.NO_ANSWER], True),
    ],
)
def test_the_last_result_of_a_call_decides_whether_it_counts(outcomes, counts, request_, now):
    log(request_, now, *outcomes)
    case = case_of_request(request_.pk)
    facts = contact_facts(case, case.requests[0], case.services[0], now)
    assert period(facts, now).today_counts is counts


def test_a_result_added_on_a_later_date_never_makes_a_date_count(request_, now):
    log(request_, now, OutcomeKind.INVALID)
    attempt = request_.attempts.get()
    attempt.outcomes.create(at=now + DAY, kind=OutcomeKind.NO_ANSWER, by=UserFactory())
    case = case_of_request(request_.pk)
    facts = contact_facts(case, case.requests[0], case.services[0], now + 2 * DAY)
    assert date(2026, 6, 9) in period(facts, now + 2 * DAY).gaps
