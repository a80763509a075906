"""Why a case stands where it stands at an instant: clocks, dates, gaps with their causes, checklist,
blockers. The case page shows it, `explain_case` prints it. Nothing here asks the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from cessions import facts, policies, standing
from cessions import gaps as search_gaps
from cessions.enums import DocumentState, OutcomeKind
from cessions.policies.gaps import Gap
from cessions.snapshot import AttemptRow, Case, DocumentRow, RequestRow, ServiceRow
from hosting.lib.dates import ONE_DAY, dates_between, local_date


@dataclass(frozen=True)
class Day:
    """One local date of the search. `kind` is "counts", "gap", "today" (does not count yet), "before"
    (of an earlier run) or "ahead"."""

    day: date
    kind: str
    cause: str
    attempts: tuple[AttemptRow, ...] = ()
    in_run: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the checklist with its documents."""

    requirement: policies.Requirement
    documents: tuple[DocumentRow, ...]


@dataclass(frozen=True)
class ServiceView:
    """A service with all that is judged about it."""

    service: ServiceRow
    facts: policies.DecisionFacts
    lines: tuple[Line, ...]
    blockers: tuple[policies.Blocker, ...]
    period: policies.Period

    @property
    def is_open(self) -> bool:
        return policies.is_open(self.service.state)

    @property
    def lifts_at(self) -> datetime | None:
        """When time alone lifts the last blocker, if nothing else stands in the way."""
        times = [blocker.lifts_at for blocker in self.blockers]
        known = [at for at in times if at is not None]
        return max(known) if known and len(known) == len(times) else None


@dataclass(frozen=True)
class Reasoning:
    """One request as it stands at `at`."""

    case: Case
    request: RequestRow
    at: datetime
    earliest_at: datetime
    services: tuple[ServiceView, ...]
    days: tuple[Day, ...]

    @property
    def gaps(self) -> list[Day]:
        return [day for day in self.days if day.kind == "gap"]

    @property
    def open_services(self) -> list[ServiceView]:
        return [view for view in self.services if view.is_open]

    @property
    def is_ripe(self) -> bool:
        """Whether some open service waits for people alone (T7: derived, never stored)."""
        return any(not view.blockers for view in self.open_services)

    @property
    def claimant_basis(self) -> policies.Basis:
        """On what ground the claimant is told something: a contract only where it covers all that he
        asks for (A10)."""
        found = (basis_facts(self, view) for view in self.services)
        bases = {policies.basis_of(known, policies.Audience.CLAIMANT) for known in found}
        return bases.pop() if len(bases) == 1 else policies.Basis.FILE

    @property
    def period(self) -> policies.Period | None:
        """The search of the open service that is furthest behind; all attempts serve all services."""
        views = self.open_services or list(self.services)
        return min((v.period for v in views), key=lambda p: len(p.run), default=None)


def reason(case: Case, request: RequestRow, at: datetime) -> Reasoning:
    """Everything that follows at `at` from the rows of a case; for the past, give it `asof.as_known`."""
    views = tuple(service_view(case, request, row, at) for row in case.services_of(request))
    found = Reasoning(
        case=case,
        request=request,
        at=at,
        earliest_at=policies.earliest_decision_at(request.received_at, facts.provider_zone()),
        services=views,
        days=(),
    )
    days = tuple(days_of(case, request, found.period, at)) if request.account else ()
    return Reasoning(case, request, at, found.earliest_at, views, days)


def basis_facts(why: Reasoning, view: ServiceView) -> policies.BasisFacts:
    """What the ground for telling somebody something about one service is drawn from (A10)."""
    zone, account = facts.provider_zone(), why.request.account
    return standing.basis_facts(why.case.filing, account, view.service, why.at, zone)


def service_view(case: Case, request: RequestRow, service: ServiceRow, at: datetime) -> ServiceView:
    """What is judged about one service at `at`."""
    known = facts.decision_facts(case, request, service, at)
    documents = {row.id: row for row in case.documents}
    return ServiceView(
        service=service,
        facts=known,
        lines=tuple(
            Line(line, tuple(documents[pk] for pk in line.document_ids))
            for line in known.requirements
        ),
        blockers=tuple(policies.decision_blockers(known, at)),
        period=policies.period(known.contact, at),
    )


def days_of(
    case: Case, request: RequestRow, period: policies.Period | None, at: datetime
) -> Iterable[Day]:
    """Every local date from the first due attempt to today, and those still needed ahead."""
    zone = facts.provider_zone()
    today = local_date(at, zone)
    start = policies.first_attempt_due(facts.attempts_from(case.filing, request, at), zone)
    first = local_date(start, zone)
    ended = request.ended_at if request.ended_at and request.ended_at <= at else None
    by_date = attempts_by_date(request.attempts, at)
    run = set(period.run) if period else set()
    gaps = set(period.gaps) if period else set()
    stopped = search_gaps.stopped_dates(request)
    for day in dates_between(min([first, *by_date]), local_date(ended, zone) if ended else today):
        attempts = tuple(by_date.get(day, ()))
        if ended and day == local_date(ended, zone) and not attempts:
            continue  # the search ended before this date's attempt was due
        kind = "before" if day < first else "gap" if day in gaps else "counts"
        if day == today and not ended and not (period and period.today_counts):
            kind = "today"
        cause = search_gaps.cause_on(request, day, at, stopped)
        words = Gap(day, cause).words if cause and kind != "today" else ""
        yield Day(day, kind, words, attempts, day in run)
    if period and not period.fulfilled_at and not ended:
        missing = period.required - len(period.run) - (today not in run)
        for number in range(1, max(0, missing) + 1):
            yield Day(today + ONE_DAY * number, "ahead", "")


def attempts_by_date(attempts: Iterable[AttemptRow], at: datetime) -> dict[date, list[AttemptRow]]:
    """The attempts known at `at`, by the local date they were made on."""
    found: dict[date, list[AttemptRow]] = {}
    for attempt in attempts:
        if attempt.at <= at:
            found.setdefault(attempt.local_date, []).append(attempt)
    return found


def result_of(attempt: AttemptRow, at: datetime) -> str:
    """What came of an attempt by `at`, in words."""
    if attempt.mail_id is None:
        noted = [outcome for outcome in attempt.outcomes if outcome.at <= at]
        return ", ".join(str(OutcomeKind(outcome.kind).label) for outcome in noted)
    if attempt.bounced_at and attempt.bounced_at <= at:
        return _("bounced")
    if attempt.accepted_at and attempt.accepted_at <= at:
        return _("accepted by the mail server")
    if attempt.refused_at and attempt.refused_at <= at:
        return _("refused by the mail server")
    return _("not accepted yet")


def channel_label(channel: str) -> str:
    """The channel's name in the reader's language."""
    return str(ContactKind(channel).label)


def shown_documents(case: Case) -> list[DocumentRow]:
    """The documents in the order of work: to check first, replaced ones last."""
    order = (
        DocumentState.TO_REVIEW,
        DocumentState.REFUSED,
        DocumentState.ACCEPTED,
        DocumentState.REPLACED,
    )
    return sorted(case.documents, key=lambda row: (order.index(DocumentState(row.state)), row.id))
