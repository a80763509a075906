"""The daily search by e-mail (C1-C6, K4)."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.enums import ContactKind
from cessions.enums import RequestState, SignKind
from cessions.models import AnswerLink, ContactAttempt
from cessions.services import signs
from cessions.services.attempts import attempt_contacts
from hosting.lib import links
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import (
    ContactMethodFactory,
    CustomerAccountFactory,
    FilingFactory,
    RequestedServiceFactory,
    ServiceFactory,
    TransferRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    """A reseller whom nothing reaches yet."""
    return CustomerAccountFactory(full_name="Camille Durand", trade_name="Atelier Web")


@pytest.fixture
def request_(account):
    return TransferRequestFactory(account=account)


def addresses() -> list[str]:
    return sorted(ContactAttempt.objects.values_list("address", flat=True))


def test_first_attempt_goes_out_on_the_date_of_reception_and_the_next_at_eight(request_, now):
    ContactMethodFactory(account=request_.account)
    assert attempt_contacts(now) == 1
    attempt = ContactAttempt.objects.get()
    assert (attempt.at, attempt.local_date) == (now, date(2026, 6, 9))
    request_.refresh_from_db()
    assert request_.next_attempt_at == datetime(2026, 6, 10, 6, 0, tzinfo=UTC)


def test_nothing_is_due_twice_on_one_date(request_, now):
    ContactMethodFactory(account=request_.account)
    attempt_contacts(now)
    assert attempt_contacts(now + timedelta(hours=3)) == 0
    assert ContactAttempt.objects.count() == OutgoingMail.objects.count() == 1


def test_every_present_and_former_address_is_tried_within_twelve_months(request_, now):
    account = request_.account
    ContactMethodFactory(account=account, value="now@client.example")
    ContactMethodFactory(
        account=account, value="before@client.example", ended_at=now - timedelta(days=364)
    )
    ContactMethodFactory(
        account=account, value="long-ago@client.example", ended_at=now - timedelta(days=366)
    )
    ContactMethodFactory(account=account, phone=True)
    attempt_contacts(now)
    assert addresses() == ["before@client.example", "now@client.example"]


def test_the_holders_address_at_his_other_services_is_tried_but_not_his_clients(request_, now):
    account = request_.account
    ServiceFactory(
        account=account,
        registration__owner_name="CAMILLE  durand",
        registration__owner_email="camille@other.example",
    )
    ServiceFactory(account=account, registration__technical_contact="Atelier Web <tech@w.example>")
    ServiceFactory(account=account, registration__technical_contact="Friend <friend@f.example>")
    attempt_contacts(now)
    assert addresses() == ["camille@other.example", "tech@w.example"]


def test_an_address_on_file_twice_gets_one_message(request_, now):
    account = request_.account
    ContactMethodFactory(account=account, value="Camille@Client.example")
    ServiceFactory(
        account=account,
        registration__owner_name="Camille Durand",
        registration__owner_email="camille@client.example",
    )
    attempt_contacts(now)
    assert addresses() == ["camille@client.example"]
    assert OutgoingMail.objects.get().recipient == "Camille@Client.example"


def test_an_address_that_is_none_does_not_stop_the_others(request_, now):
    ContactMethodFactory(account=request_.account, value="not an address")
    ContactMethodFactory(account=request_.account, value="good@client.example")
    attempt_contacts(now)
    assert addresses() == ["good@client.example"]


def test_an_account_without_mail_moves_on_without_an_attempt(request_, now):
    ContactMethodFactory(account=request_.account, phone=True)
    assert attempt_contacts(now) == 1
    request_.refresh_from_db()
    assert request_.next_attempt_at == datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
    assert not ContactAttempt.objects.exists()


def test_a_name_that_is_not_here_gets_no_attempt(now):
    TransferRequestFactory(unknown=True)
    assert attempt_contacts(now) == 0
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("state", [RequestState.REFUSED, RequestState.HOLDER_REACHED])
def test_a_request_that_ended_is_never_written_about(state, request_, now):
    ContactMethodFactory(account=request_.account)
    type(request_).objects.update(state=state)
    attempt_contacts(now)
    request_.refresh_from_db()
    assert request_.next_attempt_at is None
    assert not ContactAttempt.objects.exists()


def test_the_search_goes_on_while_a_request_is_approved(request_, now):
    ContactMethodFactory(account=request_.account)
    type(request_).objects.update(state=RequestState.APPROVED)
    attempt_contacts(now)
    assert ContactAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("local", "sent"),
    [((7, 59), 0), ((8, 0), 1), ((19, 59), 1), ((23, 44), 1), ((23, 45), 0)],
)
def test_attempts_leave_between_eight_and_catch_up_until_a_quarter_to_midnight(local, sent):
    request = TransferRequestFactory(received_at=datetime(2026, 6, 8, 9, 0, tzinfo=UTC))
    hour, minute = local
    assert attempt_contacts(datetime(2026, 6, 9, hour - 2, minute, tzinfo=UTC)) == sent
    request.refresh_from_db()


def test_after_an_outage_of_days_today_is_done_and_no_past_is_invented(request_, now):
    ContactMethodFactory(account=request_.account)
    attempt_contacts(now + timedelta(days=3))
    assert [a.local_date for a in ContactAttempt.objects.all()] == [date(2026, 6, 12)]


def test_retries_end_at_a_quarter_to_midnight_of_the_date(request_, now):
    ContactMethodFactory(account=request_.account)
    attempt_contacts(now)
    assert OutgoingMail.objects.get().give_up_at == datetime(2026, 6, 9, 21, 45, tzinfo=UTC)


def test_the_message_says_what_is_claimed_until_when_and_where_to_answer(request_, now):
    ContactMethodFactory(account=request_.account, value="one@client.example")
    ContactMethodFactory(account=request_.account, value="two@client.example")
    attempt_contacts(now + timedelta(days=2))
    mail = OutgoingMail.objects.get(recipient="one@client.example")
    name = request_.services.get().display_name
    assert name in mail.text
    assert name in mail.html
    assert name in mail.subject
    assert "day 3" in mail.subject
    assert "20 June 2026" in mail.text
    assert not mail.sensitive  # the exact text is evidence (C5); it holds a placeholder, no link
    assert request_.filing.full_name not in mail.text
    assert request_.filing.email not in mail.text + mail.html


def test_each_recipient_has_a_link_of_his_own_that_stays_the_same(request_, now):
    ContactMethodFactory(account=request_.account, value="one@client.example")
    ContactMethodFactory(account=request_.account, value="two@client.example")
    attempt_contacts(now)
    attempt_contacts(now + timedelta(days=1))
    found = {link.address: link for link in AnswerLink.objects.all()}
    assert set(found) == {"one@client.example", "two@client.example"}
    for mail in OutgoingMail.objects.all():
        own = links.placeholder("cession_answer", found[mail.recipient].pk)
        assert mail.text.count("[[link:") == mail.html.count("[[link:") == 1
        assert own in mail.text
        assert own in mail.html


def test_the_message_speaks_the_accounts_language(now):
    account = CustomerAccountFactory(reachable=True, language="fr")
    TransferRequestFactory(account=account, filing__language="de")
    attempt_contacts(now)
    assert OutgoingMail.objects.get().language == "fr"


def test_the_message_names_open_services_only(request_, now):
    ContactMethodFactory(account=request_.account)
    gone = RequestedServiceFactory(request=request_, state=RequestState.REFUSED)
    attempt_contacts(now)
    assert gone.display_name not in OutgoingMail.objects.get().text


def test_each_attempt_is_journalled_without_the_address(request_, now):
    ContactMethodFactory(account=request_.account, value="one@client.example")
    attempt_contacts(now)
    entry = JournalEntry.objects.get(event="contact_attempted")
    mail = OutgoingMail.objects.get()
    assert (entry.stream, entry.at) == (request_.filing.stream, now)
    assert entry.facts["message_id"] == mail.message_id
    assert "one@client.example" not in str(entry.facts)


def test_the_database_refuses_a_second_row_per_case_date_and_method(request_, now):
    ContactMethodFactory(account=request_.account)
    attempt_contacts(now)
    attempt = ContactAttempt.objects.get()
    attempt.pk, attempt.mail = None, OutgoingMail.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.save(force_insert=True)


def test_an_attempt_that_the_database_refuses_takes_no_mail_with_it(request_, now, monkeypatch):
    """What a lost race leaves: the other worker's row came between the look and the write."""
    ContactMethodFactory(account=request_.account)
    attempt_contacts(now)
    monkeypatch.setattr("cessions.services.messages._written_today", lambda *_: set())
    type(request_).objects.update(next_attempt_at=now)
    attempt_contacts(now)
    assert ContactAttempt.objects.count() == OutgoingMail.objects.count() == 1


def test_one_sweep_takes_the_limit_and_the_longest_waiting_first(now):
    for hours in (3, 1, 2):
        TransferRequestFactory(received_at=now - timedelta(hours=hours))
    assert attempt_contacts(now, limit=2) == 2
    left = ContactAttempt.objects.values_list("request__received_at", flat=True)
    assert now - timedelta(hours=1) not in set(left)
    assert attempt_contacts(now, limit=2) == 1


def test_the_number_of_statements_does_not_grow_with_what_is_due(
    now, django_assert_max_num_queries
):
    for _ in range(12):
        TransferRequestFactory()
    with django_assert_max_num_queries(19):
        assert attempt_contacts(now) == 12


def test_when_nothing_is_due_one_small_question_is_all(request_, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert attempt_contacts(now - timedelta(minutes=1)) == 0


def test_a_wait_that_is_over_resumes_with_a_journal_entry(request_, now):
    ContactMethodFactory(account=request_.account)
    type(request_).objects.update(waits_until=now, next_attempt_at=now)
    attempt_contacts(now)
    request_.refresh_from_db()
    assert request_.waits_until is None
    assert JournalEntry.objects.filter(event="search_resumed").count() == 1


def test_two_requests_of_one_filing_seek_two_holders(now):
    filing = FilingFactory()
    for number in (1, 2):
        TransferRequestFactory(filing=filing, number=f"{filing.number}-{number}")
    attempt_contacts(now)
    assert ContactAttempt.objects.values("request", "address").distinct().count() == 2
    assert set(ContactAttempt.objects.values_list("channel", flat=True)) == {ContactKind.EMAIL}


def test_the_daily_search_needs_no_more_than_the_applications_role_may(request_, now):
    ContactMethodFactory(account=request_.account)
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE seeker")
        call_command("grant_application_role", "seeker", stdout=StringIO())
        cursor.execute("SET ROLE seeker")
        try:
            assert attempt_contacts(now) == 1
            signs.holder_answered(AnswerLink.objects.get(), SignKind.OBJECTION, now)
        finally:
            cursor.execute("RESET ROLE")
    assert ContactAttempt.objects.count() == 1
