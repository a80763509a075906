"""The sweep that beat rings for (C2, K4)."""

from datetime import timedelta

import pytest

from cessions import tasks
from cessions.models import ContactAttempt
from hosting.schedule import CELERY_BEAT_SCHEDULE
from tests.factories import TransferRequestFactory


@pytest.mark.django_db
def test_the_sweep_goes_on_until_nothing_is_due(now, monkeypatch):
    for _ in range(5):
        TransferRequestFactory()
    monkeypatch.setattr(tasks, "BATCH", 2)
    monkeypatch.setattr("hosting.lib.clock.now", lambda: now)
    tasks.sweep_contact_attempts()
    assert ContactAttempt.objects.count() == 5


def test_beat_rings_for_the_attempts_every_five_minutes():
    entries = [e for e in CELERY_BEAT_SCHEDULE.values() if e["task"].endswith("contact_attempts")]
    assert [entry["schedule"] for entry in entries] == [timedelta(minutes=5).total_seconds()]
    assert tasks.sweep_contact_attempts.name == entries[0]["task"]
