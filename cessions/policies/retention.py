"""When a case has ended for good, and when what it holds goes: identity documents (D7), then its file (L1).

Pure: values in, values out, instants in UTC. A case is a filing with all its services, in however many
requests; it ends with the last of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cessions.policies.clocks import contestable_until
from cessions.policies.states import is_open
from hosting.lib.dates import after


@dataclass(frozen=True)
class ServiceEnd:
    """One service of a case, and how it ended; None where it did not."""

    state: str
    closed_at: datetime | None
    """When its request had no open service any more."""
    locked_until: datetime | None = None
    """The end of the lock after its transfer (X5)."""
    reversed_at: datetime | None = None
    refused_at: datetime | None = None
    contested_at: datetime | None = None
    contest_decided_at: datetime | None = None
    """Of the refusal that stands (X1)."""


@dataclass(frozen=True)
class Ways:
    """When what a case holds goes; None while it has not ended."""

    identity: datetime | None
    """Its identity documents (D7)."""
    file: datetime | None
    """All personal content of it (L1); never before its identity documents."""


NOT_YET = Ways(None, None)


def ways_of(services: Iterable[ServiceEnd], identity_days: int, file_days: int) -> Ways:
    """When identity documents and file of a case with these services go: so many days (x 24 h) after
    its end. Not before a refusal can be contested no more: the documents would be missing then (X1)."""
    found = list(services)
    ended = case_ended_at(found)
    if ended is None:
        return NOT_YET
    windows = [contestable_until(at) for s in found if (at := _contestable_since(s)) is not None]
    identity = max([after(ended, timedelta(days=identity_days)), *windows])
    return Ways(identity, max(after(ended, timedelta(days=file_days)), identity))


def case_ended_at(services: Iterable[ServiceEnd]) -> datetime | None:
    """The instant at which the last service reached its end (D7), None while one has not, or is none."""
    ends = [service_ended_at(service) for service in services]
    known = [end for end in ends if end is not None]
    return max(known) if ends and len(known) == len(ends) else None


def service_ended_at(service: ServiceEnd) -> datetime | None:
    """When one service reached its final state, its lock included (X5).

    None while it is open, and while a contest of its refusal waits for a supervisor: that is no final
    state, it may be received again (X1, T7).
    """
    if is_open(service.state) or service.closed_at is None:
        return None
    steps = [service.closed_at]
    if service.state == "executed":
        steps.append(service.locked_until or service.closed_at)
    elif service.state == "reversed":
        steps.append(service.reversed_at or service.locked_until or service.closed_at)
    elif service.state == "refused" and service.contested_at is not None:
        if service.contest_decided_at is None:
            return None
        steps.append(service.contest_decided_at)
    return max(steps)


def _contestable_since(service: ServiceEnd) -> datetime | None:
    """When a refusal that nobody contested was decided."""
    if service.state != "refused" or service.contested_at is not None:
        return None
    return service.refused_at
