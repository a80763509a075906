"""The yearly check-in: one mail and two reminders, each spaced from the one before (A11).

Nothing is planned from the calendar: a step counts from the former one as it was really sent. So
however long nothing ran, what follows is one mail, and the next a fortnight later.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from hosting.lib.dates import after, local_time

MAILS = 3
"""The question and two reminders."""
PAUSES = (timedelta(days=14), timedelta(days=16), timedelta(days=30))
"""After the first, second, third mail: reminders after 14 and 30 days, the end after 60."""
OPENS, CLOSES = time(8, 0), time(20, 0)


class Step(Enum):
    """What is to be done with a check-in that runs."""

    WAIT = "wait"
    MAIL = "mail"
    CLOSE = "close"


@dataclass(frozen=True)
class NextStep:
    """A step, and the instant from which it is due."""

    step: Step
    due: datetime


def next_step(mails_sent: int, last_sent: datetime, now: datetime) -> NextStep:
    """What is due at `now` for a check-in that has sent `mails_sent` mails, the last at `last_sent`.

    All instants are aware; `last_sent` is when the mail server took it, not when it was planned.
    Without a mail yet, `last_sent` is the opening, and the first mail is due at once.
    """
    due = after(last_sent, PAUSES[mails_sent - 1] if mails_sent else timedelta(0))
    if due > now:
        return NextStep(Step.WAIT, due)
    return NextStep(Step.MAIL if mails_sent < MAILS else Step.CLOSE, due)


def due_after_mail(mails_sent: int, sent: datetime) -> datetime:
    """When the step after mail number `mails_sent` (from 1), sent at `sent`, falls due."""
    return after(sent, PAUSES[mails_sent - 1])


def in_hours(now: datetime, zone: ZoneInfo) -> bool:
    """Whether check-ins are sent at `now`: from 08:00 to before 20:00 local."""
    return OPENS <= local_time(now, zone) < CLOSES
