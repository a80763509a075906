"""The start page counts what waits for staff in the assistance, in one bounded query per kind."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hosting.desk import queue
from interventions.models import Intervention, SiteBackup
from interventions.services import answers, eligibility
from tests.factories import InternalNoteFactory, UserFactory
from tests.interventions import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


def counts(now) -> dict[str, str]:
    return {entry.label: entry.shown for entry in queue.waiting(now)}


def test_nothing_waits_in_an_empty_house(now):
    assert queue.waiting(now) == []


def test_each_kind_is_counted_and_leads_to_its_rows(client, now, django_assert_num_queries):
    cases.a_ticket(now, account=None)
    cases.opened(now)
    cases.ready(now)
    cases.ended(now - HOUR)
    cases.ended(now)  # within the hour: the mail may still be accepted
    answers.invalidate(cases.asked(now), remark="", now=now)
    overdue = cases.asked(now - 3 * DAY)
    account = cases.a_ticket(now).account
    InternalNoteFactory(account=account, effect="ineligible")
    eligibility.contest(account, text="No.", now=now)
    with django_assert_num_queries(7):
        entries = queue.waiting(now)
    assert [entry.shown for entry in entries] == ["1"] * 7
    assert overdue.backup.purge_before < now
    client.force_login(UserFactory(support=True))
    page = client.get(reverse("admin:index"))
    assert len(page.context["queue"]) >= 5
    for entry in entries:
        answer = client.get(entry.url)
        assert answer.status_code == 200, entry
        if "waiting=" not in entry.url:  # those lists read the clock of today
            assert answer.context["cl"].result_count == 1, entry


def test_more_than_a_hundred_are_not_counted(now, monkeypatch):
    monkeypatch.setattr(queue, "MOST", 1)
    cases.opened(now)
    assert counts(now)["Interventions without a backup"] == "1"
    cases.opened(now)
    assert counts(now)["Interventions without a backup"] == "1+"


def test_what_is_gone_waits_no_more(now):
    intervention = cases.asked(now - 3 * DAY)
    assert counts(now) == {"Destruction of a backup overdue": "1"}
    SiteBackup.objects.filter(pk=intervention.backup_id).update(state="purging")
    SiteBackup.objects.filter(pk=intervention.backup_id).update(
        state="purged", purged_at=now, sealed_key="", stored_as=""
    )
    assert counts(now) == {}
    assert Intervention.objects.exists()


def test_who_is_in_no_group_sees_no_queue(client, now):
    cases.opened(now)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(reverse("admin:index")).context["queue"] == []
