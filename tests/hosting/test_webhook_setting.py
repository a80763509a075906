"""The setting WEBHOOKS: what is bad or unsafe stops the start, and shows neither address nor secret."""

import json
from typing import Any

import pytest

from hosting.startup import webhooks

GOOD = {"name": "billing", "url": "https://billing.example.org/hook", "secret": "s" * 32}


def read(*values: Any, development: bool = False) -> list[dict[str, str]]:
    return webhooks("WEBHOOKS", list(values), development=development)


def test_good_receivers_are_taken():
    assert read() == []
    assert read(GOOD, GOOD | {"name": "provisioning"})[1]["name"] == "provisioning"
    local = GOOD | {"url": "http://127.0.0.1:9000/"}
    assert read(local, development=True) == [local]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([GOOD | {"url": "http://hidden.example.org/hook"}], "no https"),
        ([GOOD | {"url": "ftp://hidden.example.org"}], "an address"),
        ([GOOD | {"secret": "hidden"}], "too short"),
        ([GOOD | {"name": "My billing"}], "a name"),
        ([GOOD, GOOD], "twice"),
        ([{"name": "billing", "url": "https://hidden.example.org"}], "name, url, secret"),
        ([GOOD | {"more": "x"}], "name, url, secret"),
        ([GOOD | {"secret": 5}], "each a text"),
        (["hidden"], "an object"),
    ],
)
def test_a_bad_receiver_stops_the_start_with_one_line(values, words):
    with pytest.raises(SystemExit) as stopped:
        read(*values)
    line = str(stopped.value)
    assert words in line
    assert "WEBHOOKS" in line
    assert "hidden" not in line
    assert "\n" not in line


def test_something_else_than_a_list_stops_the_start():
    with pytest.raises(SystemExit):
        webhooks("WEBHOOKS", json.loads('{"name": "billing"}'), development=True)
