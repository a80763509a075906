"""Assignees from a table: seen first, written whole or not at all, twice the same (P1)."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cessions.models import Assignee
from cessions.services import assignee_csv as table
from hosting.enums import ServiceStatus
from hosting.records.models import JournalEntry
from hosting.records.services.verification import Walked, verify
from hosting.services import change_status
from tests.factories import MembershipFactory, ServiceFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
HEAD = "full_name;organisation;emails;telephone;language;services\n"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def account():
    account = MembershipFactory().account
    ServiceFactory(account=account, name="bakery.example")
    ServiceFactory(account=account, name="bakery.example", hosting=True)
    return account


def line(name="Alix Martin", email="alix@bakery.example", services="bakery.example", phone=""):
    return f"{name};;{email};{phone};fr;{services}\n"


def test_a_name_means_the_domain_and_the_hosting_that_bear_it(account):
    table.import_table(account, HEAD + line(), now=NOW)
    assert account.assignees.get().services.count() == 2


def test_the_same_table_twice_adds_nothing_twice(account):
    text = HEAD + line()
    table.import_table(account, text, now=NOW)
    rows = table.import_table(account, text, now=NOW)
    assert [row.result for row in rows] == ["same"]
    assert Assignee.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (line(email="nobody"), "not one e-mail address"),
        (line(services="stranger.example"), "not a service of your account"),
        (line(phone="12"), "not a telephone number"),
        (line(name=""), "full name"),
        (line(services=""), "at least one service"),
        (line(name="x" * 201), "longer than 200"),
        (line().replace(";fr;", ";it;"), "one of: fr, de, en"),
        (line(name="Other", email="first@bakery.example"), "Line 2 has this person"),
    ],
)
def test_one_wrong_line_is_told_in_words_and_nothing_is_written(account, wrong, words):
    rows = table.import_table(account, HEAD + line(email="first@bakery.example") + wrong, now=NOW)
    assert words in " ".join(rows[1].problems)
    assert rows[1].result == "wrong"
    assert Assignee.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    ["", "name,mail\n", "full_name,emails\nA,b\n", 'full_name,emails,services\n"open', "\x00"],
)
def test_what_is_no_such_table_is_refused(account, text):
    with pytest.raises(table.TableRefused):
        table.plan(account, text)


def test_at_most_a_thousand_lines(account):
    with pytest.raises(table.TableRefused):
        table.plan(account, HEAD + line() * 1001)


def test_commas_and_latin_1_are_read(account):
    content = "full_name,emails,services\nHélène,h@bakery.example,bakery.example\n"
    rows = table.plan(account, table.decoded(content.encode("latin-1")))
    assert (rows[0].name, rows[0].result) == ("Hélène", "add")


def test_an_exported_list_holds_no_formula_and_comes_back_as_it_was(account):
    text = HEAD + line(name="=1+1", phone="+33388123456")
    table.import_table(account, text, now=NOW)
    exported = table.example(account)
    assert ";+" not in exported
    assert "'=1+1" in exported
    assert [row.result for row in table.plan(account, exported)] == ["same"]


def many(count, prefix="", phone="", of="bakery.example"):
    lines = (line(f"{prefix}Client {n}", f"c{n}@mail.example", of, phone) for n in range(count))
    return HEAD + "".join(lines)


def queries_of(account, text):
    with CaptureQueriesContext(connection) as made:
        rows = table.import_table(account, text, now=NOW)
    assert not any(row.problems for row in rows)
    return len(made)


def test_two_hundred_lines_take_as_many_queries_as_two(account):
    other = MembershipFactory().account
    ServiceFactory(account=other, name="florist.example", hosting=True)
    for prefix in ("", "New "):
        few = queries_of(other, many(2, prefix, of="florist.example"))
        assert queries_of(account, many(200, prefix)) == few
        assert few <= 12
        assert account.assignees.filter(full_name__startswith=prefix).count() == 200
    assert queries_of(account, many(200, "New ")) <= 12


def test_each_line_of_a_large_table_is_in_the_chained_journal(account):
    table.import_table(account, many(200), now=NOW, actor="user:1")
    table.import_table(account, many(200, phone="+33388123456"), now=NOW, actor="user:1")
    entries = JournalEntry.objects.filter(stream=account.stream, event__startswith="assignee.")
    added = [entry.facts for entry in entries if entry.event == "assignee.added"]
    changed = [entry.facts for entry in entries if entry.event == "assignee.changed"]
    listed = set(account.assignees.values_list("pk", flat=True))
    assert {facts["assignee"] for facts in added} == listed
    assert {facts["assignee"] for facts in changed} == listed
    assert all(len(facts["services"]) == 2 for facts in added)
    assert all(facts["fields"] == ["telephone"] for facts in changed)
    assert list(verify(Walked(), account.stream)) == []


def test_a_service_that_is_no_longer_offered_is_taken_off_with_the_next_change(account):
    table.import_table(account, many(2), now=NOW)
    gone, stays = account.services.order_by("pk")
    change_status(gone, ServiceStatus.TERMINATED, now=NOW)
    table.import_table(account, many(1, phone="+33388123456"), now=NOW)
    first, second = account.assignees.order_by("full_name")
    assert list(first.services.all()) == [stays]
    assert set(second.services.all()) == {gone, stays}
    facts = JournalEntry.objects.get(event="assignee.changed").facts
    assert (facts["added"], facts["removed"]) == ([], [gone.pk])


def test_the_preview_saves_nothing_and_the_button_saves_all(client: Client, account):
    client.force_login(account.memberships.get().user)
    page = reverse("portal_assignees_import")
    file = SimpleUploadedFile("list.csv", (HEAD + line()).encode())
    shown = client.post(page, {"file": file}).content.decode()
    assert "Alix Martin" in shown
    assert Assignee.objects.count() == 0
    seen = html.unescape(re.search(r'name="seen" value="([^"]+)"', shown)[1])
    assert client.post(page, {"seen": seen}).status_code == 302
    assert client.post(page, {"seen": seen}).status_code == 302
    assert Assignee.objects.count() == 1
    stranger = MembershipFactory()
    client.force_login(stranger.user)
    assert client.post(page, {"seen": seen})["Location"] == page
    assert stranger.account.assignees.count() == 0
