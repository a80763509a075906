"""`import_customers`: checked row by row, nothing half done, nothing changed that is here."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.models import ContactMethod, CustomerAccount
from accounts.services import add_contact
from hosting.imports import comparing, writing
from hosting.imports.rows import COLUMNS
from hosting.lib.names import to_ascii
from hosting.models import OwnershipPeriod, Service
from hosting.records.models import JournalEntry
from tests import factories

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parents[2] / "docs" / "customers-example.csv"
HEADER = "account_number,full_name,country,emails,telephones,service_name,service_kind,owner_email"


@pytest.fixture
def file(tmp_path):
    """`file(*rows)`: a file of these rows."""

    def written(*rows: str, header: str = HEADER) -> Path:
        path = tmp_path / "customers.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return written


def run(path: Path, *options: str) -> tuple[str, list[str]]:
    """What the command says, and its error lines."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_customers", str(path), *options, stdout=out, stderr=err)
    except CommandError as error:
        return str(error), err.getvalue().splitlines()
    return out.getvalue(), []


@pytest.fixture
def plan():
    return factories.PlanFactory(code="standard")


def test_the_example_of_the_docs_is_imported(plan):
    run(EXAMPLE, "--apply")
    account = CustomerAccount.objects.get(number="C004711")
    assert account.registration_number == "732829320"
    assert account.created_at == datetime(2018, 3, 31, 22, tzinfo=UTC)
    values = account.contact_methods.current().values_list("value", "order")
    assert list(values) == [
        ("camille@atelier.example", 0),
        ("compta@atelier.example", 1),
        ("+33388123456", 2),
        ("+33612345678", 3),
    ]
    names = set(account.services.values_list("kind", "name"))
    assert {name for _kind, name in names} == {
        "boulangerie-martin.example",
        to_ascii("bäckerei-süd.example"),
    }
    south = account.services.get(unicode_name="bäckerei-süd.example")
    assert south.registration.owner_address == "Hauptstraße 5\n77694 Kehl"
    assert OwnershipPeriod.objects.filter(during__upper_inf=True).count() == 4
    entry = JournalEntry.objects.get(stream=account.stream, event="account.imported")
    assert len(entry.facts["services"]) == 3


def test_the_docs_name_every_column_and_the_example_has_them_all():
    docs = EXAMPLE.with_name("import.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in docs] == []
    header = EXAMPLE.read_text(encoding="utf-8").splitlines()[0]
    assert tuple(header.split(";")) == COLUMNS


def test_a_dry_run_is_the_default_and_writes_nothing(plan):
    said, errors = run(EXAMPLE)
    assert errors == []
    assert said
    assert not CustomerAccount.objects.exists()
    assert not JournalEntry.objects.exists()


def test_importing_twice_adds_nothing_the_second_time(plan):
    run(EXAMPLE, "--apply")
    entries = JournalEntry.objects.count()
    run(EXAMPLE, "--apply")
    assert CustomerAccount.objects.count() == 2
    assert Service.objects.count() == 4
    assert ContactMethod.objects.count() == 5
    assert JournalEntry.objects.count() == entries


def test_every_error_is_named_by_line_and_column_and_nothing_is_written(file):
    path = file(
        "A1,Ada,FR,ada@example.fr,03 88 12 34 56,a.fr,domain,",
        "A2,Bob,ZZ,,,,,",
        'A3,Cid,FR,"a@b.fr, c@d.fr",12,b.fr,domain,',
        "A4,,FR,,,no domain,domain,",
        ",Eve,FR,,,,,",
        "A5,Fay,FR,,,a.fr,domain,",
        "A6,Gil,FR,,,x.fr,banana,",
        "A7,Hal,FR,,,h.fr,hosting,h@h.fr",
    )
    said, errors = run(path, "--apply")
    places = [error.partition(":")[0] for error in errors]
    assert [place.split()[-2].strip(",") + " " + place.split()[-1] for place in places] == [
        "3 country",
        "4 emails",
        "4 telephones",
        "5 full_name",
        "5 service_name",
        "6 account_number",
        "7 service_name",
        "8 service_kind",
        "9 owner_email",
    ]
    assert "9" in said
    assert not CustomerAccount.objects.exists()


def test_a_quoted_cell_over_several_lines_does_not_shift_the_line_numbers(file):
    path = file('A1,"Ada\nLovelace",FR,,,,,', "A2,Bob,ZZ,,,,,")
    _said, (error,) = run(path)
    assert " 4," in error


@pytest.mark.parametrize(
    "header",
    ["account_number", "full_name,account_number,colour", "account_number,full_name,full_name", ""],
)
def test_a_wrong_header_is_refused_as_a_whole(file, header):
    said, errors = run(file("A1,Ada", header=header))
    assert errors == []
    assert said
    assert not CustomerAccount.objects.exists()


def test_a_file_in_another_encoding_or_none_is_refused_in_words(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("account_number,full_name\nA1,Zoé\n".encode("latin-1"))
    assert "UTF-8" in run(path)[0]
    assert "nowhere" in run(tmp_path / "nowhere.csv")[0]


def test_an_account_that_is_here_keeps_its_identity_and_the_row_is_refused(file):
    account = factories.CustomerAccountFactory(number="A1", full_name="Ada Lovelace")
    _said, errors = run(file("A1,Ada King,FR,,,,,"), "--apply")
    assert any("full_name" in error for error in errors)
    account.refresh_from_db()
    assert account.full_name == "Ada Lovelace"


def test_an_account_that_is_here_gets_what_it_lacks(file, now):
    run(file("A1,Ada,FR,ada@example.fr,,,,"), "--apply")
    account = CustomerAccount.objects.get()
    add_contact(account, kind="email", value="second@example.fr", now=now)
    run(file("A1,Ada,FR,ADA@example.fr|third@example.fr,,new.fr,domain,"), "--apply")
    values = account.contact_methods.values_list("value", flat=True)
    assert list(values) == ["ada@example.fr", "second@example.fr", "third@example.fr"]
    assert account.services.get().name == "new.fr"


def test_a_service_of_another_account_is_refused(file):
    service = factories.ServiceFactory(name="taken.fr")
    _said, (error,) = run(file("A1,Ada,FR,,,taken.fr,domain,"), "--apply")
    assert service.account.number in error


def test_rows_of_one_account_that_contradict_each_other_are_refused(file):
    _said, (error,) = run(file("A1,Ada,FR,,,a.fr,domain,", "A1,Eve,FR,,,b.fr,domain,"))
    assert "account_number" in error


def test_what_the_database_refuses_leaves_nothing_behind(file, monkeypatch):
    def refused(*args):
        raise IntegrityError("no")

    monkeypatch.setattr(writing, "_journal", refused)
    said, _errors = run(file("A1,Ada,FR,ada@example.fr,,a.fr,domain,"), "--apply")
    assert "no" in said
    assert not CustomerAccount.objects.exists()
    assert not Service.objects.exists()


def test_more_rows_than_a_chunk_are_all_written(file, monkeypatch):
    monkeypatch.setattr(comparing.chunks, "__defaults__", (7,))
    run(file(*(f"A{n},Ada {n},FR,a{n}@example.fr,,a{n}.fr,domain," for n in range(20))), "--apply")
    assert CustomerAccount.objects.count() == Service.objects.count() == 20


def test_many_errors_are_cut_off_unless_asked_for(file):
    path = file(*(f"A{n},Ada,ZZ,,,,," for n in range(120)))
    assert len(run(path)[1]) == 101
    assert len(run(path, "--all-errors")[1]) == 120
