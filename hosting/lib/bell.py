"""The bell: the broker wakes a worker, and may be away without harm (DESIGN, principle 1)."""

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from hosting.lib.metrics import BELLS_UNHEARD
from hosting.lib.silence import Silence

EXPIRES_SECONDS = 60
log = structlog.get_logger(__name__)


silence = Silence()
"""A page that rings three times does not wait three times for a broker that hangs."""


def ring_on_commit(task: str) -> None:
    """Ring `task` (its name; it takes no arguments) once the present transaction is committed."""
    transaction.on_commit(partial(ring, task))


def ring(task: str) -> bool:
    """Ring `task` now. Without a broker it is logged, counted and False: the next sweep finds the work."""
    if silence:
        BELLS_UNHEARD.inc()
        return False
    try:
        current_app.send_task(task, retry=False, expires=EXPIRES_SECONDS, ignore_result=True)
    except (OperationalError, OSError) as error:
        silence.begin()
        BELLS_UNHEARD.inc()
        log.warning("bell_unheard", task=task, error=type(error).__name__)
        return False
    return True
