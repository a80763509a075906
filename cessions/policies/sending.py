"""When attempts go out (C2): 08:00 to 20:00 local, retries and catch-up until 23:45.

Times are read on a local clock and given back as instants in UTC, so a day of 23 or 25 hours needs
no special care from the caller.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hosting.lib.dates import ONE_DAY, after, instant, local_date, local_time

OPENS = time(8, 0)
CLOSES = time(20, 0)
RETRIES_CLOSE = time(23, 45)
LAST_RETRY = time(23, 40)
SAME_DAY_UNTIL = time(19, 30)
URGENT_FROM = time(16, 0)
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)


def first_attempt_due(received_at: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the first attempt is due (C2).

    `received_at` is the reception, or the entry by staff (T2). Before 19:30 local the attempt is
    made on that date, not before 08:00; from 19:30 on it is made at 08:00 of the next date.
    """
    day = local_date(received_at, zone)
    if local_time(received_at, zone) >= SAME_DAY_UNTIL:
        return instant(day + ONE_DAY, OPENS, zone)
    return max(after(received_at, timedelta(0)), instant(day, OPENS, zone))


def next_attempt_due(last: date | datetime, zone: ZoneInfo) -> datetime:
    """The next local 08:00, in UTC: on the date after a date, or strictly after an instant (C1)."""
    if not isinstance(last, datetime):
        return instant(last + ONE_DAY, OPENS, zone)
    day = local_date(last, zone)
    today = instant(day, OPENS, zone)
    return today if today > after(last, timedelta(0)) else instant(day + ONE_DAY, OPENS, zone)


def in_sending_window(now: datetime, zone: ZoneInfo) -> bool:
    """Whether a first try may leave at `now`: from 08:00 to before 20:00 local (C2)."""
    return OPENS <= local_time(now, zone) < CLOSES


def in_retry_window(now: datetime, zone: ZoneInfo) -> bool:
    """Whether a retry, or catch-up after an outage, may leave at `now`: 08:00 to before 23:45 (C2, K4)."""
    return OPENS <= local_time(now, zone) < RETRIES_CLOSE


def retry_due(now: datetime, tries: int, zone: ZoneInfo) -> datetime | None:
    """When an attempt that failed at `now` is tried again, in UTC, or None when its date is over (C3).

    `tries` counts the tries made on this date, this one included. Pauses are 5, 10, 20, 40, then 60
    minutes. A pause that would leave the window is shortened to one last try at 23:40 local.
    """
    if tries < 1:
        raise ValueError("a retry follows at least one try")
    day = local_date(now, zone)
    last = instant(day, LAST_RETRY, zone)
    moment = after(now, timedelta(0))
    if moment >= last:
        return None
    pause = min(FIRST_PAUSE * (1 << min(tries - 1, 10)), LONGEST_PAUSE)
    return max(min(moment + pause, last), instant(day, OPENS, zone))


def is_urgent_today(counts_today: bool, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a case belongs on top of staff's queue: from 16:00 local, while its date does not count (C4)."""
    return not counts_today and local_time(now, zone) >= URGENT_FROM
