"""H2: a hold keeps services running, is confirmed or lifted by staff, and ends by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hosting.models import ContinuityHold, ServiceEvent
from hosting.records.models import JournalEntry
from hosting.services import (
    change_status,
    confirm_hold,
    end_holds_of,
    lift_hold,
    place_holds,
    renew_hold,
)
from hosting.services.holds import end_overdue
from tests import factories
from tests.hosting.continuity import CASE, TUESDAY, days, held

pytestmark = pytest.mark.django_db


def test_a_hold_is_placed_once_per_service_and_source_and_says_so(now):
    service = factories.ServiceFactory()
    first, second = held(service), held(service, now=now + days(1))
    assert first == second
    assert held(service, source="T2026-000002-1") != first
    assert first.ends_at == now + days(60)
    assert first.confirm_by == now + days(1)
    events = ServiceEvent.objects.filter(kind="hold_placed")
    assert [event.facts["source"] for event in events] == [CASE, "T2026-000002-1"]
    streams = JournalEntry.objects.filter(event="hold.placed", facts__hold=first.pk)
    assert {entry.stream for entry in streams} == {
        f"service:{service.pk}",
        service.account.stream,
    }


@pytest.mark.parametrize("status", ["suspended", "expired", "terminated"])
def test_a_service_on_hold_is_not_stopped_for_non_payment_but_for_abuse(now, status):
    service = factories.ServiceFactory()
    held(service)
    with pytest.raises(ValidationError, match=CASE) as refused:
        change_status(service, status, cause="non_payment", now=now)
    assert refused.value.code == "on_hold"
    assert "8 August 2026" in refused.value.message or "08/08/2026" in refused.value.message
    service.refresh_from_db()
    assert service.status == "active"
    change_status(service, status, cause="abuse", now=now)


def test_after_the_hold_non_payment_may_have_its_way(now):
    service = factories.ServiceFactory()
    held(service)
    changed = change_status(service, "suspended", cause="non_payment", now=now + days(60))
    assert changed.status == "suspended"


def test_a_hold_ends_by_itself_after_60_days_unless_a_supervisor_renews_it(now):
    left, renewed = held(factories.ServiceFactory()), held(factories.ServiceFactory())
    supervisor = factories.UserFactory(supervisor=True)
    renew_hold(renewed, by=supervisor, now=now + days(10))
    renew_hold(renewed, by=supervisor, now=now + days(10))
    assert end_overdue(now + days(59)) == 0
    assert end_overdue(now + days(60)) == 1
    assert end_overdue(now + days(60)) == 0
    left.refresh_from_db()
    renewed.refresh_from_db()
    assert (left.ended_at, left.end_reason) == (now + days(60), "over")
    assert (renewed.ended_at, renewed.ends_at) == (None, now + days(70))


def test_staff_confirm_or_lift_and_only_a_supervisor_renews(now):
    hold = held(factories.ServiceFactory())
    support, stranger = factories.UserFactory(support=True), factories.UserFactory()
    for act in (confirm_hold, renew_hold):
        with pytest.raises(ValidationError):
            act(hold, by=stranger, now=now)
    with pytest.raises(ValidationError):
        renew_hold(hold, by=support, now=now)
    with pytest.raises(ValidationError):
        lift_hold(hold, reason=" ", by=support, now=now)
    assert confirm_hold(hold, by=support, now=now).confirmed_by == support
    assert lift_hold(hold, reason="Paid meanwhile.", by=support, now=now).ended_by == support
    with pytest.raises(ValidationError) as refused:
        confirm_hold(hold, by=support, now=now)
    assert refused.value.code == "ended"
    entries = JournalEntry.objects.filter(event="hold.ended")
    assert {entry.facts["reason"] for entry in entries} == {"lifted"}
    assert "Paid" not in str(list(entries.values_list("facts", flat=True)))


def test_the_holds_of_a_source_end_together_and_no_others(now):
    services = factories.ServiceFactory.create_batch(2)
    place_holds([s.pk for s in services], cause="request", source=CASE, now=now)
    other = held(services[0], source="T2026-000009-1")
    assert end_holds_of(CASE, reason="refused", now=now, ids=[services[0].pk]) == 1
    assert end_holds_of(CASE, reason="refused", now=now) == 1
    assert list(ContinuityHold.objects.filter(ended_at=None)) == [other]


def test_many_holds_end_with_as_few_statements_as_two(now):
    def ended(source: str, count: int) -> int:
        services = factories.ServiceFactory.create_batch(count)
        place_holds([s.pk for s in services], cause="request", source=source, now=now)
        with CaptureQueriesContext(connection) as counted:
            assert end_holds_of(source, reason="refused", now=now) == count
        return len(counted)

    assert ended(CASE, 2) == ended("T2026-000009-1", 20)


# -- Pages -------------------------------------------------------------------------------------------


def test_staff_confirm_and_lift_on_the_pages(client, now):
    client.force_login(factories.UserFactory(support=True))
    hold = held(factories.ServiceFactory())
    radar = client.get(reverse("admin:hosting_continuityhold_radar"))
    assert [each.pk for each in radar.context["to_confirm"]] == [hold.pk]
    url = reverse("admin:hosting_continuityhold_confirm", args=[hold.pk])
    assert client.get(url).status_code == 200
    client.post(url)
    hold.refresh_from_db()
    assert hold.confirmed_at is not None
    client.post(
        reverse("admin:hosting_continuityhold_renew", args=[hold.pk])
    )  # refused: no supervisor
    hold.refresh_from_db()
    assert hold.renewed_at is None
    page = reverse("admin:hosting_continuityhold_change", args=[hold.pk])
    assert client.get(page).status_code == 200
    client.post(reverse("admin:hosting_continuityhold_lift", args=[hold.pk]), {"reason": "Paid."})
    hold.refresh_from_db()
    assert hold.end_reason == "Paid."


def test_the_status_form_asks_the_cause_and_says_which_hold_stands_in_the_way(client):
    client.force_login(factories.UserFactory(supervisor=True))
    service = factories.ServiceFactory()
    far = held(service)
    ContinuityHold.objects.filter(pk=far.pk).update(ends_at=TUESDAY + days(36500))
    url = reverse("admin:hosting_service_status", args=[service.pk])
    refused = client.post(url, {"status": "suspended", "cause": "non_payment"})
    assert CASE in str(refused.context["form"].errors)
    service_page = client.get(reverse("admin:hosting_service_change", args=[service.pk]))
    account_page = client.get(
        reverse("admin:accounts_customeraccount_change", args=[service.account_id])
    )
    link = reverse("admin:hosting_continuityhold_change", args=[far.pk])
    assert link in service_page.content.decode()
    assert link in account_page.content.decode()
    assert client.post(url, {"status": "suspended"}).context["form"].errors["cause"]
    client.post(url, {"status": "suspended", "cause": "abuse"})
    service.refresh_from_db()
    assert service.status == "suspended"


def test_a_stranger_to_the_staff_sees_no_radar(client):
    client.force_login(factories.UserFactory(is_staff=True))
    assert client.get(reverse("admin:hosting_continuityhold_radar")).status_code == 403


# -- Two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_a_suspension_at_the_same_instant_never_cross(now):
    """Whoever comes second sees the first: a service is not suspended after its hold was placed."""
    for _ in range(25):
        service = factories.ServiceFactory(due_on=date(2026, 6, 1))
        barrier = Barrier(2)

        def run(job, barrier=barrier):
            barrier.wait(timeout=30)
            try:
                return job()
            except ValidationError as refused:
                return refused.code
            finally:
                connection.close()

        with ThreadPoolExecutor(max_workers=2) as pool:
            placing = pool.submit(run, lambda service=service: held(service))
            stopping = pool.submit(
                run,
                lambda service=service: change_status(
                    service, "suspended", cause="non_payment", now=now
                ),
            )
            hold, stopped = placing.result(), stopping.result()
        first_event = JournalEntry.objects.filter(stream=f"service:{service.pk}").order_by("id")[0]
        assert hold.pk
        if stopped == "on_hold":
            assert first_event.event == "hold.placed"
        else:
            assert first_event.event == "service.status_changed"
