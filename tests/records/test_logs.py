"""Logs name request and case, never a token, a query or an address (section 2 of the house's frame)."""

import io
import json
import logging
import uuid

import pytest
import structlog
from django.conf import settings as django_settings

from hosting.lib import links, logs
from hosting.lib.redact import redacted

TOKEN = links.token("cession_status", uuid.UUID(int=9))


@pytest.fixture
def lines():
    """What production would print, as dictionaries."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    made = logs._logging("INFO", [], logs._for_machines())["formatters"]["ours"]
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=made["processors"])
    )
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"GET /cession/suivi/{TOKEN}/", "GET /cession/suivi/[token]/"),
        ("GET /cession/reponse/short/", "GET /cession/reponse/[token]/"),
        (f"odd {TOKEN} elsewhere", "odd [token] elsewhere"),
        ("/compte/password/reset/key/1-c0ffee/", "/compte/password/reset/key/[token]/"),
        ("GET /admin/?q=Dupont+Marie", "GET /admin/?[query]"),
        ("https://example.org/a/b?c=d&e", "https://example.org/a/b?[query]"),
        ("Key (email)=(ada.lovelace@example.org) exists", "Key (email)=([address]) exists"),
        ("to=ada%40example.org", "to=[address]"),
        (
            "GET /cession/ took 3 ms; why? nobody knows",
            "GET /cession/ took 3 ms; why? nobody knows",
        ),
    ],
)
def test_tokens_queries_and_addresses_are_taken_out(text, expected):
    assert redacted(text) == expected


@pytest.mark.django_db
def test_a_request_is_logged_with_its_id_and_without_its_token(client, lines):
    client.get(f"/cession/suivi/{TOKEN}/?name=Marie&mail=ada@example.org")
    finished = [line for line in lines() if line["event"] == "request_finished"]
    assert [line["request"] for line in finished] == ["GET /cession/suivi/[token]/?[query]"]
    assert uuid.UUID(finished[0]["request_id"])
    assert finished[0]["code"] == 404
    everything = json.dumps(lines())
    assert TOKEN.partition(".")[2] not in everything
    assert "ada@" not in everything
    assert "Marie" not in everything


@pytest.mark.django_db
def test_a_request_leaves_no_address_of_the_visitor_in_the_log(client, lines):
    client.get("/", REMOTE_ADDR="203.0.113.9", headers={"user-agent": "A browser"})
    assert "203.0.113.9" not in json.dumps(lines())


def test_the_case_is_named_in_every_further_line(lines):
    logs.bind_case("T2026-000042")
    structlog.get_logger("cessions").info("looked_at")
    assert lines()[-1]["case"] == "T2026-000042"


def test_an_exceptions_text_is_redacted_too(lines):
    try:
        raise ValueError(f"ada@example.org used {TOKEN}")
    except ValueError:
        logging.getLogger("somewhere").exception("failed for %s", "ada@example.org")
    line = lines()[-1]
    assert "ValueError: [address] used [token]" in line["exception"]
    assert "ada@" not in json.dumps(line)


def test_texts_inside_lists_and_dictionaries_are_redacted():
    event = logs.redact(None, "", {"a": [{"b": "ada@example.org"}], "n": 3, "k": uuid.UUID(int=1)})
    assert event == {"a": [{"b": "[address]"}], "n": 3, "k": str(uuid.UUID(int=1))}


def test_probes_that_find_all_well_are_not_logged():
    probe = {"event": "request_finished", "request": "GET /health/live/", "code": 200}
    with pytest.raises(structlog.DropEvent):
        logs.drop_probes(None, "", probe)
    assert logs.drop_probes(None, "", {**probe, "code": 503})["code"] == 503


def test_every_logger_of_django_and_gunicorn_goes_the_same_way():
    loggers = django_settings.LOGGING["loggers"]
    assert loggers["django"]["propagate"]
    assert loggers["gunicorn.error"]["handlers"] == ["console"]
