"""Reception, one request per account, names that are not here (T1-T4, C2)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from cessions.enums import ConfirmedHow, FilingOrigin, FilingState, RequestState
from cessions.models import Filing, TransferRequest
from cessions.services import filing as filings
from cessions.services import intake, reception
from cessions.services.locks import NotPossible
from hosting.enums import ServiceStatus
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.samples import claim
from tests.factories import CustomerAccountFactory, DraftFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


def received(*names: str, now: datetime) -> Filing:
    waiting = DraftFactory(unconfirmed=True, names=list(names))
    return reception.confirm(waiting, now=now)


def test_reception_is_the_instant_of_the_confirmation(now):
    ServiceFactory(name="example.fr")
    filing = received("example.fr", now=now)
    request = filing.requests.get()
    assert filing.state == FilingState.CONFIRMED
    assert request.received_at == filing.confirmed_at == now
    assert request.state == RequestState.RECEIVED
    assert request.number == f"{filing.number}-1"


def test_confirming_twice_is_as_confirming_once(now):
    filing = received("example.fr", now=now)
    again = reception.confirm(filing, now=now + timedelta(hours=1))
    assert again.confirmed_at == now
    assert filing.requests.count() == 1
    assert OutgoingMail.objects.filter(kind="cession_received").count() == 1


def test_an_expired_filing_cannot_be_confirmed(now):
    waiting = DraftFactory(unconfirmed=True)
    intake.expire(waiting, now=now)
    with pytest.raises(NotPossible):
        reception.confirm(waiting, now=now)


def test_services_of_several_accounts_become_one_request_per_account(now):
    account = CustomerAccountFactory()
    ServiceFactory(name="one.fr", account=account)
    ServiceFactory(name="two.fr", account=account)
    ServiceFactory(name="three.fr")
    filing = received("one.fr", "three.fr", "two.fr", now=now)
    first, second = filing.requests.order_by("number")
    assert {row.name for row in first.services.all()} == {"one.fr", "two.fr"}
    assert first.account == account
    assert [row.name for row in second.services.all()] == ["three.fr"]


def test_names_that_are_not_here_share_a_request_without_attempts(now):
    filing = received("unknown.fr", "nowhere.de", now=now)
    request = filing.requests.get()
    assert request.account is None
    assert (request.first_attempt_due_at, request.next_attempt_at) == (None, None)
    assert [row.service for row in request.services.all()] == [None, None]


def test_a_terminated_service_is_not_here(now):
    ServiceFactory(name="example.fr", status=ServiceStatus.TERMINATED)
    assert received("example.fr", now=now).requests.get().account is None


def test_the_first_attempt_is_due_on_the_date_of_reception_before_half_past_seven(now):
    ServiceFactory(name="example.fr")
    evening = datetime(2026, 6, 9, 17, 29, tzinfo=UTC)
    assert received("example.fr", now=evening).requests.get().next_attempt_at == evening


def test_after_half_past_seven_it_is_due_on_the_next_date_at_eight():
    ServiceFactory(name="example.fr")
    late = datetime(2026, 6, 9, 17, 30, tzinfo=UTC)
    request = received("example.fr", now=late).requests.get()
    assert request.next_attempt_at == datetime(2026, 6, 10, 6, 0, tzinfo=UTC)


def test_hosted_and_unknown_names_take_the_same_statements(now):
    ServiceFactory(name="hosted.fr")
    taken = []
    for name in ("hosted.fr", "absent.fr"):
        with CaptureQueriesContext(connection) as queries:
            draft = intake.start_draft(claim(name), now=now)
            filed = filings.submit(draft, notices=[], now=now)
            reception.confirm(filed, now=now)
        taken.append([query["sql"].partition(" ")[0] for query in queries])
    assert taken[0] == taken[1]


def test_the_mail_of_reception_tells_the_earliest_decision_and_nothing_of_the_holder(now):
    account = CustomerAccountFactory(trade_name="Agence Perdue", full_name="Claude Perdu")
    ServiceFactory(name="example.fr", account=account)
    received("example.fr", now=now)
    mail = OutgoingMail.objects.get()
    assert "20 June 2026" in mail.text
    assert "Perdu" not in mail.text + mail.html + mail.subject


@pytest.mark.parametrize("column", ["received_at", "filing_id", "account_id"])
def test_reception_cannot_be_changed_even_by_sql(now, column):
    ServiceFactory(name="example.fr")
    request = received("example.fr", now=now).requests.get()
    change = {
        "received_at": now - timedelta(days=1),
        "filing_id": DraftFactory().pk,
        "account_id": CustomerAccountFactory().pk,
    }[column]
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferRequest.objects.filter(pk=request.pk).update(**{column: change})


def test_staff_confirm_a_claimant_with_a_dead_mailbox_by_telephone(now):
    staff = UserFactory(support=True)
    waiting = DraftFactory(unconfirmed=True)
    filing = reception.confirm_by_staff(waiting, how=ConfirmedHow.TELEPHONE, by=staff, now=now)
    assert (filing.confirmed_how, filing.confirmed_by) == (ConfirmedHow.TELEPHONE, staff)
    assert JournalEntry.objects.get(event="received").actor == f"user:{staff.pk}"


def test_staff_confirm_by_telephone_or_post_only(now):
    with pytest.raises(NotPossible):
        reception.confirm_by_staff(
            DraftFactory(unconfirmed=True), how="link", by=UserFactory(), now=now
        )


@pytest.mark.parametrize(
    ("arrived", "reception_is"),
    [
        (timedelta(hours=-48), timedelta(hours=-48)),
        (timedelta(hours=-48, seconds=-1), timedelta(0)),
        (timedelta(hours=2), timedelta(0)),
    ],
)
def test_a_letter_counts_from_its_arrival_within_two_days(now, arrived, reception_is):
    ServiceFactory(name="example.fr")
    filing = reception.enter(
        claim("example.fr"),
        origin=FilingOrigin.LETTER,
        arrived_at=now + arrived,
        by=UserFactory(support=True),
        now=now,
    )
    request = filing.requests.get()
    assert request.received_at == now + reception_is
    assert request.next_attempt_at == now


def test_a_case_entered_without_an_address_sends_no_mail(now):
    reception.enter(
        claim("example.fr", email=""),
        origin=FilingOrigin.LETTER,
        arrived_at=now,
        by=UserFactory(support=True),
        now=now,
    )
    assert not OutgoingMail.objects.exists()


def test_a_wrong_entry_is_closed_and_entered_anew_linked(now):
    staff = UserFactory(support=True)
    entry = {"origin": FilingOrigin.EMAIL, "arrived_at": now, "by": staff, "now": now}
    wrong = reception.enter(claim("exmaple.fr"), **entry)
    right = reception.enter_anew(wrong, claim("example.fr"), **entry)
    assert right.entered_anew_from == wrong
    assert wrong.requests.get().state == RequestState.WITHDRAWN
    assert right.requests.get().state == RequestState.RECEIVED


def test_what_a_claimant_filed_himself_is_not_entered_anew(now):
    filing = received("example.fr", now=now)
    with pytest.raises(NotPossible):
        reception.enter_anew(
            filing, claim(), origin=FilingOrigin.EMAIL, arrived_at=now, by=UserFactory(), now=now
        )


def test_several_claimants_may_ask_for_one_service(now):
    ServiceFactory(name="example.fr")
    received("example.fr", now=now)
    received("example.fr", now=now + timedelta(days=1))
    assert TransferRequest.objects.open().filter(services__name="example.fr").count() == 2
