"""What the tests of the records share: a mail server, and a clock."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from hosting.records.models import OutgoingMail
from hosting.records.services import build_mail
from tests.smtp import Peer

SMTP_BACKEND = "hosting.lib.smtp.EmailBackend"


@pytest.fixture
def peer(settings: Any) -> Iterator[Callable[..., Peer]]:
    """Starts a scripted mail server and points the product at it."""
    started: list[Peer] = []

    def start(scripts: Any = None, **words: Any) -> Peer:
        server = Peer(scripts, **words)
        started.append(server.__enter__())
        settings.EMAIL_BACKEND = SMTP_BACKEND
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 5
        return server

    settings.MAIL_CONNECTIONS = 1
    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def clock(now: datetime) -> Callable[[], datetime]:
    return lambda: now


@pytest.fixture
def outbox(now: datetime) -> Callable[..., OutgoingMail]:
    """Writes a mail into the outbox, without ringing."""

    def write(recipient: str = "ada@example.org", **more: Any) -> OutgoingMail:
        words = {
            "kind": "test",
            "language": "en",
            "subject": "Hello",
            "text": "Good day",
            "now": now,
        }
        mail = build_mail(**words | {"recipient": recipient} | more)
        mail.save(force_insert=True)
        return mail

    return write
