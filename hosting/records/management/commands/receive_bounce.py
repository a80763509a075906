"""`receive_bounce < message`: for a mail server's pipe. Exit codes are those of sysexits.h."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from hosting.lib import clock
from hosting.records.dsn import NotUnderstood
from hosting.records.services.bounces import Told, receive_notification

MOST_BYTES = 20 * 1024 * 1024
NOT_UNDERSTOOD, UNKNOWN_MAIL, TRY_AGAIN = 65, 67, 75


class Command(BaseCommand):
    help = (
        "Read one message from standard input; if it says that a mail of ours came back, record it. "
        "Exit code 0: recorded, known, late or no bounce; 65: not understood; 67: no mail of ours; "
        "75: the database is away, deliver again later."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = receive_notification(sys.stdin.buffer.read(MOST_BYTES), now=clock.now())
        except NotUnderstood as error:
            self.stderr.write(str(error))
            sys.exit(NOT_UNDERSTOOD)
        except DatabaseError:
            self.stderr.write("the database is away; deliver again later")
            sys.exit(TRY_AGAIN)
        self.stdout.write(told.value)
        if told == Told.UNKNOWN:
            sys.exit(UNKNOWN_MAIL)
