"""Whether each part answers: real questions, not a look at the process table."""

import smtplib
import urllib.error
import urllib.request

from celery import Celery


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
    with bell(redis_url) as app:
        return bool(app.control.ping(destination=[worker], timeout=0.5))


def smtp_answers(port: int) -> bool:
    """The peer greets, and knows who we are."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as peer:
            return peer.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def bell(redis_url: str) -> Celery:
    """A Celery application that knows the broker and nothing else."""
    app = Celery("launcher", broker=redis_url.replace("unix://", "redis+socket://"))
    app.conf.broker_transport_options = {"socket_connect_timeout": 3}
    return app
