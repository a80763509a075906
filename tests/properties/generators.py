"""Instants where calendars and clocks disagree: plain generators miss the mistakes made there.

Local midnight, both summer-time changes, month ends, the leap day, and what lies 240 hours and ten
days before them, in several zones.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from cessions.enums import SignJudgement, SignKind

ZONES = tuple(
    ZoneInfo(name)
    for name in ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
)
FIRST, LAST = date(2026, 1, 1), date(2029, 12, 31)
EDGES_OF_MONTHS = [
    date(year, month, 1) - timedelta(days=back)
    for year in (2027, 2028, 2029)
    for month in range(1, 13)
    for back in (0, 1)
]
LEAP_DAYS = [date(2028, 2, 28), date(2028, 2, 29)]

zones = st.sampled_from(ZONES)


@cache
def days_of_change(zone: ZoneInfo) -> tuple[date, ...]:
    """The dates on which clocks in `zone` are moved."""
    found = []
    for number in range((LAST - FIRST).days):
        day = FIRST + timedelta(days=number)
        morning = datetime(day.year, day.month, day.day, tzinfo=zone)
        next_day = day + timedelta(days=1)
        evening = datetime(next_day.year, next_day.month, next_day.day, tzinfo=zone)
        if morning.utcoffset() != evening.utcoffset():
            found.append(day)
    return tuple(found)


@st.composite
def days(draw: st.DrawFn, zone: ZoneInfo) -> date:
    """A date: mostly up to twelve days around a clock change, a month end or the leap day."""
    changes = days_of_change(zone)
    anchors = [st.dates(FIRST, LAST), st.sampled_from(EDGES_OF_MONTHS + LEAP_DAYS)]
    if changes:
        anchors += [st.sampled_from(changes)] * 3
    return draw(st.one_of(anchors)) + timedelta(days=draw(st.integers(-12, 3)))


GAPS = ((-1, -1), (3, -1), (-1, -1), (-1, 3), (-1, -1), (3, -1))
"""Which date is missed, and which bounces; mostly none."""
NEAR_MIDNIGHT = (-5400, -3600, -1801, -1800, -60, -1, 0, 1, 59, 1800, 3599, 3600, 5400)
CLOCK_TIMES = (2, 3, 8, 16, 19.5, 20, 23, 23.75)


SECONDS = (
    *NEAR_MIDNIGHT,
    *(int(hour * 3600) + off for hour in CLOCK_TIMES for off in (-1, 0, 1)),
    *NEAR_MIDNIGHT,
    *range(3_000, 86_400, 8_191),
)


def seconds_of_day() -> st.SearchStrategy[int]:
    """Seconds from a local midnight: near it, near a time that rules name, or anywhere."""
    return st.sampled_from(SECONDS)


@st.composite
def instants(draw: st.DrawFn, zone: ZoneInfo) -> datetime:
    """An aware instant in UTC or in `zone`, with a taste for the places where mistakes show."""
    changes = days_of_change(zone)
    if changes and draw(st.integers(0, 3)) == 0:  # late on a day up to 240 hours before a change
        day = draw(st.sampled_from(changes)) - timedelta(days=draw(st.integers(-1, 10)))
        seconds = -draw(st.integers(1, 5400))
    else:
        day, seconds = draw(days(zone)), draw(seconds_of_day())
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    at = midnight + timedelta(seconds=seconds)
    return at.astimezone(draw(st.sampled_from((UTC, zone))))


@dataclass(frozen=True)
class Try:
    """An attempt as the properties see it; the same value goes to product and reference."""

    at: datetime
    valid: bool
    method: str
    kind: str = "email"
    sent: bool = False
    depends_on_contested: bool = False

    @property
    def tried(self) -> bool:
        return self.valid or self.sent


@dataclass(frozen=True)
class Way:
    """A contact method as the properties see it."""

    key: str
    kind: str
    label: str = ""
    usable: bool = True
    since: datetime | None = None


@dataclass(frozen=True)
class Sign:
    kind: str
    at: datetime
    judgement: str
    former_contact: bool = False


@dataclass(frozen=True)
class Case:
    """A search for a holder: everything that its period depends on, and when it is looked at."""

    zone: ZoneInfo
    received: datetime
    start: datetime
    attempts: tuple[Try, ...]
    methods: tuple[Way, ...]
    dead: frozenset[str]
    needed: int
    now: datetime


MAIL = Way("mail", "email")
PHONE = Way("phone", "phone")
LETTER = Way("letter", "post")
DEAD = Way("dead", "email")
DEAD_METHODS = (
    (DEAD, PHONE, LETTER),
    (DEAD, PHONE),
    (DEAD, PHONE, replace(MAIL, usable=False)),
    (DEAD, PHONE, MAIL),
    (DEAD, LETTER),
)
WAYS = ((MAIL,), (MAIL,), (MAIL, MAIL, PHONE), (MAIL, MAIL, PHONE, LETTER, DEAD))


@st.composite
def tries_of_a_day(
    draw: st.DrawFn, zone: ZoneInfo, day: date, kinds: tuple[Way, ...], steady: bool
) -> list[Try]:
    """What was tried on one date: mostly one mail, at times nothing, a bounce, or several things."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    found = []
    for number in range(draw(st.sampled_from((1, 1, 2) if steady else (0, 1, 1, 1, 2, 3)))):
        way = draw(st.sampled_from(kinds))
        seconds = draw(seconds_of_day())
        found.append(
            Try(
                midnight + timedelta(seconds=abs(seconds) if steady else seconds),
                steady or way.kind != "email" or draw(st.integers(0, 5)) > 0,
                way.key,
                way.kind,
                sent=number > 0,
            )
        )
    return found


@st.composite
def tries(
    draw: st.DrawFn, zone: ZoneInfo, first: date, kinds: tuple[Way, ...] = (MAIL,), length: int = 0
) -> tuple[Try, ...]:
    """Attempts in no order: on `length` dates, one perhaps missed or bounced, or as they come."""
    steady = length > 0
    length = length or draw(st.sampled_from((8, 7, 10, 9, 13, 6, 3, 1)))
    missed, bounced = draw(st.sampled_from(GAPS))
    contested = draw(st.sampled_from(("mail", "", "dead")))
    found = [
        replace(
            one,
            depends_on_contested=one.method == contested,
            valid=one.valid and number != bounced,
            sent=one.sent or number == bounced,
        )
        for number in range(length)
        if number != missed
        for one in draw(tries_of_a_day(zone, first + timedelta(days=number), kinds, steady))
    ]
    Random(length).shuffle(found)
    return tuple(found)


@st.composite
def dead_mail_tries(draw: st.DrawFn, zone: ZoneInfo, first: date, length: int) -> tuple[Try, ...]:
    """A mail in vain on every date, a letter and calls on three dates; often one thing is amiss."""

    def at(number: int) -> datetime:
        day = first + timedelta(days=number)
        return datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)

    amiss = draw(st.sampled_from(("", "letter", "recovered", "call", "missed")))
    missed = 2 if amiss == "missed" else -1
    recovered = draw(st.integers(0, length - 1)) if amiss == "recovered" else -1
    calls = draw(st.permutations(range(length)))[: 2 if amiss == "call" else 3]
    found = [
        Try(at(number), number == recovered, "dead", "email", sent=True)
        for number in range(length)
        if number != missed
    ]
    found += [Try(at(number), True, "phone", "phone") for number in calls]
    if amiss != "letter":
        found.append(Try(at(draw(st.integers(0, length - 1))), True, "letter", "post"))
    return tuple(found)


@st.composite
def moments_around(draw: st.DrawFn, zone: ZoneInfo, first: date) -> datetime:
    """An instant up to two weeks after `first`, mostly close to a local midnight."""
    day = first + timedelta(days=draw(st.sampled_from((7, 8, 9, 10, 12, *range(15)))))
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    return midnight + timedelta(seconds=draw(seconds_of_day()))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case with its attempts: mail alone, or with other channels and a second address.

    Two of three have just as many dates as are needed, or few more, and are looked at around the
    midnight that decides.
    """
    zone = draw(zones)
    first = draw(days(zone))
    ways = draw(st.sampled_from(WAYS))
    needed = draw(st.sampled_from((7, 7, 8)))
    length, now = 0, draw(moments_around(zone, first))
    if draw(st.integers(0, 2)):
        length = needed + draw(st.sampled_from((1, 3, 6, 0)))
        decides = first + timedelta(days=needed - draw(st.sampled_from((0, -1, -3, -5, 1))))
        now = datetime(decides.year, decides.month, decides.day, tzinfo=zone).astimezone(UTC)
        now += timedelta(seconds=draw(seconds_of_day()))
    received = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    received += timedelta(seconds=draw(st.sampled_from((0, 1, 30_000, 70_199, 70_200, 86_000))))
    return Case(
        zone=zone,
        received=received,
        start=received + timedelta(days=draw(st.sampled_from((-2, 1, -2, 0)))),
        attempts=draw(tries(zone, first, ways, length)),
        methods=tuple(dict.fromkeys(ways)),
        dead=frozenset(),
        needed=needed,
        now=now,
    )


@st.composite
def dead_mail_cases(draw: st.DrawFn) -> Case:
    """A case whose mails come back: what C3 asks for then is there, or lacks one thing."""
    zone = draw(zones)
    first = draw(days(zone))
    needed = draw(st.sampled_from((7, 8)))
    length = needed + draw(st.sampled_from((0, 1, 4)))
    looked_at = first + timedelta(days=draw(st.sampled_from((length, length + 3, needed))))
    received = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    now = datetime(looked_at.year, looked_at.month, looked_at.day, tzinfo=zone).astimezone(UTC)
    return Case(
        zone=zone,
        received=received,
        start=received,
        attempts=draw(dead_mail_tries(zone, first, length)),
        methods=draw(st.sampled_from(DEAD_METHODS)),
        dead=frozenset(draw(st.sampled_from(((), ("dead",))))),
        needed=needed,
        now=now + timedelta(seconds=draw(st.sampled_from((0, 1, -1, 43_201)))),
    )


@st.composite
def signs(draw: st.DrawFn, received: datetime, now: datetime) -> tuple[Sign, ...]:
    """None, one or two signs of life, around the reception and around `now`."""
    found = []
    for _ in range(draw(st.sampled_from((1, 1, 0, 2)))):
        around = draw(st.sampled_from((received, now)))
        at = around + timedelta(seconds=draw(st.sampled_from((-1, 0, 1))))
        kind = draw(st.sampled_from((SignKind.OBJECTION, SignKind.SIGN_IN, SignKind.MESSAGE)))
        found.append(Sign(kind, at, draw(st.sampled_from(tuple(SignJudgement)))))
    return tuple(found)
