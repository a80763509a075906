"""Whether each part answers: real questions, not a look at the process table."""

import contextlib
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from celery import Celery
    from kombu import Connection


def web_answers(url: str) -> bool:
    """The page of liveness answers."""
    return _status(f"{url}/health/live/") == 200


def is_ready(url: str) -> bool:
    """The application finds its database, broker and storage, and a bell that a worker heard.

    The last is a round trip: what rang `note_heartbeat` went through broker and worker into the
    shared cache, where the web process sees it.
    """
    return _status(f"{url}/health/ready/") == 200


def smtp_answers(port: int) -> bool:
    """The peer greets, and knows who we are."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as peer:
            return peer.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def ring(redis_url: str, task: str, arguments: dict[str, Any]) -> None:
    """Send a task by name."""
    with _bell(redis_url) as (app, connection):
        app.send_task(task, kwargs=arguments, connection=connection)


@contextlib.contextmanager
def _bell(redis_url: str) -> Iterator["tuple[Celery, Connection]"]:
    """A Celery application that knows the broker and nothing else, and a connection of its own.

    It does not become the current one of a process that has its own (the tests). Celery is imported
    here because it takes as long as all the rest of the launcher.
    """
    from celery import Celery

    url = redis_url.replace("unix://", "redis+socket://")
    with Celery("launcher", broker=url, set_as_current=False) as app:
        app.conf.broker_transport_options = {"socket_connect_timeout": 3}
        with app.connection_for_write() as connection:
            yield app, connection


def _status(url: str) -> int:
    """The HTTP status that `url` answers with; 0 without an answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 (http alone)
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
