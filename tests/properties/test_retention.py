"""When identity documents and file of a case go, held against the rule read naively (D7, L1, X1, X5)."""

from dataclasses import astuple
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cessions.policies.retention import NOT_YET, ServiceEnd, ways_of
from tests.properties import generators
from tests.properties.reference import first_instant

DAY = timedelta(hours=24)
FINAL = ("withdrawn", "lapsed", "holder_reached")


@st.composite
def services(draw: st.DrawFn, closed: datetime) -> ServiceEnd:
    """A service that closed around `closed`, in local time as often as in UTC."""
    later = st.integers(0, 45).map(lambda days: closed + timedelta(days=days, hours=days % 5))
    kind = draw(st.sampled_from(["received", *FINAL, *(["executed", "reversed", "refused"] * 3)]))
    if kind == "executed":
        return ServiceEnd(kind, closed, locked_until=draw(st.one_of(st.none(), later)))
    if kind == "reversed":
        return ServiceEnd(kind, closed, locked_until=draw(later), reversed_at=draw(later))
    if kind == "refused":
        refused = closed - timedelta(days=draw(st.integers(0, 20)))
        contested = draw(st.sampled_from([None, closed]))
        decided = draw(st.one_of(st.none(), later)) if contested else None
        return ServiceEnd(
            kind,
            closed,
            refused_at=refused,
            contested_at=contested,
            contest_decided_at=decided,
        )
    return ServiceEnd(kind, None if kind == "received" else closed)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[ServiceEnd], int, int]:
    zone = draw(generators.zones)
    closed = st.deferred(lambda: generators.instants(zone))
    found = [draw(services(draw(closed))) for _ in range(draw(st.integers(1, 3)))]
    return found, draw(st.sampled_from([1, 7, 30, 90])), draw(st.sampled_from([365, 1826]))


def is_final(service: ServiceEnd, at: datetime) -> bool:
    """Whether at `at` nothing could change `service` any more, as the rules say."""
    if service.state in ("received", "approved") or service.closed_at is None:
        return False
    moments = [service.closed_at]
    if service.state == "executed" and service.locked_until:
        moments.append(service.locked_until)
    if service.state == "reversed" and service.reversed_at:
        moments.append(service.reversed_at)
    if service.contested_at:
        if service.contest_decided_at is None:
            return False
        moments.append(service.contest_decided_at)
    return all(moment <= at for moment in moments)


def may_be_contested(service: ServiceEnd, at: datetime) -> bool:
    return (
        service.refused_at is not None
        and service.contested_at is None
        and at.timestamp() < service.refused_at.timestamp() + 30 * DAY.total_seconds()
    )


def is_over(found: list[ServiceEnd], days: int, at: datetime) -> bool:
    """Whether a case with these services ended `days` x 24 h before `at`, and no contest is possible."""
    return all(is_final(s, at - days * DAY) and not may_be_contested(s, at) for s in found)


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_documents_and_file_go_at_the_first_instant_the_rules_allow(
    value: tuple[list[ServiceEnd], int, int],
) -> None:
    found, identity_days, file_days = value
    ways = ways_of(found, identity_days, file_days)
    known = [at for s in found for at in astuple(s)[1:] if at is not None]
    if not known or not is_over(found, file_days, max(known) + 4000 * DAY):
        assert ways == NOT_YET
        return
    low, high = min(known) - DAY, max(known) + 4000 * DAY
    assert ways.identity == first_instant(lambda at: is_over(found, identity_days, at), low, high)
    assert ways.file == first_instant(lambda at: is_over(found, file_days, at), low, high)


def test_a_case_without_services_has_no_end() -> None:
    assert ways_of([], 30, 1826) == NOT_YET
