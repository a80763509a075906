"""Two presses at once, and a purge against a client's restore: exactly one each, many times (N7, I10)."""

from datetime import timedelta

import pytest

from hosting.enums import PlanKind
from hosting.lib.factor import Factor
from interventions.enums import BackupState, RestoreState, SiteKind
from interventions.models import Site, SiteBackup, SiteRestore
from interventions.services import nightly, own_backups, purging
from interventions.services.states import NotPossible
from tests import factories
from tests.cessions.test_races import Pair
from tests.interventions import cases

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 40
DAY = timedelta(days=1)


@pytest.fixture
def site():
    plan = factories.PlanFactory(
        kind=PlanKind.MANAGED, automatic_backups=True, backup_retention_days=35
    )
    service = factories.ServiceFactory(hosting=True, plan=plan)
    return Site.objects.create(service=service, kind=SiteKind.OTHER, root="/srv/site")


@pytest.fixture
def both():
    """What two give when they begin at the same instant."""
    pair = Pair()
    yield lambda one, other: tuple(pair.race(one, other))
    pair.close()


def test_two_presses_at_once_start_one_backup(both, site, now):
    by = factories.UserFactory()
    for _ in range(ROUNDS):
        SiteBackup.objects.all().delete()

        def press():
            return own_backups.back_up_now(site, by=by, now=now).pk

        first, second = both(press, press)
        assert first == second
        assert site.backups.count() == 1


def test_two_sweeps_at_once_order_one_nightly_backup(both, site, now):
    for _ in range(ROUNDS):
        SiteBackup.objects.all().delete()
        Site.objects.update(next_backup_at=now)
        assert sum(both(lambda: nightly.order_due(now), lambda: nightly.order_due(now))) == 1
        assert site.backups.count() == 1


def test_two_restores_at_once_are_one(both, site, now):
    by = factories.UserFactory()
    backup = cases.verified(own_backups.back_up_now(site, by=by, now=now), now)

    def restore():
        try:
            own_backups.restore_own(backup, by=by, factor=Factor.PASSWORD, now=now)
        except NotPossible:
            return False
        return True

    for _ in range(ROUNDS):
        SiteRestore.objects.all().delete()
        assert sorted(both(restore, restore)) == [False, True]
        assert SiteRestore.objects.count() == 1


def test_a_purge_and_a_clients_restore_never_both(both, site, now):
    by = factories.UserFactory()
    due = now + 30 * DAY
    outcomes = set()
    for _ in range(ROUNDS * 3):
        SiteRestore.objects.all().delete()
        SiteBackup.objects.all().delete()
        backup = cases.verified(own_backups.back_up_now(site, by=by, now=now), now)
        SiteBackup.objects.update(purge_after=due)

        def restore(backup=backup):
            try:
                own_backups.restore_own(backup, by=by, factor=Factor.PASSWORD, now=due)
            except NotPossible:
                return False
            return True

        won = both(lambda backup=backup: purging.purge(backup.pk, now=due), restore)
        backup.refresh_from_db()
        asked = SiteRestore.objects.filter(state=RestoreState.QUEUED).exists()
        assert won in ((True, False), (False, True))
        assert (backup.state == BackupState.PURGED, asked) == won
        assert cases.bytes_exist(backup.stored_as) == asked
        outcomes.add(won)
    assert outcomes == {(True, False), (False, True)}
