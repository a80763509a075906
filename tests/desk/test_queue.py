"""The start page counts what waits for staff in the assistance, too."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hosting.desk import waiting as start
from interventions.models import Intervention, SiteBackup
from interventions.services import answers, eligibility
from interventions.services import conversation as talk
from interventions.services.quote_rows import Wish, write
from tests.factories import InternalNoteFactory, UserFactory
from tests.interventions import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


def counts(now) -> dict[str, tuple[int, int]]:
    return {str(kind.words): (kind.count, kind.late) for kind in start.waiting(now)}


def test_each_kind_is_counted_and_leads_to_its_rows(client, now):
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
    write(Wish("en", "A shop", "Ada", "ada@bakery.example"), now, state="draft")
    wrote = cases.a_ticket(now)
    talk.client_wrote(wrote, text="Hello?", now=now)
    kinds = start.waiting(now)
    assert [kind.count for kind in kinds] == [1] * 9
    assert [kind.late for kind in kinds] == [1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert overdue.backup.purge_before < now
    client.force_login(UserFactory(support=True))
    page = client.get(reverse("admin:index"))
    assert "Quotes to write" in page.content.decode()
    for kind in kinds:
        answer = client.get(kind.url)
        assert answer.status_code == 200, kind
        if "waiting=" not in kind.url:  # those lists read the clock of today
            assert answer.context["cl"].result_count == 1, kind


def test_what_is_gone_waits_no_more(now):
    intervention = cases.asked(now - 3 * DAY)
    assert counts(now) == {"Destruction of a backup overdue": (1, 1)}
    SiteBackup.objects.filter(pk=intervention.backup_id).update(state="purging")
    SiteBackup.objects.filter(pk=intervention.backup_id).update(
        state="purged", purged_at=now, sealed_key="", stored_as=""
    )
    assert counts(now) == {}
    assert Intervention.objects.exists()


def test_who_is_in_no_group_sees_no_count(client, now):
    cases.opened(now)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(reverse("admin:index")).context["waiting"] == []
