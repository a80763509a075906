"""In production the application's role owns nothing and cannot change evidence (DESIGN 3, T3, C5)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, connection, transaction

from hosting.records.models import JournalEntry, JournalSeal, MailOutcome
from hosting.records.services import journal, queue_mail, sending
from hosting.records.services.seals import seal_journal
from tests.factories import TransferRequestFactory

pytestmark = pytest.mark.django_db
ROLE = "easyhoster_app"
EVIDENCE = [
    "records_journalentry",
    "records_journalseal",
    "records_mailoutcome",
    "records_journalhead",
]


@pytest.fixture
def evidence(now, outbox):
    """One row of each kind, written by the owner."""
    request = TransferRequestFactory()
    journal("case:1", "happened", at=now)
    seal_journal(now)
    outbox().outcomes.create(at=now, kind="accepted")
    connection.check_constraints()
    return request


@pytest.fixture
def as_application(evidence):
    """From here on the test is the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        call_command("grant_application_role", ROLE, stdout=StringIO())
        cursor.execute(f"SET ROLE {ROLE}")
        yield evidence
        cursor.execute("RESET ROLE")


def refused(statement):
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        connection.cursor().execute(statement)
    return type(caught.value)


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET hash = 'x'",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {}",
        "CREATE TRIGGER t BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ],
)
def test_evidence_is_beyond_the_role(as_application, table, statement):
    column = "text" if table == "records_mailoutcome" else "hash"
    assert refused(statement.format(table).replace("hash", column)) is ProgrammingError


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cessions_transferrequest SET received_at = now()",
        "DELETE FROM cessions_transferrequest",
        "UPDATE cessions_contactattempt SET at = now()",
        "UPDATE accounts_powerofattorney SET reference = 'x'",
        "DELETE FROM accounts_powerofattorney",
        "UPDATE cessions_transfercontract SET drafted_at = now()",
        "DELETE FROM cessions_transfercontract",
        "UPDATE records_outgoingmail SET recipient = 'x@example.org'",
        "DELETE FROM records_outgoingmail",
        "SET session_replication_role = replica",
        (
            "INSERT INTO records_journalseal (sealed_at, date, heads, previous_hash, hash)"
            " VALUES (now(), '2030-01-01', '{}', '', '')"
        ),
        "CREATE TABLE mine (id int)",
        (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN NEW; END'"
        ),
    ],
)
def test_reception_attempts_and_guards_are_beyond_the_role(as_application, statement):
    assert refused(statement) is ProgrammingError


def test_reception_stays_even_where_the_column_is_granted(evidence):
    assert (
        refused("UPDATE cessions_transferrequest SET received_at = now()") is not ProgrammingError
    )


def test_the_role_does_the_applications_work(as_application, now, peer):
    server = peer()
    queue_mail(
        kind="test",
        recipient="ada@example.org",
        language="en",
        subject="Hello",
        text="Good day",
        now=now,
        stream="case:1",
    )
    assert sending.send_due(lambda: now) == 2
    assert len(server.mails) == 2
    assert MailOutcome.objects.count() == 3
    assert JournalEntry.objects.filter(event="mail.accepted").count() == 1
    later = now.replace(day=10)
    assert seal_journal(later)
    assert JournalSeal.objects.count() == 2
    as_application.save(update_fields=["next_attempt_at"])


def test_a_temporary_table_of_the_role_does_not_deceive_the_journal(as_application, now):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE records_journalhead (LIKE records_journalhead)")
        journal("case:1", "again", at=now)
        cursor.execute("DROP TABLE pg_temp.records_journalhead")
    assert JournalEntry.objects.get(event="again").sequence == 2


def test_the_command_can_be_repeated(as_application):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        call_command("grant_application_role", ROLE, stdout=StringIO())
        cursor.execute(f"SET ROLE {ROLE}")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        ("", "no role"),
        (f"CREATE ROLE {ROLE} SUPERUSER", "superuser"),
        (f"CREATE ROLE {ROLE}; ALTER TABLE django_session OWNER TO {ROLE}", "owns tables"),
        (f"CREATE ROLE {ROLE}; GRANT UPDATE ON records_journalentry TO PUBLIC", "may still UPDATE"),
        (f"CREATE ROLE {ROLE}; GRANT CREATE ON SCHEMA public TO PUBLIC", "may create"),
    ],
)
def test_an_unfit_role_is_refused(make, why):
    if make:
        connection.cursor().execute(make)
    with pytest.raises(CommandError, match=why):
        call_command("grant_application_role", ROLE, stdout=StringIO())
