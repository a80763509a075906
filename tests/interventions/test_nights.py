"""Automatic backups: when each is made, how long it is kept, who is told when they fail (N7, S4)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from hosting.enums import PlanKind
from hosting.lib.dates import local_date, local_time
from hosting.models import Plan
from hosting.records.models import JournalEntry, OutgoingMail
from interventions import backups, policies
from interventions.backups.errors import BackupDamaged
from interventions.enums import BackupPurpose, BackupState, SiteKind
from interventions.models import Site, SiteBackup
from interventions.services import backing_up, nightly, purging
from tests import factories
from tests.interventions import cases
from tests.interventions.sites import plant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


@pytest.fixture
def plan():
    return factories.PlanFactory(
        kind=PlanKind.MANAGED, automatic_backups=True, backup_retention_days=35
    )


@pytest.fixture
def site(plan):
    service = factories.ServiceFactory(hosting=True, plan=plan)
    return Site.objects.create(service=service, kind=SiteKind.OTHER, root="/srv/site")


def automatic(site, at, state=BackupState.READY):
    """An automatic backup of `site` as it stands some time after `at`."""
    backup = backing_up.order_backup(site, purpose=BackupPurpose.AUTOMATIC, now=at)
    if state == BackupState.READY:
        cases.verified(backup, at)
    window = policies.kept_until(BackupPurpose.AUTOMATIC, at, {"automatic": 35})
    SiteBackup.objects.filter(pk=backup.pk).update(
        state=state, next_try_at=None, purge_after=window[0] if state == "ready" else None
    )
    return SiteBackup.objects.get(pk=backup.pk)


def state_of(backup):
    return SiteBackup.objects.get(pk=backup.pk).state


# -- The night --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day",
    [date(2026, 6, 9), date(2026, 3, 29), date(2026, 10, 25)],
    ids=["june", "spring", "autumn"],
)
def test_every_site_is_backed_up_in_the_night_also_when_clocks_change(day):
    for site in range(1, 3000, 7):
        moment = policies.night_moment(day, site, PARIS)
        assert local_date(moment, PARIS) == day
        assert 2 <= local_time(moment, PARIS).hour < 6


def test_a_night_has_one_moment_for_each_site_and_neighbours_lie_apart():
    moments = [policies.night_moment(date(2026, 6, 9), site, PARIS) for site in range(14_400)]
    assert len(set(moments)) == 14_400
    few = sorted(moments[100:120])
    assert min(b - a for a, b in pairwise(few)) > timedelta(minutes=4)


def test_the_next_night_comes_after_now_and_within_25_hours():
    for hour in range(24 * 14):
        now = datetime(2026, 3, 22, tzinfo=UTC) + timedelta(hours=hour)
        found = policies.next_night(4711, now, PARIS)
        assert now < found <= now + timedelta(hours=25)


# -- Planned, ordered ---------------------------------------------------------------------------------


def test_a_site_gets_its_first_night_when_its_plan_includes_automatic_backups(site, now):
    other = factories.ServiceFactory(hosting=True)
    without = Site.objects.create(service=other, kind=SiteKind.OTHER, root="/srv/x")
    assert nightly.plan_nights(now) == 1
    site.refresh_from_db()
    assert site.next_backup_at == policies.next_night(site.pk, now, PARIS)
    assert nightly.plan_nights(now) == 0
    without.refresh_from_db()
    assert without.next_backup_at is None


@pytest.mark.parametrize("change", ["plan", "no plan", "terminated"])
def test_the_nights_end_when_the_plan_does_not_include_them_any_more(site, now, change):
    nightly.plan_nights(now)
    service = site.service
    if change == "terminated":
        service.status = "terminated"
    else:
        service.plan = factories.PlanFactory() if change == "plan" else None
    service.save()
    assert nightly.order_due(now + 2 * DAY) == 0
    site.refresh_from_db()
    assert (site.next_backup_at, site.backups.count()) == (None, 0)
    Site.objects.update(next_backup_at=now)
    assert nightly.plan_nights(now) == 1
    site.refresh_from_db()
    assert site.next_backup_at is None


def test_one_backup_is_ordered_a_night(site, now):
    nightly.plan_nights(now)
    site.refresh_from_db()
    first = site.next_backup_at
    assert nightly.order_due(first - timedelta(seconds=1)) == 0
    assert nightly.order_due(first) == 1
    assert nightly.order_due(first + timedelta(hours=8)) == 0
    site.refresh_from_db()
    assert site.next_backup_at == policies.night_moment(
        local_date(first, PARIS) + DAY, site.pk, PARIS
    )
    (backup,) = site.backups.all()
    assert (backup.purpose, backup.asked_by, backup.state) == ("automatic", None, "queued")


def test_an_outage_of_five_days_gives_one_backup(site, now):
    nightly.plan_nights(now)
    back = now + 5 * DAY
    assert nightly.order_due(back) == 1
    assert nightly.order_due(back) == 0
    assert site.backups.count() == 1
    site.refresh_from_db()
    assert back < site.next_backup_at <= back + DAY


def test_a_backup_that_still_waits_is_not_ordered_twice(site, now):
    nightly.plan_nights(now)
    for days in (1, 2, 3):
        assert nightly.order_due(now + days * DAY) == 1
    assert site.backups.count() == 1


def test_the_sweep_costs_what_is_due_and_not_what_there_is(site, now, django_assert_num_queries):
    nightly.plan_nights(now)
    for _ in range(20):
        service = factories.ServiceFactory(hosting=True, plan=site.service.plan)
        Site.objects.create(service=service, kind="other", root="/x", next_backup_at=now + 9 * DAY)
    with django_assert_num_queries(1):
        assert nightly.order_due(now) == 0


def test_a_client_who_waits_comes_before_the_nightly_ones(site, now, monkeypatch):
    made = []
    monkeypatch.setattr(backing_up, "make", lambda key, _clock: made.append(key) or True)
    night = backing_up.order_backup(site, purpose=BackupPurpose.AUTOMATIC, now=now)
    manual = backing_up.order_backup(site, purpose=BackupPurpose.MANUAL, now=now + DAY)
    backing_up.make_due(lambda: now + DAY)
    assert made == [manual.pk, night.pk]


# -- Kept ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "days"), [("automatic", 35), ("manual", 12), ("safety", 3), ("intervention", None)]
)
def test_each_kind_is_kept_as_long_as_its_rule_says(site, home, now, settings, purpose, days):
    settings.MANUAL_BACKUP_DAYS, settings.SAFETY_BACKUP_DAYS = 12, 3
    Site.objects.update(root=str(plant(home / "www")))
    backup = backing_up.order_backup(site, purpose=purpose, now=now)
    backing_up.make_due(lambda: now)
    backup.refresh_from_db()
    assert backup.state == BackupState.READY
    if days is None:
        assert (backup.purge_after, backup.purge_before) == (None, None)
    else:
        assert backup.purge_after == now + days * DAY
        assert backup.purge_before == now + (days + 1) * DAY


def test_an_automatic_backup_goes_when_its_days_are_over_and_a_newer_one_is_verified(site, now):
    old, new = automatic(site, now), automatic(site, now + DAY)
    assert purging.purge_due(now + 35 * DAY - timedelta(seconds=1)) == 0
    assert purging.purge_due(now + 35 * DAY) == 1
    assert (state_of(old), state_of(new)) == ("purged", "ready")
    assert not cases.bytes_exist(old.stored_as)


@pytest.mark.parametrize("newer", [None, BackupState.FAILED, BackupState.QUEUED])
def test_the_last_good_one_is_never_destroyed_before_a_newer_is_verified(site, now, newer):
    last = automatic(site, now)
    if newer:
        automatic(site, now + DAY, newer)
    assert purging.purge_due(now + 400 * DAY) == 0
    assert purging.purge(last.pk, now=now + 400 * DAY) is False
    assert state_of(last) == BackupState.READY
    automatic(site, now + 400 * DAY) if newer != BackupState.QUEUED else SiteBackup.objects.filter(
        state="queued"
    ).update(state="ready", verified_at=now + DAY, next_try_at=None)
    assert purging.purge_due(now + 400 * DAY) == 1
    assert state_of(last) == BackupState.PURGED


def test_of_several_overdue_ones_the_newest_stays_and_stands_in_no_ones_way(site, now):
    made = [automatic(site, now + days * DAY) for days in range(4)]
    assert purging.purge_due(now + 400 * DAY, limit=2) == 2
    assert purging.purge_due(now + 400 * DAY, limit=2) == 1
    assert [state_of(one) for one in made] == ["purged", "purged", "purged", "ready"]


def test_another_sites_backup_is_no_newer_one(site, now):
    last = automatic(site, now)
    service = factories.ServiceFactory(hosting=True, plan=site.service.plan)
    automatic(Site.objects.create(service=service, kind="other", root="/srv/y"), now + 9 * DAY)
    assert purging.purge_due(now + 36 * DAY) == 0
    assert state_of(last) == BackupState.READY


def test_when_the_plan_has_ended_the_last_one_goes_as_well(site, now):
    last = automatic(site, now)
    Plan.objects.update(automatic_backups=False)
    assert purging.purge_due(now + 34 * DAY) == 0
    assert purging.purge_due(now + 35 * DAY) == 1
    assert state_of(last) == BackupState.PURGED


def test_a_manual_one_goes_after_its_days_even_if_it_is_the_last(site, now):
    backup = backing_up.order_backup(site, purpose=BackupPurpose.MANUAL, now=now)
    cases.verified(backup, now)
    SiteBackup.objects.update(purge_after=now + 30 * DAY)
    assert purging.purge_due(now + 30 * DAY) == 1
    assert state_of(backup) == BackupState.PURGED


def test_the_time_of_an_interventions_backup_is_its_own(now):
    intervention = cases.unanswered(now)
    assert intervention.backup.purge_after == now + timedelta(hours=24)
    assert purging.purge_due(now + timedelta(hours=24)) == 1


# -- Failing ------------------------------------------------------------------------------------------


def failing(monkeypatch):
    def damaged(*_args, **_kwargs):
        raise BackupDamaged(detail="a flipped byte")

    monkeypatch.setattr(backups, "create", damaged)


def one_night(site, at):
    backing_up.order_backup(site, purpose=BackupPurpose.AUTOMATIC, now=at)
    backing_up.make_due(lambda: at)


def alarms():
    return OutgoingMail.objects.filter(kind="alarm_site")


def test_supervisors_are_told_of_the_second_failure_in_a_row_then_once_a_week(
    site, now, monkeypatch
):
    supervisor = factories.UserFactory(supervisor=True)
    factories.UserFactory(support=True)
    failing(monkeypatch)
    one_night(site, now)
    assert not alarms().exists()
    one_night(site, now + DAY)
    (mail,) = alarms()
    assert mail.recipient == supervisor.email
    assert "flipped byte" in mail.text
    assert str(site) in mail.subject
    assert JournalEntry.objects.filter(event="backups.alarmed", stream=f"site:{site.pk}").exists()
    for days in range(2, 8):
        one_night(site, now + days * DAY)
    assert alarms().count() == 1
    one_night(site, now + 8 * DAY)
    assert alarms().count() == 2


def test_a_failure_after_a_good_night_is_no_alarm(site, now, monkeypatch):
    factories.UserFactory(supervisor=True)
    failing(monkeypatch)
    one_night(site, now)
    automatic(site, now + DAY)
    one_night(site, now + 2 * DAY)
    assert not alarms().exists()


def test_a_clients_own_failure_is_no_alarm(site, now, monkeypatch):
    factories.UserFactory(supervisor=True)
    failing(monkeypatch)
    for days in range(3):
        backing_up.order_backup(site, purpose=BackupPurpose.MANUAL, now=now + days * DAY)
        backing_up.make_due(lambda days=days: now + days * DAY)
    assert not alarms().exists()
