"""A purge and a late invalidation at the same instant: exactly one wins, two hundred times (I9, I10)."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from interventions.enums import BackupState, InterventionState
from interventions.services import answers, purging
from interventions.services.states import NotPossible
from tests.interventions import cases
from tests.interventions.cases import again

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 200


def test_purge_and_late_invalidation_never_both(now):
    due = now + timedelta(hours=24)
    outcomes = set()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            intervention = cases.unanswered(now)
            gate = Barrier(2)
            purged = pool.submit(side, gate, lambda i=intervention: purge(i, due))
            held = pool.submit(side, gate, lambda i=intervention: invalidate(i, due))
            won = (purged.result(), held.result())
            found = again(intervention)
            assert won in ((True, False), (False, True))
            assert (found.backup.state == BackupState.PURGED) == won[0]
            assert (found.state == InterventionState.INVALIDATED) == won[1]
            outcomes.add(won)
    assert outcomes == {(True, False), (False, True)}


def side(gate, act):
    gate.wait(timeout=60)
    try:
        with connection.cursor() as cursor:
            for _ in range(random.randrange(12)):  # idle statements shift who comes first
                cursor.execute("SELECT 1")
        return act()
    finally:
        connection.close()


def purge(intervention, due):
    return purging.purge(intervention.backup_id, now=due)


def invalidate(intervention, due):
    try:
        answers.invalidate(intervention, remark="", now=due)
    except NotPossible:
        return False
    return True
