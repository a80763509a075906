"""The start page of staff counts what waits beside the cases, one query per kind (H2, H3, P3, L2, A12)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import Judgement
from accounts.models import CorrectionRequest
from cessions.enums import ScanFiling
from cessions.models import ScannedPaper
from hosting.desk import waiting as start
from hosting.lib import clock
from hosting.models import ContinuityHold, ServiceEvent, WebhookDelivery
from hosting.services import confirm_hold
from tests.accounts.papers import a_file, a_power, sent
from tests.cessions.cases import a_challenge, fresh_case
from tests.cessions.contracts import a_contract
from tests.cessions.people import a_representative, an_emergency
from tests.factories import CustomerAccountFactory, ServiceFactory, UserFactory
from tests.hosting.continuity import TUESDAY, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def counted(now=TUESDAY):
    return {str(kind.words): (kind.count, kind.late) for kind in start.waiting(now)}


def a_scan(account, state):
    return ScannedPaper.objects.create(
        account=account,
        file=a_file(),
        uploaded_at=TUESDAY,
        uploaded_by=UserFactory(),
        state=state,
    )


def a_correction(account, **fields):
    judged = {"judged_by": UserFactory(), "judged_at": TUESDAY} if fields else {}
    return CorrectionRequest.objects.create(
        account=account, wanted={}, asked_by=UserFactory(), asked_at=TUESDAY, **fields, **judged
    )


def one_of_each():
    """Something of every kind waits; returns how many kinds."""
    account = CustomerAccountFactory()
    held(ServiceFactory(account=account, due_on=TUESDAY.date()))
    sent(a_contract(account, f"TC-{account.pk}"))
    sent(a_power(account, f"PA-{account.pk}"))
    a_scan(account, ScanFiling.UNREAD)
    a_correction(account)
    a_representative(account, Judgement.PENDING)
    an_emergency(account)
    event = ServiceEvent.objects.filter(service__account=account).first()
    assert event is not None
    WebhookDelivery.objects.create(
        event=event, endpoint="billing", queued_at=TUESDAY, given_up_at=TUESDAY
    )
    a_challenge(fresh_case(account=account).services.get())
    return 10


def test_nothing_waits_nothing_is_shown():
    assert start.waiting(TUESDAY) == []


def test_a_hold_waits_until_staff_confirm_it_and_is_late_after_one_business_day():
    hold = held(ServiceFactory())
    assert counted() == {"Holds to confirm": (1, 0)}
    assert counted(hold.confirm_by) == {"Holds to confirm": (1, 1)}
    confirm_hold(hold, by=UserFactory(support=True), now=TUESDAY)
    assert counted(hold.confirm_by) == {}


def test_a_due_date_inside_a_hold_counts_once_per_service_and_is_late_on_its_day():
    service = ServiceFactory(due_on=(TUESDAY + timedelta(days=3)).date())
    held(service)
    held(service, source="T2026-000002-1")
    ContinuityHold.objects.update(confirmed_at=TUESDAY)
    assert counted() == {"Due dates to decide": (1, 0)}
    assert counted(TUESDAY + timedelta(days=3)) == {"Due dates to decide": (1, 1)}


def test_only_what_waits_for_a_person_counts():
    account = CustomerAccountFactory()
    a_contract(account)
    a_scan(account, ScanFiling.WAITING)
    a_scan(account, ScanFiling.FILED)
    a_scan(account, ScanFiling.ASIDE)
    a_correction(account, judgement=Judgement.REFUSED)
    a_representative(account, Judgement.REFUSED)
    assert counted() == {}
    a_scan(account, ScanFiling.FOREIGN)
    assert counted() == {"Files to sort": (1, 0)}


def test_one_query_per_kind_however_much_waits(django_assert_num_queries):
    kinds = one_of_each()
    with django_assert_num_queries(len(start.KINDS)):
        assert len(start.waiting(TUESDAY)) == kinds
    one_of_each()
    one_of_each()
    with django_assert_num_queries(len(start.KINDS)):
        assert {kind.count for kind in start.waiting(TUESDAY)} == {3}


def test_no_count_goes_further_than_its_limit(monkeypatch):
    monkeypatch.setattr(start, "MOST", 2)
    for _ in range(4):
        held(ServiceFactory())
    (kind,) = start.waiting(TUESDAY)
    assert (kind.count, kind.more) == (2, True)


def test_every_line_leads_to_a_list_that_shows_what_was_counted(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    one_of_each()
    client.force_login(UserFactory(supervisor=True))
    page = client.get(reverse("admin:index"))
    kinds = page.context["waiting"]
    assert len(kinds) == 10
    for kind in kinds:
        answer = client.get(kind.url)
        assert answer.status_code == 200, kind
        if "cl" in answer.context:
            assert answer.context["cl"].result_count == 1, kind
        assert str(kind.words) in page.content.decode()


def test_somebody_without_a_group_sees_no_count(client):
    one_of_each()
    client.force_login(UserFactory(is_staff=True))
    assert client.get(reverse("admin:index")).context["waiting"] == []


def test_staff_file_a_scan_by_the_reference_they_read_on_it(client):
    account = CustomerAccountFactory()
    contract, theirs = a_contract(account), a_contract(CustomerAccountFactory(), "TC-THEIRS")
    scanned = a_scan(account, ScanFiling.UNREAD)
    client.force_login(UserFactory(support=True))
    page = reverse("admin:cessions_scannedpaper_change", args=[scanned.pk])
    assert "Say which paper it is" in client.get(page).content.decode()
    sort = reverse("admin:cessions_scannedpaper_sort", args=[scanned.pk])
    assert client.get(sort).status_code == 200
    refused = client.post(sort, {"reference": theirs.reference})
    assert "no paper with this reference" in refused.content.decode()
    client.post(sort, {"reference": contract.reference.lower()})
    scanned.refresh_from_db()
    assert (scanned.state, scanned.contract) == (ScanFiling.SORTED, contract)
    file = client.get(reverse("admin:cessions_scannedpaper_file", args=[scanned.pk]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")


def test_staff_set_a_file_aside_and_the_reseller_sees_it(client):
    scanned = a_scan(CustomerAccountFactory(), ScanFiling.FOREIGN)
    client.force_login(UserFactory(support=True))
    client.post(reverse("admin:cessions_scannedpaper_aside", args=[scanned.pk]))
    scanned.refresh_from_db()
    assert scanned.state == ScanFiling.ASIDE
    assert counted() == {}


def test_a_representative_in_the_list_leads_to_the_judgement(client):
    someone = a_representative(CustomerAccountFactory(), Judgement.PENDING)
    client.force_login(UserFactory(support=True))
    address = reverse("admin:accounts_legalrepresentative_change", args=[someone.pk])
    assert "/representatives/judge/" in client.get(address)["Location"]
