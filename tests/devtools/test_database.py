"""What the test database promises to every test."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from hosting.records.models import JournalEntry
from hosting.records.services import journal


@pytest.mark.django_db
def test_the_database_is_a_real_postgresql_without_a_network_port():
    with connection.cursor() as cursor:
        cursor.execute("show listen_addresses")
        assert cursor.fetchone() == ("",)


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_no_journal_and_loses_no_group(round_: int, now):
    assert not JournalEntry.objects.exists()
    assert {group.name for group in Group.objects.all()} == {"support", "supervisor"}
    journal("case:1", "tried", at=now, round=round_)
    assert JournalEntry.objects.count() == 1
