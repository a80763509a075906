"""Whether each part answers: real questions, not a look at the process table."""

import contextlib
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from celery import Celery
from kombu import Connection
from kombu.exceptions import OperationalError
from redis import RedisError


def web_answers(url: str) -> bool:
    """The page of liveness answers."""
    try:
        with urllib.request.urlopen(f"{url}/health/live/", timeout=10) as response:  # noqa: S310
            return bool(response.status == 200)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def worker_answers(redis_url: str, worker: str) -> bool:
    """A ping goes through the broker to the worker of that name, and its pong comes back."""
    try:
        with bell(redis_url) as (app, connection):
            pongs = app.control.ping([worker], timeout=0.5, connection=connection)
    except (OSError, RedisError, OperationalError):
        return False
    return bool(pongs)


def ring(redis_url: str, task: str, arguments: dict[str, Any]) -> None:
    """Send a task by name."""
    with bell(redis_url) as (app, connection):
        app.send_task(task, kwargs=arguments, connection=connection)


def smtp_answers(port: int) -> bool:
    """The peer greets, and knows who we are."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as peer:
            return peer.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


@contextlib.contextmanager
def bell(redis_url: str) -> Iterator[tuple[Celery, Connection]]:
    """A Celery application that knows the broker and nothing else, and a connection of its own."""
    with Celery("launcher", broker=redis_url.replace("unix://", "redis+socket://")) as app:
        app.conf.broker_transport_options = {"socket_connect_timeout": 3}
        with app.connection_for_write() as connection:
            yield app, connection
