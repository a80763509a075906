"""A broker that takes connections and answers nobody holds up no page: it is only a bell."""

import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from celery import current_app

from hosting.desk import health
from hosting.lib import bell
from hosting.lib.metrics import BELLS_UNHEARD


@pytest.fixture
def deaf(monkeypatch, tmp_path: Path) -> Iterator[str]:
    """The address of a server that hears everything and says nothing; the application's own broker."""
    with socket.socket(socket.AF_UNIX) as server:
        path = tmp_path / "deaf.sock"
        server.bind(str(path))
        server.listen(8)
        address = f"redis+socket://{path}"
        app = current_app._get_current_object()
        monkeypatch.setattr(app, "connection_for_write", partial(app.connection_for_write, address))
        yield address


def test_nobody_waits_for_its_answer(deaf: str, monkeypatch):
    app = current_app._get_current_object()
    monkeypatch.setattr(
        app, "send_task", partial(app.send_task, connection=app.connection_for_write())
    )
    before = BELLS_UNHEARD._value.get()
    assert not bell.ring("nobody.listens")
    assert BELLS_UNHEARD._value.get() == before + 1


def test_a_page_that_rings_often_waits_once(deaf: str, monkeypatch):
    app = current_app._get_current_object()
    tries = []

    def unheard(*_args, **_words):
        tries.append(1)
        raise OSError("deaf")

    monkeypatch.setattr(app, "send_task", unheard)
    assert [bell.ring("nobody.listens") for _ in range(5)] == [False] * 5
    assert len(tries) == 1
    bell.silence.end()
    bell.ring("nobody.listens")
    assert len(tries) == 2


@pytest.mark.django_db
def test_readiness_says_that_it_is_down(deaf: str, client):
    assert client.get("/health/ready/?parts=broker").json() == {"broker": "down"}
    assert not health.broker_answers()
