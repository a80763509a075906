"""`receive_mail < message`: for a mail server's pipe. Exit codes are those of sysexits.h."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from hosting.lib import clock
from hosting.lib.incoming import MOST_BYTES
from interventions.enums import MailWay
from interventions.services.inbox import take_in

TRY_AGAIN = 75


class Command(BaseCommand):
    help = (
        "Keep one message from standard input; a worker reads it. Exit code 0: kept, whatever it is, "
        "so that the mail server answers no forged sender; 75: the database is away, deliver again later."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        while sys.stdin.buffer.read(MOST_BYTES):  # a mail server does not like a pipe that closes
            pass
        try:
            take_in(raw, way=MailWay.PIPE, now=clock.now())
        except DatabaseError:
            self.stderr.write("the database is away; deliver again later")
            sys.exit(TRY_AGAIN)
