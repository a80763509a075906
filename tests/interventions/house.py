"""A real worker, broker and mail server around this test's own database."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection

from devtools.installation import SERVER_VARIABLES, Installation
from devtools.processes import wait_until
from hosting.lib import clock

SEND_MAIL = "hosting.records.tasks.send_due_mail"
MAKE_BACKUPS = "interventions.tasks.sweep_backups"
RESTORE = "interventions.tasks.sweep_restores"
FOLLOW = "interventions.tasks.follow_interventions"
PURGE = "interventions.tasks.sweep_purges"


@dataclass
class House(Installation):
    """An installation without a web server of its own, nor beat: the test is both."""

    @classmethod
    def around(cls, state: Path, **variables: str) -> "House":
        """On the test's database and files; the settings of this process must say the same."""
        given = {name: os.environ[name] for name in ("PGHOST", "PGUSER") if name in os.environ}
        base = {name: value for name, value in os.environ.items() if name not in SERVER_VARIABLES}
        settings = connection.settings_dict
        address = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{settings['NAME']}"
        base |= {**given, "DATABASE_URL": address, **variables}
        return cls(state, durable=False, base=base)

    def open(self) -> None:
        self.start_servers()
        self._start_mail_peer()
        self.start_worker()

    def has(self, done: Callable[[], bool], *tasks: str) -> None:
        """Ring `tasks`, and wait for what they do."""
        for task in tasks:
            self.ring(task)
        wait_until(" ".join(tasks) or "work", done, self.children["worker"], seconds=120)

    def later(self, by: timedelta) -> None:
        """Some time passes for the worker and for this process."""
        clock.move(Path(self.environment["CLOCK_OFFSET_FILE"]), by)
