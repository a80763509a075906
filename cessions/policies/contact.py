"""Which dates count, and which stretches of them (C3, C4): runs and gaps of contact attempts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from cessions.policies.sending import first_attempt_due
from hosting.lib.dates import ONE_DAY, as_utc, dates_between, local_date, runs_of
from hosting.lib.names import NotADomainName, to_ascii

EMAIL = "email"
PHONE = "phone"
POST = "post"


class AttemptLike(Protocol):
    """What a run is counted from. `at` is aware; of an e-mail it is the acceptance (C3)."""

    @property
    def at(self) -> datetime: ...
    @property
    def valid(self) -> bool: ...
    @property
    def method(self) -> object: ...


@dataclass(frozen=True)
class ContactRun:
    """Dates on which the holder was validly sought, up to an instant; all dates are local."""

    dates: tuple[date, ...]
    """The dates that count, in order."""
    longest: int
    """The length of the longest stretch of consecutive dates that count; today counts as it stands."""
    current: int
    """The length of the stretch that ends today, or yesterday when today does not count yet."""
    gaps: tuple[date, ...]
    """Past dates without a valid attempt, in order; today is never one, for it is not over."""


def contact_run(
    attempts: Iterable[AttemptLike],
    zone: ZoneInfo,
    now: datetime,
    since: datetime | date | None = None,
) -> ContactRun:
    """Count the dates of `attempts` as C3 and C4 do: by local date, once each, valid attempts only.

    `attempts` come in any order; those after `now` are not yet known and do not count. Gaps are the
    dates without a valid attempt from `since` to yesterday. `since` as an aware datetime is the
    reception or entry, and dates before the first due attempt are no gaps (C2: after 19:30 that is
    the next date); as a date it is the first date itself; without it, the date of the first attempt.
    Whether the period is fulfilled is another question, for a date that is not over: see `period`.
    """
    known = [attempt for attempt in attempts if as_utc(attempt.at) <= now]
    today = local_date(now, zone)
    counted = {local_date(attempt.at, zone) for attempt in known if attempt.valid}
    runs = runs_of(counted)
    first = _first_date(known, zone, since)
    return ContactRun(
        dates=tuple(sorted(counted)),
        longest=max((_length(run) for run in runs), default=0),
        current=next((_length(run) for run in runs if run[1] >= today - ONE_DAY), 0),
        gaps=gaps_between(first, today, counted) if first else (),
    )


def gaps_between(first: date, today: date, counted: Iterable[date]) -> tuple[date, ...]:
    """The dates from `first` to the day before `today` that are not among `counted` (C4)."""
    filled = set(counted)
    return tuple(day for day in dates_between(first, today - ONE_DAY) if day not in filled)


def _length(run: tuple[date, date]) -> int:
    return (run[1] - run[0]).days + 1


def _first_date(
    known: list[AttemptLike], zone: ZoneInfo, since: datetime | date | None
) -> date | None:
    if isinstance(since, datetime):
        return local_date(first_attempt_due(since, zone), zone)
    if since is not None:
        return since
    return min((local_date(attempt.at, zone) for attempt in known), default=None)


def email_is_valid(
    accepted_at: datetime | None, bounced_at: datetime | None, now: datetime
) -> bool:
    """Whether an e-mail is a valid attempt at `now`: accepted by a server and not bounced since (C3)."""
    accepted = accepted_at is not None and accepted_at <= now
    return accepted and not (bounced_at is not None and bounced_at <= now)


def manual_is_valid(made_at: datetime, logged_at: datetime, zone: ZoneInfo) -> bool:
    """Whether a call, letter or message is a valid attempt: logged on the very date it was made (C3).

    Nothing is filled in afterwards (C4): neither on a later date, nor for the future.
    """
    made, logged = as_utc(made_at), as_utc(logged_at)
    return made <= logged and local_date(made, zone) == local_date(logged, zone)


def depends_on(address: str, service_names: Iterable[str]) -> bool:
    """Whether an e-mail `address`, in either spelling, lies inside one of the contested names (C6).

    `service_names` are names as stored (A-labels); subdomains depend on their domain.
    """
    host = _stored_form(address.rpartition("@")[2])
    if not host:
        return False
    names = (name.strip().rstrip(".").lower() for name in service_names)
    return any(name and (host == name or host.endswith(f".{name}")) for name in names)


def _stored_form(host: str) -> str:
    """`host` in A-labels and lower case; what is no domain name stays as it is."""
    plain = host.strip().rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        return to_ascii(plain)
    except NotADomainName:
        return plain
