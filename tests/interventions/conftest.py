"""What tests of the conversation share: a mail server, and a page that links lead to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.smtp import Peer


@pytest.fixture
def peer(settings: Any) -> Iterator[Callable[..., Peer]]:
    """Starts a mail server and points the product at it."""
    started: list[Peer] = []

    def start() -> Peer:
        server = Peer()
        started.append(server.__enter__())
        settings.EMAIL_BACKEND = "hosting.lib.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT, settings.MAIL_CONNECTIONS = 5, 1
        return server

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def talking(settings: Any) -> None:
    """The installation takes replies by mail; the client's page has its address."""
    settings.REPLY_ADDRESS = "assistance+{token}@help.example.org"
    settings.ROOT_URLCONF = "tests.interventions.pages"
