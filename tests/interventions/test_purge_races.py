"""A purge and a late invalidation at the same instant: exactly one wins, two hundred times (I9, I10)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from interventions.enums import Answer, BackupState, InterventionState
from interventions.models import Intervention, SiteBackup
from interventions.services import answers, purging
from interventions.services.states import NotPossible
from tests.cessions.test_races import Pair
from tests.interventions import cases
from tests.interventions.cases import again

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 200


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


def test_purge_and_late_invalidation_never_both(pair, now):
    due = now + timedelta(hours=24)
    intervention = cases.unanswered(now)

    def purge():
        return purging.purge(intervention.backup_id, now=due)

    def invalidate():
        try:
            answers.invalidate(intervention, remark="", now=due)
        except NotPossible:
            return False
        return True

    outcomes = set()
    for _ in range(ROUNDS):
        unanswered_again(intervention, due)
        won = tuple(pair.race(purge, invalidate))
        found = again(intervention)
        assert won in ((True, False), (False, True))
        assert (found.backup.state == BackupState.PURGED) == won[0]
        assert (found.state == InterventionState.INVALIDATED) == won[1]
        outcomes.add(won)
    assert outcomes == {(True, False), (False, True)}


def unanswered_again(intervention, due):
    """As nobody had answered, and the backup about to be destroyed."""
    SiteBackup.objects.filter(pk=intervention.backup_id).update(
        state=BackupState.READY,
        purged_at=None,
        stored_as="gone",
        sealed_key="sealed",
        purge_after=due,
        purge_before=due + timedelta(hours=24),
    )
    Intervention.objects.filter(pk=intervention.pk).update(
        state=InterventionState.UNANSWERED,
        answer=Answer.NONE,
        answered_at=None,
        answered_late=False,
        next_step_at=None,
    )
