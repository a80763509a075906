"""The rules of time once more, as naively as they read, to hold the product against.

Nothing of the product is imported and nothing is computed the way it does it: instants are searched
for, days are walked one by one, windows are tried all. Slow and plain on purpose.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def on_the_wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What calendar and clock show at `at`, without a zone: UTC plus the offset that holds then."""
    plain = at.astimezone(UTC).replace(tzinfo=None)
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return plain + offset


def the_date(at: datetime, zone: ZoneInfo) -> date:
    return on_the_wall(at, zone).date()


def first_instant(holds, low: datetime, high: datetime) -> datetime:
    """The first instant, to the microsecond, from which `holds` is true; it stays true afterwards."""
    low, high = low.astimezone(UTC), high.astimezone(UTC)
    assert not holds(low)
    assert holds(high)
    while high - low > MICROSECOND:
        middle = low + (high - low) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def decision_opens(received: datetime, zone: ZoneInfo) -> datetime:
    """K1: 240 hours have passed, and the calendar was turned at least 11 times."""
    reception = the_date(received, zone).toordinal()
    start = received.timestamp()

    def is_open(at: datetime) -> bool:
        hours = (at.timestamp() - start) / 3600
        return hours >= 240 and the_date(at, zone).toordinal() - reception >= 11

    return first_instant(is_open, received, received.astimezone(UTC) + 13 * DAY)


def date_is_over(day: date, at: datetime, zone: ZoneInfo) -> bool:
    return the_date(at, zone) > day


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the calendar in `zone` is turned from `day` to the next page."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return first_instant(lambda at: the_date(at, zone) > day, noon - 2 * DAY, noon + 2 * DAY)


def streaks(days: set[date]) -> list[int]:
    """The lengths of all stretches, walking the calendar page by page."""
    found, length = [0], 0
    if not days:
        return found
    page = min(days)
    while page <= max(days):
        length = length + 1 if page in days else 0
        found.append(length)
        page += DAY
    return found


def days_counted(attempts, zone: ZoneInfo, now: datetime) -> set[date]:
    """The pages of the calendar on which somebody validly sought the holder, as known at `now`."""
    return {
        the_date(a.at, zone) for a in attempts if a.valid and a.at.timestamp() <= now.timestamp()
    }


def longest_run(attempts, zone: ZoneInfo, now: datetime) -> int:
    return max(streaks(days_counted(attempts, zone, now)))


def gaps(attempts, zone: ZoneInfo, now: datetime, since: datetime | date | None) -> list[date]:
    known = [a for a in attempts if a.at.timestamp() <= now.timestamp()]
    if isinstance(since, datetime):
        page = the_date(first_attempt(since, zone), zone)
    elif since is not None:
        page = since
    elif known:
        page = min(the_date(a.at, zone) for a in known)
    else:
        return []
    counted = days_counted(attempts, zone, now)
    found = []
    while page < the_date(now, zone):
        if page not in counted:
            found.append(page)
        page += DAY
    return found


def next_eight(at: datetime, zone: ZoneInfo, *, strictly: bool) -> datetime:
    """Walk minute by minute to the next time a clock on the wall shows 08:00."""
    moment = at.astimezone(UTC)
    if not strictly and on_the_wall(moment, zone).strftime("%H:%M:%S.%f") == "08:00:00.000000":
        return moment
    moment = moment.replace(second=0, microsecond=0) + MINUTE
    while on_the_wall(moment, zone).strftime("%H:%M") != "08:00":
        moment += MINUTE
    return moment


def first_attempt(received: datetime, zone: ZoneInfo) -> datetime:
    """C2: on the date of reception when that falls before 19:30, never before 08:00."""
    clock = on_the_wall(received, zone).strftime("%H:%M")
    if "08:00" <= clock < "19:30":
        return received.astimezone(UTC)
    return next_eight(received, zone, strictly=False)


def fulfilling_ends(case, now: datetime) -> set[date]:
    """The last dates of all windows that fulfil the period (C3, C4, C6): every window is tried.

    `case` has zone, start, attempts, methods, dead (keys of addresses that fail for good), needed.
    """
    zone = case.zone
    known = [a for a in case.attempts if case.start <= a.at <= now]
    if not known:
        return set()
    pages = [min(the_date(a.at, zone) for a in known)]
    while pages[-1] < the_date(now, zone):
        pages.append(pages[-1] + DAY)
    return {
        last
        for position, first in enumerate(pages)
        for last in pages[position + case.needed - 1 :]
        if date_is_over(last, now, zone) and _window_fulfils(case, known, first, last)
    }


def _window_fulfils(case, known, first: date, last: date) -> bool:
    inside = [a for a in known if first <= the_date(a.at, case.zone) <= last]
    valid = {the_date(a.at, case.zone) for a in inside if a.valid}
    letter = any(a.kind == "post" and a.valid for a in inside)
    leaning = False
    page = first
    while page <= last:
        if page not in valid:
            leaning = True
            if not _dead_mail_was_sent(case, inside, page, last):
                return False
        page += DAY
    if leaning and not (letter and _other_channel_tried(case, inside, last)):
        return False
    free = {the_date(a.at, case.zone) for a in inside if a.valid and not a.depends_on_contested}
    return letter or len(free) >= 2


def _on_file(case, page: date):
    return [m for m in case.methods if m.since is None or the_date(m.since, case.zone) <= page]


def _dead_mail_was_sent(case, inside, page: date, last: date) -> bool:
    """On that page something was sent, each address failed, and none took a mail later on."""
    addresses = [m.key for m in _on_file(case, page) if m.kind == "email" and m.usable]
    if not addresses or not any(
        a.kind == "email" and (a.valid or a.sent) and the_date(a.at, case.zone) == page
        for a in inside
    ):
        return False
    for key in addresses:
        mails = [(the_date(a.at, case.zone), a) for a in inside if a.method == key]
        failed = key in case.dead or any(day == page and a.sent and not a.valid for day, a in mails)
        if not failed or any(page < day <= last and a.valid for day, a in mails):
            return False
    return True


def _other_channel_tried(case, inside, last: date) -> bool:
    others = [m for m in _on_file(case, last) if m.usable and m.kind not in ("email", "post")]
    made = {
        the_date(a.at, case.zone)
        for a in inside
        if a.valid and a.kind != "email" and a.kind != "post"
    }
    return not others or len(made) >= 3


def sign_forbids(signs, received: datetime, now: datetime) -> bool:
    """C9: whether the holder, or perhaps the holder, was heard of. A sign-in counts after reception."""
    return any(
        sign.at <= now
        and sign.judgement != "dismissed"
        and not (sign.kind == "sign_in" and sign.at < received)
        for sign in signs
    )
