"""Backups and restores as workers make them: claimed, verified, failed, killed, taken over (I4, I9-I11)."""

from datetime import timedelta

import pytest
from django.conf import settings

from hosting.records.models import JournalEntry, OutgoingMail
from interventions import backups
from interventions.backups.errors import BackupDamaged, ConnectionCut
from interventions.enums import BackupState, InterventionState, RestoreState, SiteKind, T1How
from interventions.models import Intervention, Site, SiteBackup, SiteRestore
from interventions.services import answers, asking, backing_up, purging, restoring, work
from interventions.services.states import NotPossible
from tests import factories
from tests.interventions import cases
from tests.interventions.cases import again
from tests.interventions.sites import damage, plant, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


@pytest.fixture
def root(home):
    return plant(home / "www")


@pytest.fixture
def intervention(root, now):
    """An intervention on a real folder, given to a technician."""
    found = cases.opened(now)
    Site.objects.filter(pk=found.site_id).update(root=str(root))
    return again(found)


def at(moment):
    return lambda: moment


def backed_up(intervention, now):
    work.ask_backup(intervention, by=intervention.technician, now=now)
    assert backing_up.make_due(at(now)) == 1
    return again(intervention)


def broken_by_us(intervention, root, now):
    """Work that went wrong: the client has invalidated it."""
    backed_up(intervention, now)
    work.start(intervention, by=intervention.technician, now=now)
    damage(root)
    work.end(intervention, report="x", by=intervention.technician, now=now)
    answers.invalidate(again(intervention), remark="All is gone.", now=now + HOUR)
    return again(intervention)


def test_the_whole_way_from_the_backup_to_the_purge_on_a_real_site(intervention, root, now):
    before = seen(root)
    held = broken_by_us(intervention, root, now)
    assert (held.backup.state, held.backup.manifest["counts"]["files"] > 50) == ("ready", True)
    assert seen(root) != before
    restoring.ask_restore(held, now=now + HOUR)
    assert restoring.restore_due(at(now + HOUR)) == 1
    assert seen(root) == before
    found = again(intervention)
    assert (found.restore.state, found.backup.state) == (RestoreState.DONE, BackupState.READY)
    assert (found.state, found.t1_at) == (InterventionState.INVALIDATED, None)
    assert purging.purge_due(now + 3 * DAY) == 0
    OutgoingMail.objects.filter(pk=found.told_mail_id).update(accepted_at=now + 2 * HOUR)
    assert answers.follow_restores(now + 2 * HOUR) == 1
    found = again(intervention)
    assert (found.state, found.t1_how) == (InterventionState.RESTORED, T1How.RESTORED)
    stored = found.backup.stored_as
    assert cases.bytes_exist(stored)
    assert purging.purge_due(now + 2 * HOUR + DAY) == 1
    assert not cases.bytes_exist(stored)
    gone = again(intervention).backup
    assert (gone.stored_as, gone.sealed_key, gone.size > 0) == ("", "", True)


def test_a_backup_that_cannot_be_made_fails_at_once_alarms_and_keeps_work_from_starting(
    intervention, root, now
):
    Site.objects.filter(pk=intervention.site_id).update(root=str(root / "not-there"))
    found = backed_up(intervention, now)
    assert (found.state, found.backup.state) == ("open", "failed")
    assert "not-there" in found.backup.error
    assert OutgoingMail.objects.filter(kind="alarm_intervention").exists()
    with pytest.raises(NotPossible):
        work.start(found, by=found.technician, now=now)


def test_a_server_that_is_away_is_tried_three_times_a_minute_apart(intervention, now, monkeypatch):
    def cut(*_args, **_kwargs):
        raise ConnectionCut(detail="reset")

    monkeypatch.setattr(backups, "create", cut)
    backed_up(intervention, now)
    for minute in (1, 2):
        assert again(intervention).backup.state == BackupState.QUEUED
        assert backing_up.make_due(at(now + minute * timedelta(seconds=59))) == 0
        assert backing_up.make_due(at(now + minute * timedelta(minutes=1))) == 1
    assert again(intervention).backup.state == BackupState.FAILED


def test_a_damaged_backup_is_never_ready(intervention, now, monkeypatch):
    def damaged(*_args, **_kwargs):
        raise BackupDamaged(detail="a flipped byte")

    monkeypatch.setattr(backups, "verify", damaged)
    assert backed_up(intervention, now).backup.state == BackupState.FAILED


def test_what_a_killed_worker_left_is_taken_over_when_its_lease_is_over(
    intervention, now, monkeypatch
):
    def killed(*_args, **_kwargs):
        raise SystemExit

    work.ask_backup(intervention, by=intervention.technician, now=now)
    with monkeypatch.context() as patch:
        patch.setattr(backups, "verify", killed)
        with pytest.raises(SystemExit):
            backing_up.make_due(at(now))
    left = again(intervention).backup
    assert (left.state, left.tries) == (BackupState.RUNNING, 1)
    assert backing_up.make_due(at(now + timedelta(minutes=9))) == 0
    assert backing_up.make_due(at(now + timedelta(minutes=10))) == 1
    found = again(intervention).backup
    assert (found.state, found.tries) == (BackupState.READY, 2)
    assert found.stored_as != left.stored_as


def test_a_worker_who_lost_his_lease_writes_nothing(intervention, now, monkeypatch):
    work.ask_backup(intervention, by=intervention.technician, now=now)
    real = backups.verify

    def overtaken(*args, **kwargs):
        SiteBackup.objects.update(tries=7)
        return real(*args, **kwargs)

    monkeypatch.setattr(backups, "verify", overtaken)
    assert backing_up.make_due(at(now)) == 0
    assert again(intervention).backup.state == BackupState.RUNNING


@pytest.mark.parametrize("verb", ["restore", "finish"])
def test_a_restore_killed_in_the_middle_is_completed_by_the_next_worker(
    intervention, root, now, monkeypatch, verb
):
    before = seen(root)
    held = broken_by_us(intervention, root, now)
    restoring.ask_restore(held, now=now)
    with monkeypatch.context() as patch:

        def killed(*_args, **_kwargs):
            raise SystemExit

        patch.setattr(backups, verb, killed)
        with pytest.raises(SystemExit):
            restoring.restore_due(at(now))
    assert again(intervention).backup.state == BackupState.RESTORING
    assert purging.purge(intervention.backup_id or held.backup_id, now=now + 9 * DAY) is False
    assert restoring.restore_due(at(now + timedelta(minutes=10))) == 1
    assert seen(root) == before
    assert again(intervention).restore.state == RestoreState.DONE


def test_a_failed_restore_keeps_the_hold_alarms_and_can_be_asked_for_again(
    intervention, root, now, monkeypatch
):
    held = broken_by_us(intervention, root, now)
    broken = seen(root)
    restoring.ask_restore(held, now=now)

    def damaged(*_args, **_kwargs):
        raise BackupDamaged(detail="a flipped byte")

    with monkeypatch.context() as patch:
        patch.setattr(backups, "restore", damaged)
        restoring.restore_due(at(now))
    found = again(intervention)
    assert (found.restore.state, found.backup.state) == (RestoreState.FAILED, BackupState.READY)
    assert seen(root) == broken
    assert "flipped byte" in found.restore.error
    assert answers.silence_due(now + 30 * DAY) == 0
    assert purging.purge_due(now + 30 * DAY) == 0
    assert OutgoingMail.objects.filter(kind="alarm_intervention").count() >= 2
    restoring.ask_restore(found, now=now)
    assert restoring.restore_due(at(now)) == 1
    assert again(intervention).restore.state == RestoreState.DONE


def test_a_client_restores_his_own_site_with_a_safety_copy_first(root, now):
    before = seen(root)
    service = factories.ServiceFactory(hosting=True)
    site = Site.objects.create(service=service, kind=SiteKind.OTHER, root=str(root))
    by = factories.UserFactory()
    backup = backing_up.order_backup(site, purpose="manual", by=by, now=now)
    assert backing_up.order_backup(site, purpose="manual", by=by, now=now) == backup
    backing_up.make_due(at(now))
    damage(root)
    backup.refresh_from_db()
    restore = restoring.restore_site(backup, by=by, now=now)
    with pytest.raises(NotPossible, match="under way"):
        restoring.restore_site(backup, by=by, now=now)
    assert restoring.restore_due(at(now)) == 0
    backing_up.make_due(at(now))
    assert restoring.restore_due(at(now)) == 1
    assert seen(root) == before
    restore.refresh_from_db()
    assert restore.safety.state == BackupState.READY


def test_without_a_safety_copy_nothing_is_restored(root, now):
    service = factories.ServiceFactory(hosting=True)
    site = Site.objects.create(service=service, kind=SiteKind.OTHER, root=str(root))
    by = factories.UserFactory()
    backup = backing_up.order_backup(site, purpose="manual", by=by, now=now)
    backing_up.make_due(at(now))
    backup.refresh_from_db()
    restore = restoring.restore_site(backup, by=by, now=now)
    SiteBackup.objects.filter(pk=restore.safety_id).update(state=BackupState.FAILED, error="full")
    assert restoring.restore_due(at(now)) == 0
    restore = SiteRestore.objects.get(pk=restore.pk)
    assert (restore.state, "full" in restore.error) == (RestoreState.FAILED, True)


def test_a_secret_that_is_missing_is_said_in_words(intervention, now):
    Site.objects.filter(pk=intervention.site_id).update(
        database_engine="mariadb", database_name="x", database_user="x", database_secret="shop"
    )
    assert "SITE_SECRETS_DIR" in backed_up(intervention, now).backup.error


def test_the_key_is_in_no_journal_row_and_bound_to_its_backup(intervention, now):
    found = backed_up(intervention, now)
    key = backing_up.open_key(found.backup)
    assert not JournalEntry.objects.filter(facts__icontains=key.hex()).exists()
    found.backup.pk = found.pk
    with pytest.raises(ValueError, match="sealed"):
        backing_up.open_key(found.backup)
    assert settings.ENVELOPE_KEYS


def test_work_that_nobody_ends_and_bytes_that_stay_too_long_alarm_once(now):
    from interventions.services import alarms

    started = cases.ready(now)
    work.start(started, by=started.technician, now=now)
    overdue = cases.unanswered(now)
    assert alarms.alarm_due(now + DAY - timedelta(seconds=1)) == 0
    assert alarms.alarm_due(now + DAY) == 1
    assert alarms.alarm_due(now + 2 * DAY) == 1
    assert alarms.alarm_due(now + 9 * DAY) == 0
    assert Intervention.objects.filter(alarmed_at__isnull=False).count() == 2
    assert asking.step_due(now + 9 * DAY) == 0
    assert overdue.t0_at == now
