"""A complete installation: it comes up, loses parts, is killed as a whole, and comes up again."""

import contextlib
import os
import shutil
import signal
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devtools import health
from devtools.broker import Broker
from devtools.installation import SERVER_VARIABLES, Installation
from devtools.paths import throwaway_folder
from devtools.processes import Leftovers

PARTS = {"database", "broker", "mail peer", "web", "worker", "beat"}


@pytest.fixture
def state() -> Iterator[Path]:
    folder = throwaway_folder()
    yield folder
    Leftovers(folder).clear(patience=0)
    shutil.rmtree(folder)


def fresh(state: Path) -> Installation:
    base = {name: value for name, value in os.environ.items() if name not in SERVER_VARIABLES}
    base["CLOCK_OFFSET_FILE"] = str(state / "clock-offset")
    return Installation(state, durable=False, base=base)


def test_an_installation_killed_as_a_whole_starts_again_and_stops_without_a_trace(state: Path):
    first = fresh(state)
    first.start()
    assert set(first.children) == PARTS
    assert all(child.alive for child in first.children.values())
    _everything_answers(first)
    first.move_clock(timedelta(days=4000))
    for pid in list(Leftovers(state).pids()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for child in first.children.values():
        child.process.wait()

    second = fresh(state)
    Leftovers(state).clear()
    second.start()
    _everything_answers(second)

    year = second.manage("shell", "-c", "from hosting.lib.clock import now; print(now().year)")
    assert int(year.split()[-1]) >= datetime.now(UTC).year + 10

    second.kill("worker")
    second.start_worker()
    second.children["web"].kill()
    assert second.dead_child() is second.children["web"]

    second.stop()
    assert list(Leftovers(state).pids()) == []


def _everything_answers(installation: Installation) -> None:
    assert health.web_answers(installation.url)
    assert health.is_ready(installation.url)
    before = len(installation.mails())
    with smtplib.SMTP(
        "127.0.0.1", int(installation.environment["EMAIL_URL"].split(":")[-1])
    ) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], "Subject: Bonjour\r\n\r\nGood day\r\n")
    mail = installation.mails()[before]
    assert (mail["Subject"], mail["X-Envelope-To"]) == ("Bonjour", "b@example.org")


def test_a_lost_broker_comes_back_empty_at_the_same_place(broker: Broker):
    address = broker.environment()
    assert broker.child
    broker.child.kill()
    broker.start()
    assert broker.environment() == address
    health.ring(address["REDIS_URL"], "nobody.listens", {})
