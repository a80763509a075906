"""H2: a due date inside a hold is told 72 h and 24 h before, and decided on by a supervisor."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import PowerScope
from hosting.lib import clock
from hosting.lib.factor import Factor
from hosting.models import ContinuityHold, RenewalDecision, ServiceEvent
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.services.renewals import (
    Renewal,
    alarm_due_dates,
    decide_renewal,
    one_per_service,
    undecided,
)
from tests import factories
from tests.hosting.continuity import TUESDAY, days, held, power

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 20)
NEXT_YEAR = date(2027, 6, 20)
RENEW = Renewal("renew", "The site sells; no answer from the holder.", new_due_on=NEXT_YEAR)
LET_GO = Renewal("let_go", "The client has moved away.")


@pytest.fixture
def supervisor():
    return factories.UserFactory(supervisor=True)


@pytest.fixture
def hold():
    return held(factories.ServiceFactory(due_on=DUE))


def decide(hold, renewal, by, factor=Factor.TOTP):
    return decide_renewal(hold, renewal, by=by, factor=factor, now=TUESDAY)


def on_the_radar(now=TUESDAY):
    return one_per_service(undecided(now))


def test_each_alarm_goes_to_each_supervisor_once(hold, supervisor):
    factories.UserFactory(supervisor=True)
    held(hold.service, source="T2026-000002-1")  # a second claimant: no second alarm
    alarms = []
    for hour in range(9, 24 * 13, 6):
        now = datetime(2026, 6, 9, tzinfo=UTC) + days(hour / 24)
        if alarm_due_dates(now):
            alarms.append(now)
    assert [at.date() for at in alarms] == [date(2026, 6, 17), date(2026, 6, 19)]
    mails = OutgoingMail.objects.filter(kind="alarm_due_date")
    assert mails.count() == 4
    assert hold.service.display_name in mails[0].text


def test_after_an_outage_only_the_last_alarm_goes_out(hold, supervisor):
    assert alarm_due_dates(datetime(2026, 6, 19, 12, 0, tzinfo=UTC)) == 1
    assert alarm_due_dates(datetime(2026, 6, 19, 13, 0, tzinfo=UTC)) == 0


def test_a_decided_or_ended_or_far_due_date_alarms_nobody(hold, supervisor):
    decide(hold, LET_GO, supervisor)
    held(factories.ServiceFactory(due_on=NEXT_YEAR))
    ended = held(factories.ServiceFactory(due_on=DUE))
    ContinuityHold.objects.filter(pk=ended.pk).update(ended_at=TUESDAY)
    assert alarm_due_dates(datetime(2026, 6, 19, 12, 0, tzinfo=UTC)) == 0
    assert on_the_radar() == []


def test_the_radar_shows_one_line_per_service_and_what_is_overdue_too(hold):
    held(hold.service, source="T2026-000002-1")
    late = held(factories.ServiceFactory(due_on=date(2026, 6, 1)))
    assert [each.service for each in on_the_radar()] == [late.service, hold.service]


def test_a_due_date_has_passed_by_the_local_calendar(client, hold, supervisor, monkeypatch):
    client.force_login(supervisor)
    radar = reverse("admin:hosting_continuityhold_radar")

    def passed(at: datetime) -> bool:
        monkeypatch.setattr(clock, "now", lambda: at)
        return (
            '<span class="pill pill-bad">passed</span>'
            in client.get(radar, headers={"accept-language": "en"}).content.decode()
        )

    assert not passed(datetime(2026, 6, 20, 21, 59, tzinfo=UTC))
    assert passed(datetime(2026, 6, 20, 22, 0, tzinfo=UTC))  # 00:00 of the 21st in Paris


def test_renewing_on_behalf_writes_the_new_due_date_and_is_not_charged(hold, supervisor):
    decision = decide(hold, RENEW, supervisor)
    hold.service.refresh_from_db()
    assert (hold.service.due_on, hold.service.paid_until) == (NEXT_YEAR, None)
    assert (decision.due_on, decision.charged_to_holder) == (DUE, False)
    event = ServiceEvent.objects.get(kind="renewed_on_behalf")
    assert event.facts["new_due_on"] == "2027-06-20"
    entry = JournalEntry.objects.get(event="renewal.decided", stream=f"service:{hold.service_id}")
    assert entry.facts["factor"] == "totp"
    assert "sells" not in str(entry.facts)


def test_letting_go_changes_nothing_but_is_recorded_once(hold, supervisor):
    decide(hold, LET_GO, supervisor)
    hold.service.refresh_from_db()
    assert hold.service.due_on == DUE
    with pytest.raises(ValidationError) as refused:
        decide(hold, RENEW, supervisor)
    assert refused.value.code == "decided"


def test_a_renewal_is_charged_only_under_a_power_in_force_that_says_so(hold, supervisor):
    charged = Renewal("renew", "Needed.", new_due_on=NEXT_YEAR, charged_to_holder=True)
    account = hold.service.account
    power(account, PowerScope.CONTACT_CLIENTS)
    power(account, PowerScope.RENEW_DOMAINS, ends_on=date(2026, 6, 8))
    with pytest.raises(ValidationError) as refused:
        decide(hold, charged, supervisor)
    assert "charged_to_holder" in refused.value.message_dict
    power(account, PowerScope.RENEW_DOMAINS, ends_on=date(2026, 6, 9))
    assert decide(hold, charged, supervisor).charged_to_holder


def test_a_power_to_renew_domains_charges_no_hosting(supervisor):
    hosting = held(factories.ServiceFactory(hosting=True, due_on=DUE))
    power(hosting.service.account, PowerScope.RENEW_DOMAINS)
    charged = Renewal("renew", "Needed.", new_due_on=NEXT_YEAR, charged_to_holder=True)
    with pytest.raises(ValidationError):
        decide(hosting, charged, supervisor)


@pytest.mark.parametrize(
    ("renewal", "field"),
    [
        (Renewal("renew", "Needed."), "new_due_on"),
        (Renewal("renew", "Needed.", new_due_on=DUE), "new_due_on"),
        (Renewal("let_go", "No.", charged_to_holder=True), "charged_to_holder"),
        (Renewal("let_go", "  "), "reason"),
    ],
)
def test_a_decision_without_what_it_needs_is_refused_at_the_field(hold, supervisor, renewal, field):
    with pytest.raises(ValidationError) as refused:
        decide(hold, renewal, supervisor)
    assert field in refused.value.message_dict
    assert not RenewalDecision.objects.exists()


def test_only_a_supervisor_who_proved_himself_decides(hold, supervisor):
    for by, factor in ((factories.UserFactory(support=True), Factor.TOTP), (supervisor, None)):
        with pytest.raises(ValidationError):
            decide(hold, LET_GO, by, factor)
    assert not RenewalDecision.objects.exists()


@pytest.mark.parametrize("change", ["UPDATE hosting_renewaldecision SET reason = ''", "DELETE"])
def test_a_decision_is_never_altered_even_by_sql(hold, supervisor, change):
    decision = decide(hold, LET_GO, supervisor)
    rows = RenewalDecision.objects.filter(pk=decision.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete() if change == "DELETE" else rows.update(reason="")


def test_a_supervisor_decides_on_the_page_with_his_password(client, supervisor):
    hold = held(factories.ServiceFactory(due_on=DUE))
    ContinuityHold.objects.filter(pk=hold.pk).update(ends_at=TUESDAY + days(36500))
    supervisor.set_password("a long enough pass phrase")
    supervisor.save()
    client.force_login(supervisor)
    url = reverse("admin:hosting_continuityhold_decide", args=[hold.pk])
    given = {"choice": "renew", "new_due_on": "2027-06-20", "reason": "Needed."}
    assert client.get(url).status_code == 200
    wrong = client.post(url, given | {"factor": "not it"})
    assert "factor" in wrong.context["form"].errors
    assert JournalEntry.objects.filter(event="factor_refused").exists()
    client.post(url, given | {"factor": "a long enough pass phrase"})
    hold.service.refresh_from_db()
    assert hold.service.due_on == NEXT_YEAR
    page = client.get(reverse("admin:hosting_continuityhold_change", args=[hold.pk]))
    assert "Needed." in page.content.decode()
    radar = client.get(reverse("admin:hosting_continuityhold_radar"))
    assert radar.context["due"] != []  # the new date lies inside this long hold, too
