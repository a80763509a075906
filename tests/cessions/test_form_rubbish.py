"""Whatever a visitor sends: a page in his language, never an error of ours (T1)."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cessions.models import Filing
from tests.cessions.visitor import ANSWERS, answers

pytestmark = pytest.mark.django_db
KIND = (400, 403, 404, 405, 411, 413, 422)
MEGABYTE = "x" * 1_000_000


RUBBISH = ("\0", "a\0b", MEGABYTE, "\ud7ff\u202e☃", "-1", "[]", "%00", "")


@pytest.mark.parametrize("field", [*ANSWERS, "do", "key", "notices", "event_details"])
def test_rubbish_in_any_field_gets_a_friendly_page(client, field):
    given = answers(client)
    for rubbish in RUBBISH:
        response = client.post("/cession/", {**given, field: rubbish})
        assert response.status_code in (*KIND, 200, 302)


def test_what_was_typed_comes_back_without_its_null_characters(client):
    response = client.post("/cession/", answers(client, full_name="Do\0minique", already_tried="é"))
    assert response.status_code == 422
    assert 'value="Dominique"' in response.content.decode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"", "multipart/form-data; boundary="),
        (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"a=1&" * 1200, "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"a=1", "text/plain; charset=utf-99"),
    ],
)
def test_a_damaged_body_gets_a_friendly_page(body, kind):
    client = Client(headers={"accept-language": "de"}, raise_request_exception=True)
    response = client.generic("POST", "/cession/", body, content_type=kind)
    assert response.status_code in KIND
    assert b'lang="de"' in response.content


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/cession/").status_code == 405


def test_twenty_lines_of_services_are_the_most(client):
    names = [f"site{number}.fr" for number in range(500)]
    response = client.post("/cession/", answers(client, service_name=names))
    assert response.status_code == 302
    assert Filing.objects.get().services.count() <= 40


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.dictionaries(st.sampled_from([*ANSWERS, "do", "key"]), st.text(max_size=60)))
def test_no_typed_text_breaks_the_form(client, data):
    page = {
        **ANSWERS,
        **{name: text.encode(errors="ignore").decode() for name, text in data.items()},
    }
    assert client.post("/cession/", page).status_code in (*KIND, 200, 302)
