"""When attempts go out (C2): 08:00 to 20:00 local, retries and catch-up until 23:45.

Times are read on a local clock and given back as instants in UTC, so a day of 23 or 25 hours needs
no special care from the caller.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hosting.lib.dates import ONE_DAY, after, instant, local_date, local_time

OPENS = time(8, 0)
RETRIES_CLOSE = time(23, 45)
SAME_DAY_UNTIL = time(19, 30)
URGENT_FROM = time(16, 0)


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


def in_retry_window(now: datetime, zone: ZoneInfo) -> bool:
    """Whether an attempt may leave at `now`: from 08:00 to before 23:45 local (C2, K4).

    What is due falls due between 08:00 and 19:30; what leaves after 20:00 is a retry, or catch-up
    after an outage.
    """
    return OPENS <= local_time(now, zone) < RETRIES_CLOSE


def is_urgent_today(counts_today: bool, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a case belongs on top of staff's queue: from 16:00 local, while its date does not count (C4)."""
    return not counts_today and local_time(now, zone) >= URGENT_FROM
