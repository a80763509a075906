"""Whatever a visitor sends to the form of a ticket: a page in his language, never an error of ours."""

import pytest
from django.test import Client

from interventions.models import Ticket
from tests.interventions.visitor import PUBLIC, answers, asked_and_confirmed

pytestmark = pytest.mark.django_db
KIND = (400, 403, 404, 405, 411, 413, 422)
RUBBISH = ("\0", "a\0b", "x" * 1_000_000, "\ud7ff\u202e☃", "-1", "[]", "%00", "")
FIELDS = [*PUBLIC, "key", "notices", "service", "secret_cms", "secret_database"]


@pytest.mark.parametrize("field", FIELDS)
def test_rubbish_in_any_field_gets_a_friendly_page(client, field):
    given = answers(client)
    for rubbish in RUBBISH:
        answer = client.post("/assistance/", {**given, field: rubbish})
        assert answer.status_code in (*KIND, 200, 302)
    assert set(Ticket.objects.values_list("time_zone", flat=True)) <= {"", "America/New_York"}


@pytest.mark.parametrize(
    "pages",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:password@example.fr/",
        "not a page",
        "\n".join(f"https://example.fr/{number}" for number in range(6)),
        "https://example.fr/" + "x" * 500,
        "https://[::1",
    ],
)
def test_what_is_no_page_is_refused(client, pages):
    assert client.post("/assistance/", answers(client, pages=pages)).status_code == 422


def test_more_areas_than_anybody_checks_are_refused(client):
    areas = "\n".join(f"area {number}" for number in range(21))
    assert client.post("/assistance/", answers(client, areas=areas)).status_code == 422


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"a=1&" * 1200, "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_damaged_body_gets_a_friendly_page(body, kind):
    client = Client(headers={"accept-language": "de"}, raise_request_exception=True)
    answer = client.generic("POST", "/assistance/", body, content_type=kind)
    assert answer.status_code in KIND
    assert b'lang="de"' in answer.content


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_other_methods_are_refused(client, method):
    page = asked_and_confirmed(client)
    for address in ("/assistance/", page):
        assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize(
    "do", ["", "\0", "erase:", "erase:-1", f"erase:{'9' * 500}", "erase:²", "x"]
)
def test_rubbish_on_the_ticket_page_changes_nothing(client, do):
    page = asked_and_confirmed(client, secret_cms="secret")
    assert client.post(page, {"do": do}, follow=True).status_code == 200
    assert Ticket.objects.get().credentials.filter(erased_at=None).count() == 1
