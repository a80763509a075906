"""Long work outside transactions: a worker takes a row for some minutes and says that he is still there.

Killed, he says nothing more; when the lease is over the row is due again, and another one takes it.
What he had taken he can no longer write: each claim counts `tries` up, and who has another count is out.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from interventions.backups import BackupError, Progress

LEASE = timedelta(minutes=10)
TELL_EVERY = timedelta(seconds=2)
RETRY_AFTER = timedelta(minutes=1)
MOST_TRIES = 3
MOST_BEGINNINGS = 5
LONG_WORK = 24 * 3600
"""Seconds that a task with a lease may last: the lease notices a dead worker, not Celery's limit."""

Clock = Callable[[], datetime]
Row = TypeVar("Row", bound=models.Model)


class LostLease(Exception):
    """Somebody else took the work, or it is not wanted any more: stop without a trace."""


class GivenUp(BackupError):
    """Its workers died one after the other: something in it kills them."""

    words = _("It was begun %(times)s times and interrupted each time, so it was given up.")


class Unforeseen(BackupError):
    """An exception that is none of the engine's words: a fault of ours. Its text stays in the log."""

    words = _("An error that nobody foresaw (%(kind)s) stopped it; our log tells more.")


class Lease:
    """The right of one worker to a row, as long as he tells his progress."""

    def __init__(self, rows: "models.QuerySet[Row]", tries: int, clock: Clock) -> None:
        self._rows = rows.filter(tries=tries)
        self._clock = clock
        self._told: datetime | None = None

    def tell(self, progress: Progress) -> None:
        """Write how far it is, every other second. Raises LostLease."""
        now = self._clock()
        if self._told is not None and now - self._told < TELL_EVERY:
            return
        self._told = now
        self.write(
            progress={
                "phase": progress.phase.value,
                "bytes": progress.done,
                "total": progress.total or None,
                "started": progress.started.isoformat(),
                "at": now.isoformat(),
            }
        )

    def write(self, **columns: object) -> None:
        """Write `columns`, and hold the row for some more minutes. Raises LostLease."""
        until = self._clock() + LEASE
        if not self._rows.update(leased_until=until, next_try_at=until, **columns):
            raise LostLease

    def end(self, **columns: object) -> None:
        """Write the last `columns` and let the row go. Raises LostLease."""
        done = {"leased_until": None, "next_try_at": None, **columns}
        if not self._rows.update(**done):
            raise LostLease

    def again(self, **columns: object) -> None:
        """Let the row go, to be tried again in a minute. Raises LostLease."""
        self.end(next_try_at=self._clock() + RETRY_AFTER, **columns)
