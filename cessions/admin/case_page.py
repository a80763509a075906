"""What the page of a case shows: one statement, the reasoning from it, and what may be done next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_supervisor
from cessions import facts, policies, reasoning
from cessions.admin.case_words import event_words, kind_of_act, telling, void_words
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
    TwoPersonKind,
)
from cessions.naming import names
from cessions.policies.blockers import GRAVE_EVENTS
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.reasoning import Reasoning, ServiceView
from cessions.snapshot import Case, DecisionRow, DocumentRow, RequestRow, SignRow
from hosting.enums import ServiceKind, ServiceStatus
from hosting.records.enums import ScanState

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
class Button:
    """Something to do next: a link to the verb's page, or the words why it cannot be done yet."""

    label: str
    url: str
    why_not: str = ""
    main: bool = False


@dataclass(frozen=True)
class Alert:
    """Something that must be seen first; `tone` is "error", "warning" or "info"."""

    tone: str
    words: str
    detail: str = ""
    url: str = ""
    action: str = ""


def case_page(case: Case, request_id: int, user: User, now: datetime) -> dict[str, Any]:
    """The context of the page of one request of `case`, for `user`, at `now`."""
    request = case.request(request_id)
    why = reasoning.reason(case, request, now)
    return {
        "case": case,
        "filing": case.filing,
        "row": request,
        "why": why,
        "now": now,
        "tone": TONES.get(RequestState(request.state), ""),
        "state": RequestState(request.state).label,
        "siblings": [row for row in case.requests if row.id != request.id],
        "alerts": list(alerts(why)),
        "blockers": blockers(why),
        "strip": strip(why),
        "services": [shown_service(view) for view in why.services],
        "documents": [shown_document(d, case) for d in reasoning.shown_documents(case)],
        "attempts": attempts(why),
        "signs": [shown_sign(sign, why) for sign in request.signs],
        "decisions": [shown_decision(d, case) for d in request.decisions],
        "letters": [(letter, LetterKind(letter.kind).label) for letter in request.letters],
        "questions": case.questions,
        "consents": consents(case),
        "journal": [event_words(line) for line in case.journal],
        "warnings": reasoning.warnings_of(case, request, now),
        "words": filing_words(case),
        "telling": telling(),
        "decide": list(decision_buttons(why, user)),
        "work": list(work_buttons(why, user)),
        "url": Addresses(request.id),
        "kinds": RefusalReason.choices,
    }


class Addresses:
    """The addresses of the verbs of one request: `url.accept`, say, or `verb_url(pk, "accept", 3)`."""

    def __init__(self, pk: int) -> None:
        self.pk = pk

    def __getattr__(self, slug: str) -> str:
        return verb_url(self.pk, slug.replace("_", "-"))


def verb_url(pk: int, slug: str, part: int | None = None) -> str:
    """The address of a verb's page (see `hosting.lib.admin`)."""
    arguments = [pk] if part is None else [pk, part]
    return reverse(f"admin:cessions_transferrequest_{slug}", args=arguments)


# -- What must be seen first -------------------------------------------------------------------


def alerts(why: Reasoning) -> Iterator[Alert]:
    """Alarms, judgements and voided approvals, the gravest first."""
    request = why.request
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
            yield Alert("warning", words, sign.text, url, _("Judge it"))
    yield from _voided(why)
    for act in request.acts:
        if act.confirmed_at is None and act.dropped_at is None:
            yield Alert("warning", kind_of_act(act), act.reason)
    if request.waits_until and why.at < request.waits_until:
        words = _("The holder agrees to a transfer. The request waits for it.")
        yield Alert("info", words, "", verb_url(request.id, "resume"), _("Let it go on"))
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
            entry["names"].append(view.service.display_name)
    for entry in found.values():
        if len(entry["names"]) == len(views):
            entry["names"] = []
    return list(found.values())


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
    openable = document.destroyed_at is None and document.scan_state != ScanState.INFECTED
    if facts.waits_for_scan(document, document.added_at):
        openable = False
    return {
        "row": document,
        "kind": DocumentKind(document.kind).label,
        "state": state.label,
        "tone": DOCUMENT_TONES.get(state, ""),
        "about": about,
        "openable": openable,
        "scan": ScanState(document.scan_state).label,
        "refusal": RefusalReason(document.refusal).label if document.refusal else "",
        "equivalent": DocumentKind(document.equivalent_for).label
        if document.equivalent_for
        else "",
        "acceptable": openable and state in (DocumentState.TO_REVIEW, DocumentState.REFUSED),
        "judge": state != DocumentState.REPLACED and case_is_open(case),
        "identity": document.kind in IDENTITY_KINDS,
        "extract": document.kind == DocumentKind.REGISTER_EXTRACT,
    }


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


# -- What may be done --------------------------------------------------------------------------


def decision_buttons(why: Reasoning, user: User) -> Iterator[Button]:
    """The acts of X1 and X5 that this state of the case calls for; one that cannot be done says why."""
    request = why.request
    for decision in request.decisions:
        yield from _about_decision(decision, why, user)
    waiting = any(d.state == DecisionState.RECOMMENDED for d in request.decisions)
    received = [v for v in why.open_services if v.service.state == RequestState.RECEIVED]
    if received and not waiting:
        blocked = _("Something still stands in the way: see the list.")
        why_not = "" if any(not view.blockers for view in received) else blocked
        url = verb_url(request.id, "recommend")
        yield Button(_("Recommend the transfer"), url, why_not, main=not why_not)
    if why.open_services:
        yield Button(
            _("Refuse the request"),
            verb_url(request.id, "refuse-request"),
            "" if is_supervisor(user) else _("Only a supervisor can do this."),
        )


def _about_decision(decision: DecisionRow, why: Reasoning, user: User) -> Iterator[Button]:
    pk = why.request.id
    if decision.state == DecisionState.RECOMMENDED:
        url = verb_url(pk, "approve", decision.id)
        why_not = _why_not_approve(decision, why, user)
        yield Button(_("Approve the transfer"), url, why_not, main=not why_not)
        yield Button(_("Take the recommendation back"), verb_url(pk, "send-back", decision.id))
    if decision.contested_at and decision.contest_decided_at is None:
        by = decision.decided_by
        yield Button(
            _("Decide on the contest"),
            verb_url(pk, "contest", decision.id),
            _why_not_second(by.id if by else 0, user),
            main=True,
        )
    if decision.state == DecisionState.EXECUTED:
        yield from _about_reversal(decision, why, user)


def _about_reversal(decision: DecisionRow, why: Reasoning, user: User) -> Iterator[Button]:
    pk = why.request.id
    covered = [v.service for v in why.services if v.service.id in decision.service_ids]
    locked = all(s.locked_until and why.at < s.locked_until for s in covered)
    waiting = [
        act
        for act in why.request.acts
        if act.kind == TwoPersonKind.REVERSE and not act.confirmed_at and not act.dropped_at
    ]
    for act in waiting:
        url = verb_url(pk, "reverse-confirm", act.id)
        why_not = _why_not_second(act.proposed_by.id, user)
        yield Button(_("Confirm the reversal"), url, why_not, main=not why_not)
        yield Button(_("Drop the proposal to reverse"), verb_url(pk, "reverse-drop", act.id))
    if not waiting:
        late = _("The lock is over: a transfer is reversed within it only.")
        yield Button(
            _("Reverse the transfer"),
            verb_url(pk, "reverse", decision.id),
            "" if locked else late,
        )


def _why_not_second(first: int, user: User) -> str:
    if not is_supervisor(user):
        return _("Only a supervisor can do this.")
    return _("A second person has to do this.") if user.pk == first else ""


def _why_not_approve(decision: DecisionRow, why: Reasoning, user: User) -> str:
    by = decision.recommended_by
    covered = [view for view in why.services if view.service.id in decision.service_ids]
    if any(view.blockers for view in covered):
        return _("Something still stands in the way: see the list.")
    return _why_not_second(by.id if by else 0, user)


def work_buttons(why: Reasoning, user: User) -> Iterator[Button]:
    """What else staff do on a case."""
    request = why.request
    yield Button(_("Assign the case"), verb_url(request.id, "assign"))
    if request.account is None and why.open_services:
        yield Button(_("Ask the claimant"), verb_url(request.id, "ask"))
        return
    yield Button(_("Record a sign of life"), verb_url(request.id, "sign"))
    if why.open_services:
        yield Button(_("Ask the claimant"), verb_url(request.id, "ask"))
        yield Button(_("Seek the holder longer"), verb_url(request.id, "extend"))
        yield Button(_("Write a registered letter"), verb_url(request.id, "letter"))
        if why.case.filing.event in GRAVE_EVENTS and request.advice_at is None:
            why_not = "" if is_supervisor(user) else _("Only a supervisor can do this.")
            yield Button(_("Record the advice taken"), verb_url(request.id, "advice"), why_not)
    if request.state == RequestState.HOLDER_REACHED:
        yield from _undo_buttons(request, user)


def _undo_buttons(request: RequestRow, user: User) -> Iterator[Button]:
    waiting = [
        act
        for act in request.acts
        if act.kind == TwoPersonKind.UNDO_REACHED and not act.confirmed_at and not act.dropped_at
    ]
    for act in waiting:
        same = _("A second person has to do this.") if act.proposed_by.id == user.pk else ""
        url = verb_url(request.id, "undo-confirm", act.id)
        yield Button(_("Confirm that it was a mistake"), url, same)
        yield Button(_("Drop the proposal"), verb_url(request.id, "undo-drop", act.id))
    if not waiting:
        yield Button(_('Undo a mistaken "holder reached"'), verb_url(request.id, "undo"))
