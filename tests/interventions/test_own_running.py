"""A client's backup and restore as workers carry them out on a real folder (N7, I10, I11)."""

from datetime import timedelta

import pytest

from hosting.enums import PlanKind
from hosting.lib.factor import Factor
from hosting.records.models import JournalEntry, OutgoingMail
from interventions import backups
from interventions.backups.errors import BackupDamaged
from interventions.enums import BackupPurpose, BackupState, RestoreState, SiteKind
from interventions.models import Site, SiteBackup, SiteRestore
from interventions.services import backing_up, nightly, own_backups, purging, restoring
from tests import factories
from tests.interventions.sites import damage, plant, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def root(home):
    return plant(home / "www")


@pytest.fixture
def site(root):
    plan = factories.PlanFactory(
        kind=PlanKind.MANAGED, automatic_backups=True, backup_retention_days=35
    )
    service = factories.ServiceFactory(hosting=True, plan=plan)
    return Site.objects.create(service=service, kind=SiteKind.OTHER, root=str(root))


@pytest.fixture
def by():
    return factories.UserFactory()


def at(moment):
    return lambda: moment


def restored(backup, by, now):
    """The backup is restored as workers do it: the safety copy first."""
    backup.refresh_from_db()
    restore = own_backups.restore_own(backup, by=by, factor=Factor.TOTP, now=now)
    assert restoring.restore_due(at(now)) == 0
    assert backing_up.make_due(at(now)) == 1
    assert restoring.restore_due(at(now)) == 1
    return SiteRestore.objects.select_related("safety").get(pk=restore.pk)


def test_the_whole_way_from_the_night_to_a_restore_and_back_again(site, root, by, now):
    before = seen(root)
    nightly.plan_nights(now)
    night = now + DAY
    assert nightly.order_due(night) == 1
    assert backing_up.make_due(at(night)) == 1
    backup = site.backups.get()
    assert backup.purge_after == night + 35 * DAY
    damage(root)
    damaged = seen(root)
    done = restored(backup, by, night)
    assert (done.state, seen(root)) == (RestoreState.DONE, before)
    assert done.safety.purge_after == night + 7 * DAY
    again = restored(done.safety, by, night)
    assert (again.state, seen(root)) == (RestoreState.DONE, damaged)
    assert purging.purge_due(night + 7 * DAY) == 2
    backup.refresh_from_db()
    assert backup.state == BackupState.READY
    events = JournalEntry.objects.filter(stream=f"site:{site.pk}").values_list("event", flat=True)
    assert {"restore.asked", "restore.confirmed", "restore.done", "backup.purged"} <= set(events)


def test_no_restore_begins_while_the_site_is_read_for_a_backup(site, by, now):
    backup = own_backups.back_up_now(site, by=by, now=now)
    backing_up.make_due(at(now))
    backup.refresh_from_db()
    restore = own_backups.restore_own(backup, by=by, factor=Factor.TOTP, now=now)
    backing_up.make_due(at(now))
    reading = SiteBackup.objects.create(
        site=site,
        purpose=BackupPurpose.AUTOMATIC,
        state=BackupState.RUNNING,
        asked_at=now,
        leased_until=now + 10 * MINUTE,
    )
    assert restoring.restore_due(at(now)) == 0
    restore.refresh_from_db()
    assert restore.state == RestoreState.QUEUED
    SiteBackup.objects.filter(pk=reading.pk).update(state=BackupState.FAILED)
    assert restoring.restore_due(at(now)) == 1


def test_no_backup_begins_while_the_site_is_being_restored(site, by, now):
    backup = own_backups.back_up_now(site, by=by, now=now)
    backing_up.make_due(at(now))
    SiteRestore.objects.create(backup=backup, state=RestoreState.RUNNING, asked_at=now)
    waiting = backing_up.order_backup(site, purpose=BackupPurpose.AUTOMATIC, now=now)
    assert backing_up.make_due(at(now)) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == (BackupState.QUEUED, 0)
    SiteRestore.objects.update(state=RestoreState.DONE)
    assert backing_up.make_due(at(now)) == 1


def test_no_restore_begins_while_another_one_exchanges_the_site(site, by, now):
    """Two exchanges of one folder would leave a mix (I11)."""
    first = own_backups.back_up_now(site, by=by, now=now)
    backing_up.make_due(at(now))
    other = own_backups.back_up_now(site, by=by, now=now)
    backing_up.make_due(at(now))
    begun = SiteRestore.objects.create(backup=first, state=RestoreState.RUNNING, asked_at=now)
    waiting = SiteRestore.objects.create(backup=other, asked_at=now, next_try_at=now)
    assert restoring.restore_due(at(now)) == 0
    waiting.refresh_from_db()
    assert waiting.state == RestoreState.QUEUED
    SiteRestore.objects.filter(pk=begun.pk).update(state=RestoreState.DONE)
    assert restoring.restore_due(at(now)) == 1


def test_a_backup_whose_restore_waits_is_not_destroyed(site, by, now):
    backup = own_backups.back_up_now(site, by=by, now=now)
    backing_up.make_due(at(now))
    backup.refresh_from_db()
    due = now + 30 * DAY
    own_backups.restore_own(backup, by=by, factor=Factor.TOTP, now=due)
    assert purging.purge_due(due) == 0
    backing_up.make_due(at(due))
    assert restoring.restore_due(at(due)) == 1
    assert purging.purge_due(due) == 1


def test_a_restore_that_fails_leaves_the_site_and_alarms_supervisors(
    site, root, by, now, monkeypatch
):
    factories.UserFactory(supervisor=True)
    backup = own_backups.back_up_now(site, by=by, now=now)
    backing_up.make_due(at(now))
    backup.refresh_from_db()
    damage(root)
    present = seen(root)
    own_backups.restore_own(backup, by=by, factor=Factor.TOTP, now=now)
    backing_up.make_due(at(now))

    def damaged(*_args, **_kwargs):
        raise BackupDamaged(detail="a flipped byte")

    monkeypatch.setattr(backups, "restore", damaged)
    restoring.restore_due(at(now))
    assert seen(root) == present
    assert SiteRestore.objects.get().state == RestoreState.FAILED
    (mail,) = OutgoingMail.objects.filter(kind="alarm_site")
    assert "restore of" in mail.subject
    backup.refresh_from_db()
    assert backup.state == BackupState.READY


def test_without_a_safety_copy_nothing_is_restored_and_supervisors_are_told(
    site, root, by, now, monkeypatch
):
    factories.UserFactory(supervisor=True)
    backup = own_backups.back_up_now(site, by=by, now=now)
    backing_up.make_due(at(now))
    backup.refresh_from_db()
    damage(root)
    present = seen(root)
    own_backups.restore_own(backup, by=by, factor=Factor.TOTP, now=now)

    def full(*_args, **_kwargs):
        raise BackupDamaged(detail="a flipped byte")

    monkeypatch.setattr(backups, "verify", full)
    backing_up.make_due(at(now))
    assert restoring.restore_due(at(now)) == 0
    assert (SiteRestore.objects.get().state, seen(root)) == (RestoreState.FAILED, present)
    (mail,) = OutgoingMail.objects.filter(kind="alarm_site")
    assert "No safety copy could be made" in mail.text
