"""What the page of a case shows: one statement, the reasoning from it, and what may be done next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_supervisor
from cessions import facts, policies, reasoning
from cessions.admin.case_buttons import decision_buttons, export_button, verb_url, work_buttons
from cessions.admin.case_holder import known_of_the_holder
from cessions.admin.case_talk import talk
from cessions.admin.case_telling import receivers, to_tell
from cessions.admin.hold_verbs import hold_buttons, keeping_words
from cessions.admin.verification_panel import verification
from cessions.case_words import event_words, kind_of_act, void_words
from cessions.enums import (
    ConfirmedHow,
    ConsentCode,
    DecisionKind,
    DecisionState,
    DocumentKind,
    DocumentState,
    EventKind,
    FilingOrigin,
    LetterKind,
    RefusalReason,
    RequestState,
    SignJudgement,
    SignKind,
)
from cessions.naming import names
from cessions.policies.finding_words import in_short
from cessions.policies.findings import Finding, FindingCode, Findings, Outcome, TextSource
from cessions.reasoning import Reasoning, ServiceView
from cessions.snapshot import Case, DecisionRow, DocumentRow, ServiceRow, SignRow
from cessions.warning_signs import warnings_of
from cessions.worklist import PATIENCE
from hosting.enums import ServiceKind, ServiceStatus
from hosting.records.enums import NEVER_OPENED
from hosting.records.models import state_words

JOURNAL_LINES = 15
STRIP_DAYS = 14
TONES = {
    RequestState.RECEIVED: "info",
    RequestState.APPROVED: "warn",
    RequestState.EXECUTED: "good",
    RequestState.REFUSED: "bad",
    RequestState.HOLDER_REACHED: "good",
}
DOCUMENT_TONES = {
    DocumentState.TO_REVIEW: "info",
    DocumentState.ACCEPTED: "good",
    DocumentState.REFUSED: "bad",
}
LINE_TONES = {"accepted": "good", "to_review": "info", "refused": "bad", "missing": "warn"}


@dataclass(frozen=True)
class Alert:
    """Something that must be seen first; `tone` is "error", "warning" or "info"."""

    tone: str
    words: str
    detail: str = ""
    url: str = ""
    action: str = ""


def case_page(
    case: Case, request_id: int, user: User, now: datetime, words: str = ""
) -> dict[str, Any]:
    """The context of the page of one request of `case`, for `user`, at `now`; `words` is the usual
    answer that he chose to begin a message with."""
    request = case.request(request_id)
    why = reasoning.reason(case, request, now)
    documents = [shown_document(d, case) for d in reasoning.shown_documents(case)]
    return {
        "case": case,
        "filing": case.filing,
        "row": request,
        "why": why,
        "now": now,
        "tone": TONES.get(RequestState(request.state), ""),
        "state": RequestState(request.state).label,
        "agreement": any(sign.kind == SignKind.AGREEMENT for sign in request.signs),
        "siblings": [row for row in case.requests if row.id != request.id],
        "alerts": list(alerts(why)),
        "blockers": blockers(why),
        "strip": strip(why),
        "services": [shown_service(view) for view in why.services],
        "documents": documents,
        "next_document": next_document(documents),
        "verification": verification(why),
        "attempts": attempts(why),
        "signs": [shown_sign(sign, why) for sign in request.signs],
        "decisions": [shown_decision(d, case) for d in request.decisions],
        "letters": [(letter, LetterKind(letter.kind).label) for letter in request.letters],
        "talk": talk(why, words),
        "consents": consents(case),
        "journal": [event_words(line) for line in case.journal],
        "warnings": warnings_of(case, request, now),
        "words": filing_words(case),
        "receivers": list(receivers(why)),
        "to_tell": to_tell(why),
        "known": list(known_of_the_holder(why)),
        "decide": list(decision_buttons(why, user)),
        "work": [
            *work_buttons(why, user),
            *hold_buttons(case, request.id, user),
            export_button(request.id, user),
        ],
        "is_supervisor": is_supervisor(user),
        "keeping": keeping_words(case),
    }


# -- What must be seen first -------------------------------------------------------------------


def alerts(why: Reasoning) -> Iterator[Alert]:
    """Alarms, judgements and voided approvals, the gravest first."""
    request, filing = why.request, why.case.filing
    if filing.erased_at is not None:
        words = _("The content of this case was erased; its dates and its journal stay.")
        yield Alert("info", words)
    if filing.legal_hold is not None:
        words = _("Legal hold of %(name)s: nothing of this case is destroyed.")
        held = words % {"name": filing.legal_hold.by.name}
        yield Alert("warning", held, filing.legal_hold.reason)
    for sign in request.signs:
        if is_alarm(sign, why):
            words = _("ALARM: the holder gave a sign of life after the transfer.")
            if sign.kind == SignKind.THEFT:
                words = _("ALARM: the holder says that this is theft.")
            url = verb_url(request.id, "alarm", sign.id)
            yield Alert("error", words, sign.text, url, _("I take care of it"))
    for sign in request.signs:
        if sign.judgement == SignJudgement.PENDING:
            url = verb_url(request.id, "judge", sign.id)
            words = _("An answer waits to be judged: was it the holder?")
            if sign.kind == SignKind.SIGN_IN:
                words = _("Somebody signed in for the account: was it the holder?")
            who = sign.signed_in.name if sign.signed_in else ""
            yield Alert("warning", words, sign.text or who, url, _("Judge it"))
    yield from _overdue(why)
    yield from _voided(why)
    for act in request.acts:
        if act.confirmed_at is None and act.dropped_at is None:
            yield Alert("warning", kind_of_act(act), act.reason)
    if request.waits_until and why.at < request.waits_until:
        words = _("The holder agrees to a transfer. The request waits for it.")
        yield Alert("info", words, "", verb_url(request.id, "resume"), _("Let it go on"))
    unread = [row for row in why.case.messages if row.by is None and row.seen_at is None]
    if unread:
        words = _("The claimant wrote to us.")
        yield Alert("info", words, unread[0].text, "#messages", _("Read and answer"))
    for question in why.case.questions:
        if question.answered_at is None and question.closed_at is None:
            yield Alert(
                "info", _("A question to the claimant waits for its answer."), question.text
            )


def is_alarm(sign: SignRow, why: Reasoning) -> bool:
    """Whether a supervisor has still to take care of `sign` (C10, X5)."""
    if sign.judged_at is not None or sign.judgement == SignJudgement.DISMISSED:
        return False
    if sign.kind == SignKind.THEFT:
        return True
    executed = [d.executed_at for d in why.request.decisions if d.executed_at]
    return bool(executed) and sign.at >= min(executed)


def _overdue(why: Reasoning) -> Iterator[Alert]:
    for decision in why.request.decisions:
        due = decision.executes_at if decision.state == DecisionState.APPROVED else None
        if due is not None and due <= why.at - PATIENCE:
            words = _("An approval should have been carried out, and could not.")
            detail = _(
                "The software tries again every few minutes. Please tell who looks after it."
            )
            yield Alert("error", words, detail)


def _voided(why: Reasoning) -> Iterator[Alert]:
    decisions = why.request.decisions
    last = decisions[-1] if decisions else None
    if last and last.state == DecisionState.VOIDED and last.decided_at and why.open_services:
        words = _("An approval was voided: the case needs a new look.")
        yield Alert("error", words, void_words(last.void_reason))


# -- The middle --------------------------------------------------------------------------------


def blockers(why: Reasoning) -> list[dict[str, Any]]:
    """What stands in the way, each once, with the services it concerns where it is not all."""
    views = why.open_services
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for view in views:
        for blocker in view.blockers:
            key = (blocker.code, blocker.words, blocker.lifts_at)
            entry = found.setdefault(key, {"blocker": blocker, "names": []})
            entry["names"].append(view.service)
    for entry in found.values():
        concerned = entry["names"]
        entry["names"] = [] if len(concerned) == len(views) else told_apart(concerned, views)
    return list(found.values())


def told_apart(concerned: list[ServiceRow], views: Sequence[ServiceView]) -> list[str]:
    """Which services: by kind where all of them bear one name, as a domain and its site do."""
    if len(names(view.service for view in views)) == 1:
        return [str(ServiceKind(service.kind).label) for service in concerned]
    return names(concerned)


def strip(why: Reasoning) -> dict[str, Any]:
    """The dates of the search as cells: the last two weeks, and those still needed."""
    period = why.period
    past = [day for day in why.days if day.kind != "ahead"]
    ahead = [day for day in why.days if day.kind == "ahead"]
    return {
        "days": past[-STRIP_DAYS:] + ahead,
        "earlier": max(0, len(past) - STRIP_DAYS),
        "gaps": why.gaps,
        "period": period,
        "done": min(len(period.run), period.required) if period else 0,
    }


def shown_service(view: ServiceView) -> dict[str, Any]:
    """A service with its words."""
    service = view.service
    status = ServiceStatus(service.status).label if service.status else ""
    return {
        "view": view,
        "service": service,
        "kind": ServiceKind(service.kind).label,
        "state": RequestState(service.state).label,
        "tone": TONES.get(RequestState(service.state), ""),
        "status": status,
        "lines": [
            {
                "line": line,
                "words": line.requirement.words,
                **shown_line(line.requirement),
            }
            for line in view.lines
        ],
    }


def shown_line(line: policies.Requirement) -> dict[str, str]:
    """Where a line of the checklist stands; what is optional and not there is no fault."""
    if not line.required and line.state == policies.RequirementState.MISSING:
        return {"state": _("none"), "tone": ""}
    return {"state": LINE_WORDS[line.state](), "tone": LINE_TONES[line.state]}


LINE_WORDS = {
    "accepted": lambda: _("accepted"),
    "to_review": lambda: _("to be checked"),
    "refused": lambda: _("refused"),
    "missing": lambda: _("missing"),
}


def shown_document(document: DocumentRow, case: Case) -> dict[str, Any]:
    """A document with its words, and what may be done with it."""
    about = next(
        (s.display_name for s in case.services if s.id == document.requested_service_id), ""
    )
    state = DocumentState(document.state)
    closed = document.destroyed_at is not None or document.scan_state in NEVER_OPENED
    return {
        "row": document,
        "kind": DocumentKind(document.kind).label,
        "state": state.label,
        "tone": DOCUMENT_TONES.get(state, ""),
        "about": about,
        "closed": closed or facts.waits_for_scan(document),
        "scan": state_words(document.scan_state, document.problem, document.found),
        "never": document.scan_state in NEVER_OPENED,
        "read": read_in_short(document),
        "refusal": RefusalReason(document.refusal).label if document.refusal else "",
        "equivalent": DocumentKind(document.equivalent_for).label
        if document.equivalent_for
        else "",
        "judge": state == DocumentState.TO_REVIEW and case_is_open(case),
    }


def read_in_short(document: DocumentRow) -> str:
    """What machines found in a document, in a few words; empty where none looked (D5)."""
    if document.read is None:
        return _("being read by a machine") if document.next_read_at else ""
    found = Findings(
        source=TextSource(document.read.source or TextSource.NONE),
        problem=document.read.problem,
        findings=tuple(
            Finding(FindingCode(each.code), Outcome(each.outcome))
            for each in document.read.findings
        ),
    )
    return " · ".join(str(words) for words in in_short(found))


def next_document(documents: Sequence[Mapping[str, Any]]) -> int | None:
    """The document to check next."""
    return next((d["row"].id for d in documents if d["judge"]), None)


def case_is_open(case: Case) -> bool:
    """Whether any request of the filing is open."""
    return any(policies.is_open(row.state) for row in case.requests)


def attempts(why: Reasoning) -> list[dict[str, Any]]:
    """The attempts, the newest date first, each with what came of it."""
    shown = [day for day in reversed(why.days) if day.kind != "ahead"]
    return [
        {
            "day": day,
            "lines": [
                {
                    "attempt": attempt,
                    "channel": reasoning.channel_label(attempt.channel),
                    "result": reasoning.result_of(attempt, why.at),
                }
                for attempt in day.attempts
            ],
        }
        for day in shown
    ]


def shown_sign(sign: SignRow, why: Reasoning) -> dict[str, Any]:
    """A sign of life with its words."""
    return {
        "row": sign,
        "kind": SignKind(sign.kind).label,
        "judgement": SignJudgement(sign.judgement).label,
        "pending": sign.judgement == SignJudgement.PENDING,
        "alarm": is_alarm(sign, why),
    }


def shown_decision(decision: DecisionRow, case: Case) -> dict[str, Any]:
    """A decision with its words and the names of its services."""
    return {
        "row": decision,
        "kind": DecisionKind(decision.kind).label,
        "state": DecisionState(decision.state).label,
        "names": names(s for s in case.services if s.id in decision.service_ids),
        "void": void_words(decision.void_reason),
        "waits": decision.state in (DecisionState.RECOMMENDED, DecisionState.APPROVED),
    }


def consents(case: Case) -> list[dict[str, Any]]:
    """What the claimant accepted, and when (N5, X4)."""
    labels: Mapping[str, Any] = dict(ConsentCode.choices)
    return [{"row": row, "label": labels.get(row.notice, row.notice)} for row in case.consents]


def filing_words(case: Case) -> dict[str, Any]:
    """The filing's codes in words."""
    filing = case.filing
    how = ConfirmedHow(filing.confirmed_how).label if filing.confirmed_how else ""
    return {
        "origin": FilingOrigin(filing.origin).label,
        "event": EventKind(filing.event).label,
        "confirmed_how": how,
    }
