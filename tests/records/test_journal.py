"""The journal: one unbroken chain per stream, and nobody changes it unseen (DESIGN 3 and 7)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from hosting.records.models import JournalEntry, JournalHead, JournalSeal
from hosting.records.services import Entry, journal, journal_many
from hosting.records.services.seals import seal_journal
from hosting.records.services.verification import Walked, verify


def broken(stream=""):
    return [str(place) for place in verify(Walked(), stream)]


def fill(now, streams=2, entries=4):
    journal_many(
        Entry(f"case:{stream}", "happened", now + timedelta(minutes=place), facts={"n": place})
        for stream in range(streams)
        for place in range(entries)
    )


@contextmanager
def guards_off():
    """What only a superuser can do: the triggers do not look."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


@pytest.mark.django_db(transaction=True)
def test_8_writers_with_50_appends_each_make_one_unbroken_chain(now):
    def write(writer):
        try:
            for number in range(50):
                with transaction.atomic():
                    journal("case:1", "counted", at=now, actor=f"user:{writer}", n=number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    sequences = JournalEntry.objects.filter(stream="case:1").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 401))
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_streams_written_together_in_any_order_never_deadlock(now):
    streams = [f"case:{number}" for number in range(5)]

    def write(writer):
        try:
            order = streams if writer % 2 else streams[::-1]
            for _ in range(20):
                journal_many(Entry(stream, "counted", now) for stream in order)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert JournalEntry.objects.count() == 400
    assert broken() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_journalentry SET event = 'other'",
        "DELETE FROM records_journalentry",
        "TRUNCATE records_journalentry",
        "UPDATE records_mailoutcome SET text = 'other'",
        "TRUNCATE records_mailoutcome",
        "TRUNCATE records_outgoingmail CASCADE",
        "UPDATE records_journalseal SET hash = ''",
        "TRUNCATE records_journalseal",
    ],
)
def test_evidence_refuses_to_change(now, outbox, statement):
    fill(now)
    seal_journal(now)
    outbox().outcomes.create(at=now, kind="accepted")
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db
def test_place_and_hashes_come_from_the_database_whatever_the_writer_says(now):
    JournalEntry.objects.create(
        stream="case:1", event="x", at=now, actor="system", sequence=77, hash="f", previous_hash="f"
    )
    entry = JournalEntry.objects.get()
    assert (entry.sequence, entry.previous_hash, len(entry.hash)) == (1, "", 64)
    assert broken() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [{}, {"umlaut": "äé\u2028"}, {"big": 10**30, "small": 1.5e-7}, {"b": 1, "a": [None, True]}],
)
def test_the_product_and_the_database_compute_the_same_hashes(now, facts):
    journal("case:é", "said", at=now, actor="user:1", **facts)
    assert broken() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        (
            "UPDATE records_journalentry SET event = 'other' WHERE stream='case:1' AND sequence=2",
            "#2",
        ),
        (
            "UPDATE records_journalentry SET at = at - interval '1 us' WHERE stream='case:1' AND sequence=3",
            "#3",
        ),
        ("UPDATE records_journalentry SET facts = '{}' WHERE stream='case:1' AND sequence=4", "#4"),
        ("DELETE FROM records_journalentry WHERE stream='case:1' AND sequence=2", "#3"),
        ("DELETE FROM records_journalentry WHERE stream='case:1' AND sequence=4", "#4"),
        ("DELETE FROM records_journalentry WHERE stream='case:1'", "#4"),
        ("UPDATE records_journalhead SET sequence = 3 WHERE stream='case:1'", "#3"),
        (
            "UPDATE records_journalentry SET hash = journal_hash(previous_hash, stream, sequence, at, actor, 'other', facts), event = 'other' WHERE stream='case:1' AND sequence=2",
            "#3",
        ),
    ],
)
def test_tampering_by_a_superuser_with_the_guards_off_is_named(now, tampering, what):
    fill(now)
    assert broken() == []
    with guards_off() as cursor:
        cursor.execute(tampering)
    first = broken()[0]
    assert first.startswith(f"stream case:1 {what}")
    assert broken("case:0") == []
    with pytest.raises(CommandError):
        call_command("verify_journal", stderr=StringIO(), stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_tail_cut_together_with_its_head_is_shown_by_the_seal(now):
    fill(now)
    seal_journal(now)
    cut = "DELETE FROM records_journalentry WHERE stream = 'case:1' AND sequence > 2"
    patch = """UPDATE records_journalhead AS head SET sequence = 2, hash = entry.hash
        FROM records_journalentry AS entry
        WHERE head.stream = 'case:1' AND entry.stream = 'case:1' AND entry.sequence = 2"""
    with guards_off() as cursor:
        cursor.execute(cut)
        cursor.execute(patch)
    [place] = broken()
    assert place.startswith("stream case:1 #4: the entry sealed on 2026-06-09")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE records_journalseal SET heads = '{}' WHERE date = '2026-06-10'",
        "DELETE FROM records_journalseal WHERE date = '2026-06-09'",
        "UPDATE records_journalseal SET sealed_at = sealed_at - interval '1 day'",
    ],
)
def test_a_changed_or_missing_seal_is_named(now, tampering):
    for days in range(3):
        journal("case:1", "happened", at=now, day=days)
        seal_journal(now + timedelta(days=days))
    assert broken() == []
    with guards_off() as cursor:
        cursor.execute(tampering)
    assert broken()[0].startswith("seal of 2026-06-")


@pytest.mark.django_db
def test_a_seal_holds_the_heads_that_moved_since_the_last_one(now):
    fill(now, streams=3)
    assert seal_journal(now)
    assert seal_journal(now + timedelta(hours=1)) is None
    journal("case:2", "moved", at=now)
    seal_journal(now + timedelta(days=1))
    first, second = JournalSeal.objects.all()
    assert set(first.heads) == {"case:0", "case:1", "case:2"}
    assert second.heads == {"case:2": [5, JournalHead.objects.get(stream="case:2").hash]}
    assert second.previous_hash == first.hash


@pytest.mark.django_db
def test_the_seals_date_is_the_local_one(now):
    journal("case:1", "happened", at=now)
    seal_journal(now.replace(hour=22, minute=30))  # 00:30 of the next date in Paris
    assert JournalSeal.objects.get().date.isoformat() == "2026-06-10"


@pytest.mark.django_db(transaction=True)
def test_a_stream_in_use_is_left_to_the_next_seal(now):
    fill(now)

    def seal():
        try:
            return seal_journal(now)
        finally:
            connections.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        journal("case:1", "under way", at=now)
        assert pool.submit(seal).result(timeout=20)
    assert set(JournalSeal.objects.get().heads) == {"case:0"}
    seal_journal(now + timedelta(days=1))
    assert set(JournalSeal.objects.last().heads) == {"case:1"}


@pytest.mark.django_db(transaction=True)
def test_the_command_says_how_much_it_walked(now):
    fill(now)
    seal_journal(now)
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert "unbroken: 8 entries in 2 streams, 1 seals" in out.getvalue()


CHANGES = {
    "at": "at + interval '1 microsecond'",
    "actor": "actor || 'x'",
    "event": "event || 'x'",
    "facts": "facts || '{\"added\": 1}'",
    "hash": "md5(hash) || md5(hash)",
    "previous_hash": "md5(previous_hash) || md5(hash)",
    "sequence": "sequence + 1000",
    "stream": "stream || 'x'",
}


@pytest.mark.django_db
@given(
    stream=st.integers(0, 2),
    place=st.integers(1, 5),
    columns=st.sets(st.sampled_from(sorted(CHANGES)), min_size=1),
)
@settings(max_examples=40, deadline=None)
def test_no_change_of_any_entry_goes_unseen(stream, place, columns):
    changes = ", ".join(f"{column} = {CHANGES[column]}" for column in sorted(columns))
    with transaction.atomic():
        fill(datetime(2026, 6, 9, 9, tzinfo=UTC), streams=3, entries=5)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                f"UPDATE records_journalentry SET {changes}"  # noqa: S608 (our own words)
                " WHERE stream = %s AND sequence = %s",
                [f"case:{stream}", place],
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
        places = broken()
        transaction.set_rollback(True)
    assert any(f"stream case:{stream}" in line for line in places)
