"""Print the whole reasoning on a case at an instant: what was known, what counted, what stood in the way.

manage.py explain_case T2026-000001 --at 2026-06-20T00:00
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from cessions import reasoning
from cessions.asof import as_known
from cessions.enums import (
    OPEN_STATES,
    ChallengeKind,
    ChallengeState,
    DecisionKind,
    DecisionState,
    DocumentKind,
    DocumentState,
    FilingState,
    RequestState,
    SignJudgement,
    SignKind,
)
from cessions.facts import attempts_from, provider_zone
from cessions.models import Filing
from cessions.naming import names
from cessions.reasoning import Day, Reasoning, ServiceView
from cessions.snapshot import Case, DecisionRow, RequestRow, case_of_number
from cessions.warning_signs import warnings_of
from hosting.enums import ServiceKind
from hosting.lib import clock

WHOLE_JOURNAL = 1_000_000


class Command(BaseCommand):
    help = "Print the whole reasoning on a case at an instant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="a case number, or that of one of its requests")
        parser.add_argument("--at", help="an instant (ISO 8601; local when it has no zone); now")
        parser.add_argument("--language", default="en", help="fr, de or en")

    def handle(self, *args: Any, number: str, at: str | None, language: str, **words: Any) -> None:
        moment = instant(at) if at else clock.now()
        try:
            case = case_of_number(number, journal=WHOLE_JOURNAL)
        except Filing.DoesNotExist as error:
            raise CommandError(f"no case {number}") from error
        with translation.override(language):
            for line in explanation(as_known(case, moment), number, moment):
                self.stdout.write(line)


def instant(text: str) -> datetime:
    """The instant that was typed; without a zone it is local. Raises CommandError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"not an instant: {text}") from error
    return found if found.tzinfo else found.replace(tzinfo=provider_zone())


def explanation(case: Case, number: str, at: datetime) -> Iterator[str]:
    """The lines of the whole explanation."""
    filing = case.filing
    yield _("Case %(number)s as it was known on %(at)s") % {
        "number": filing.number,
        "at": shown(at),
    }
    yield "  " + _("filing: %s") % FilingState(filing.state).label
    if filing.confirmed_at and filing.confirmed_at <= at:
        yield "  " + _("confirmed: %s") % shown(filing.confirmed_at)
    yield from documents(case)
    yield from consents(case)
    yield from challenges(case)
    for request in case.requests:
        if number in (filing.number, request.number):
            yield ""
            yield from about_request(case, request, at)


def documents(case: Case) -> Iterator[str]:
    """Each document and who judged it."""
    yield _("Documents")
    for row in case.documents:
        line = f"{row.id} {DocumentKind(row.kind).label}: {DocumentState(row.state).label}"
        if row.reviewed_by and row.reviewed_at:
            line += f" ({row.reviewed_by.name}, {shown(row.reviewed_at)})"
        if row.reason:
            line += f" – {row.reason}"
        yield f"  {line}"
    if not case.documents:
        yield "  " + _("none")


def consents(case: Case) -> Iterator[str]:
    """What the claimant had accepted."""
    for row in case.consents:
        yield "  " + _("accepted: %(notice)s, version %(version)s, %(at)s") % {
            "notice": row.notice,
            "version": row.version,
            "at": shown(row.at),
        }


def challenges(case: Case) -> Iterator[str]:
    """How the claimant was verified: each way, what came of it, and when (V2)."""
    names = {service.id: service.display_name for service in case.services}
    for row in case.challenges:
        line = _("verification %(id)s: %(kind)s, %(name)s: %(state)s") % {
            "id": row.id,
            "kind": ChallengeKind(row.kind).label,
            "name": names.get(row.requested_service_id, ""),
            "state": ChallengeState(row.state).label,
        }
        who = [row.judged_by.name] if row.judged_by else []
        when = [shown(row.ended_at)] if row.ended_at else []
        ended = ", ".join(who + when)
        more = f" – {row.outcome_note}" if row.outcome_note else ""
        yield f"  {line}" + (f" ({ended})" if ended else "") + more


def about_request(case: Case, request: RequestRow, at: datetime) -> Iterator[str]:
    """Everything about one request."""
    why = reasoning.reason(case, request, at)
    yield _("Request %(number)s: %(state)s") % {
        "number": request.number,
        "state": RequestState(request.state).label,
    }
    account = f"{request.account.number} {request.account.name}" if request.account else _("none")
    yield "  " + _("account: %s") % account
    yield from clocks(case, why)
    if request.account:
        yield from search(why)
    for sign in request.signs:
        judgement = SignJudgement(sign.judgement).label
        yield f"  {shown(sign.at)} {SignKind(sign.kind).label}: {judgement}"
    for view in why.services:
        yield from about_service(view)
    for warning in warnings_of(case, request, at):
        yield "  " + _("warning sign: %s") % " ".join((warning.words, "; ".join(warning.facts)))
    for decision in request.decisions:
        yield from about_decision(decision, case)


def clocks(case: Case, why: Reasoning) -> Iterator[str]:
    """K1 and the beginning of the search."""
    yield "  " + _("received: %s") % shown(why.request.received_at)
    over = _("over") if why.at >= why.earliest_at else _("running")
    yield "  " + _("ten days: %(state)s, a decision opens on %(at)s") % {
        "state": over,
        "at": shown(why.earliest_at),
    }
    since = attempts_from(case.filing, why.request, why.at)
    yield "  " + _("attempts count from: %s") % shown(since)


def search(why: Reasoning) -> Iterator[str]:
    """The dates, each with its attempts and whether it counts."""
    period = why.period
    if period is not None:
        words = {"dates": len(period.run), "required": period.required}
        yield "  " + _("search: run of %(dates)s dates, %(required)s required") % words
        if period.fulfilled_at:
            yield "  " + _("fulfilled on %s") % shown(period.fulfilled_at)
        elif period.earliest_at:
            yield "  " + _("can be fulfilled on %s") % shown(period.earliest_at)
    for day in why.days:
        if day.kind != "ahead":
            yield from one_day(day, why.at)


def one_day(day: Day, at: datetime) -> Iterator[str]:
    """A date: counts, or why not; and what was tried."""
    marks = {
        "counts": _("counts"),
        "gap": _("GAP"),
        "today": _("does not count yet"),
        "before": _("before this run"),
    }
    cause = f" – {day.cause}" if day.cause else ""
    yield f"    {day.day.isoformat()} {marks[day.kind]}{cause}"
    for attempt in day.attempts:
        channel = reasoning.channel_label(attempt.channel)
        local = attempt.at.astimezone(provider_zone())
        result = reasoning.result_of(attempt, at)
        yield f"      {local:%H:%M} {channel} {attempt.address}: {result}"


def about_service(view: ServiceView) -> Iterator[str]:
    """The checklist of a service, and what stands in its way."""
    yield "  " + _("Service %(name)s: %(state)s") % {
        "name": f"{view.service.display_name} ({ServiceKind(view.service.kind).label})",
        "state": RequestState(view.service.state).label,
    }
    for line in view.lines:
        requirement = line.requirement
        optional = "" if requirement.required else f" ({_('optional')})"
        state = DocumentState(requirement.state).label if line.documents else _("missing")
        yield f"    {requirement.words}{optional}: {state}"
    if view.service.state not in OPEN_STATES:
        return
    for blocker in view.blockers:
        since = _("from %s") % shown(blocker.lifts_at) if blocker.lifts_at else ""
        lifts = f" [{since}]" if since else ""
        yield f"    ! {blocker.code}: {blocker.words}{lifts}"
    if not view.blockers:
        yield "    " + _("nothing stands in the way")


def about_decision(decision: DecisionRow, case: Case) -> Iterator[str]:
    """Who recommended, decided, carried out, voided, contested, and when."""
    covered = names(s for s in case.services if s.id in decision.service_ids)
    yield "  " + _("Decision %(id)s, %(kind)s: %(names)s") % {
        "id": decision.id,
        "kind": DecisionKind(decision.kind).label,
        "names": ", ".join(covered),
    }
    steps = (
        (
            _("recommended"),
            decision.recommended_at,
            decision.recommended_by,
            decision.recommendation,
        ),
        (_("decided"), decision.decided_at, decision.decided_by, decision.reason),
        (str(DecisionState.EXECUTED.label), decision.executed_at, None, ""),
        (str(DecisionState.VOIDED.label), decision.voided_at, None, decision.void_reason),
        (_("contested"), decision.contested_at, None, decision.contest_text),
        (
            _("contest decided"),
            decision.contest_decided_at,
            decision.contest_decided_by,
            decision.contest_reason,
        ),
    )
    for words, moment, person, text in steps:
        if moment is not None:
            who = f" {person.name}" if person else ""
            more = f" – {text}" if text else ""
            yield f"    {shown(moment)} {words}{who}{more}"
    if decision.executes_at and not decision.executed_at and not decision.voided_at:
        yield "    " + _("in the hold until %s") % shown(decision.executes_at)


def shown(at: datetime) -> str:
    """An instant on the provider's clock, with its zone."""
    return at.astimezone(provider_zone()).strftime("%Y-%m-%d %H:%M:%S %Z")
