"""Each property holds one function of the product against the reference model.

The product comes as an argument, so that the same properties judge the mutants.
"""

from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

from hosting.lib import dates
from hosting.records.policies import next_try
from tests.properties import generators, reference


@dataclass(frozen=True, eq=False)
class Property:
    """A sentence of the rules as a check of `product` on generated values."""

    name: str
    values: st.SearchStrategy[Any]
    check: Any


@st.composite
def receptions(draw: st.DrawFn):
    zone = draw(generators.zones)
    return zone, draw(generators.instants(zone))


@st.composite
def runs(draw: st.DrawFn):
    zone = draw(generators.zones)
    first = draw(generators.days(zone))
    since = draw(
        st.one_of(
            st.none(), st.just(first), st.just(first - timedelta(days=1)), generators.instants(zone)
        )
    )
    if since is not None and abs((_date(since, zone) - first).days) > 40:
        since = first
    now = draw(generators.moments_around(zone, first))
    return zone, draw(generators.tries(zone, first)), now, since


def _date(since, zone):
    return reference.the_date(since, zone) if hasattr(since, "hour") else since


def decision_opens_when_k1_says(product: ModuleType, value) -> None:
    zone, received = value
    assert product.earliest_decision_at(received, zone) == reference.decision_opens(received, zone)


def run_counts_consecutive_local_dates(product: ModuleType, value) -> None:
    zone, attempts, now, since = value
    run = product.contact_run(attempts, zone, now, since)
    assert run.longest == reference.longest_run(attempts, zone, now)
    assert list(run.gaps) == reference.gaps(attempts, zone, now, since)


def first_attempt_is_due_when_c2_says(product: ModuleType, value) -> None:
    zone, received = value
    due = product.first_attempt_due(received, zone)
    assert due == reference.first_attempt(received, zone)
    assert product.next_attempt_due(received, zone) == reference.next_eight(
        received, zone, strictly=True
    )


def retries_stay_inside_their_date(product: ModuleType, value) -> None:
    """C3: a mail of an attempt is given up when the window of its local date closes."""
    zone, now = value
    wall = reference.on_the_wall(now, zone)
    closes = dates.instant(wall.date(), product.sending.RETRIES_CLOSE, zone)
    for tries in (1, 2, 5, 40):
        again = next_try(now, tries, closes)
        assert (again is None) == (wall.strftime("%H:%M") >= "23:40")
        if again is not None:
            assert again > now
            assert reference.the_date(again, zone) == wall.date()
            assert reference.on_the_wall(again, zone).strftime("%H:%M") < "23:45"


def contact_facts(product: ModuleType, case: generators.Case):
    return product.ContactFacts(
        zone=case.zone,
        attempts_from=case.start,
        attempts=case.attempts,
        methods=case.methods,
        failing_emails=case.dead,
        further_dates=case.needed - 7,
    )


def period_is_fulfilled_when_some_window_is(product: ModuleType, case: generators.Case) -> None:
    found = product.period(contact_facts(product, case), case.now)
    ends = reference.fulfilling_ends(case, case.now)
    assert (found.fulfilled_at is not None) == bool(ends)
    if found.fulfilled_at is not None:
        assert found.fulfilled_at <= case.now
        assert found.fulfilled_at in {reference.midnight_after(day, case.zone) for day in ends}


def a_fulfilled_period_stays_so(product: ModuleType, case: generators.Case) -> None:
    """C4: neither time nor further attempts undo it; only the loss of a date can."""
    found = product.period(contact_facts(product, case), case.now)
    if found.fulfilled_at is not None:
        later = product.period(contact_facts(product, case), case.now + timedelta(days=30))
        assert later.fulfilled_at is not None
    else:
        assert found.earliest_at > case.now


def blocker_codes(product: ModuleType, case: generators.Case, signs=()) -> set[str]:
    facts = product.DecisionFacts(
        received_at=case.received,
        zone=case.zone,
        contact=contact_facts(product, case),
        requirements=(),
        signs=signs,
    )
    return {str(blocker.code) for blocker in product.decision_blockers(facts, case.now)}


def nobody_decides_too_early(product: ModuleType, case: generators.Case) -> None:
    codes = blocker_codes(product, case)
    opens = reference.decision_opens(case.received, case.zone)
    assert ("too_early" in codes) == (case.now < opens)
    assert ("period_running" in codes) == (not reference.fulfilling_ends(case, case.now))


@st.composite
def answers(draw: st.DrawFn):
    zone = draw(generators.zones)
    received = draw(generators.instants(zone))
    now = received + timedelta(days=draw(st.sampled_from((0, 1, 10, 11))))
    case = generators.Case(zone, received, received, (), (), frozenset(), 7, now)
    return case, draw(generators.signs(received, now))


def nobody_decides_against_a_sign_of_life(product: ModuleType, value) -> None:
    case, signs = value
    codes = blocker_codes(product, case, signs)
    heard_of = bool(codes & {"sign_of_life", "sign_of_life_to_judge"})
    assert heard_of == reference.sign_forbids(signs, case.received, case.now)


PROPERTIES = (
    Property("K1 decision opens", receptions(), decision_opens_when_k1_says),
    Property("C4 run of dates", runs(), run_counts_consecutive_local_dates),
    Property("C2 first and next attempt", receptions(), first_attempt_is_due_when_c2_says),
    Property("C3 retries", receptions(), retries_stay_inside_their_date),
    Property("C4 period", generators.cases(), period_is_fulfilled_when_some_window_is),
    Property("C3 dead mail", generators.dead_mail_cases(), period_is_fulfilled_when_some_window_is),
    Property("C4 period stays", generators.cases(), a_fulfilled_period_stays_so),
    Property("K2 too early", generators.cases(), nobody_decides_too_early),
    Property("C9 sign of life", answers(), nobody_decides_against_a_sign_of_life),
)
