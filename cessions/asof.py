"""A case as it was known at an instant: rows that are dated later are left out, states are wound back by
the journal. So that a decision can be explained as it stood (`explain_case --at`)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.enums import Judgement
from cessions import policies
from cessions.enums import ChallengeState, DocumentState, SignJudgement, SignKind
from cessions.snapshot import (
    AccountRow,
    ActRow,
    Case,
    ChallengeRow,
    DecisionRow,
    DocumentRow,
    ExtensionRow,
    QuestionRow,
    RepresentativeRow,
    RequestRow,
    SignRow,
)


def as_known(case: Case, at: datetime) -> Case:
    """`case` without what came after `at`. Read it with its whole journal, for the states' sake."""
    states = states_at(case, at)
    services = tuple(replace(row, state=states.get(row.id, row.state)) for row in case.services)
    requests = tuple(r for r in case.requests if r.received_at <= at)
    return replace(
        case,
        services=services,
        requests=tuple(_request(row, services_of(services, row), at) for row in requests),
        documents=tuple(_document(row, at) for row in case.documents if row.added_at <= at),
        consents=tuple(row for row in case.consents if row.at <= at),
        challenges=tuple(_challenge(c, at) for c in case.challenges if c.asked_at <= at),
        questions=tuple(_question(row, at) for row in case.questions if row.asked_at <= at),
        messages=tuple(row for row in case.messages if row.at <= at),
        asked=tuple(row for row in case.asked if row.received_at <= at),
        journal=tuple(line for line in case.journal if _instant(line) <= at),
    )


def states_at(case: Case, at: datetime) -> dict[int, str]:
    """The states of services that changed after `at`, as they were before (T7)."""
    found: dict[int, str] = {}
    for (
        line
    ) in case.journal:  # the newest first: the last one written is the first change after `at`
        moves = line["facts"].get("services") if _instant(line) > at else None
        for pk, old, _new in _triples(moves):
            found[pk] = old
    return found


def services_of(services: Iterable[Any], request: RequestRow) -> list[str]:
    """The states of the services of `request`."""
    return [row.state for row in services if row.request_id == request.id]


def _triples(moves: object) -> list[tuple[int, str, str]]:
    """What `services.states.move` journals: service, old state, new state."""
    rows = moves if isinstance(moves, list) else []
    return [(row[0], row[1], row[2]) for row in rows if isinstance(row, list) and len(row) == 3]


def _instant(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["at"])


def _request(row: RequestRow, states: list[str], at: datetime) -> RequestRow:
    over = row.ended_at is not None and row.ended_at <= at
    advised = row.advice_at is not None and row.advice_at <= at
    return replace(
        row,
        state=policies.summary_state(states) if states else row.state,
        ended_at=row.ended_at if over else None,
        advice=row.advice if advised else "",
        advice_by=row.advice_by if advised else None,
        advice_at=row.advice_at if advised else None,
        attempts=tuple(attempt for attempt in row.attempts if attempt.at <= at),
        signs=tuple(_sign(sign, at) for sign in row.signs if sign.at <= at),
        extensions=tuple(_extension(each, at) for each in row.extensions if each.at <= at),
        lifts=tuple(lift for lift in row.lifts if lift.at <= at),
        account=_account(row.account, at) if row.account else None,
        comments=tuple(comment for comment in row.comments if comment.at <= at),
        decisions=tuple(_decision(each, at) for each in row.decisions if _began(each) <= at),
        acts=tuple(_act(act, at) for act in row.acts if act.proposed_at <= at),
        letters=tuple(letter for letter in row.letters if letter.queued_at <= at),
    )


def _account(row: AccountRow, at: datetime) -> AccountRow:
    """What the account says of its holder, without what was told, judged or ended later (A8 to A12)."""
    return replace(
        row,
        trusted=_began_by(row.trusted, "created_at", at, "confirmed_at", "ended_at"),
        absences=_began_by(row.absences, "told_at", at, "cancelled_at"),
        events=_began_by(row.events, "recorded_at", at, "withdrawn_at"),
        representatives=tuple(
            _representative(each, at) for each in row.representatives if each.recorded_at <= at
        ),
        contracts=_began_by(row.contracts, "accepted_at", at, "ended_at"),
        powers=_began_by(row.powers, "accepted_at", at, "ended_at"),
        emergencies=_began_by(row.emergencies, "opened_at", at, "closed_at"),
        sign_ins=_began_by(row.sign_ins, "at", at),
    )


def _began_by(rows: Iterable[Any], began: str, at: datetime, *later: str) -> tuple[Any, ...]:
    """Those of `rows` that began by `at`; of the steps `later`, those still ahead are taken away."""
    return tuple(
        replace(row, **{name: None for name in later if (getattr(row, name) or at) > at})
        for row in rows
        if getattr(row, began) <= at
    )


def _representative(row: RepresentativeRow, at: datetime) -> RepresentativeRow:
    """Whoever was judged later still waited to be checked."""
    if row.ended_at is not None and row.ended_at > at:
        row = replace(row, ended_at=None)
    if row.judged_at is not None and row.judged_at > at:
        row = replace(row, judgement=Judgement.PENDING, judged_at=None)
    return row


def _document(row: DocumentRow, at: datetime) -> DocumentRow:
    """What was judged or replaced later was not yet."""
    if row.replaced_at is not None and row.replaced_at <= at:
        return row
    if row.reviewed_at is not None and row.reviewed_at <= at:
        state = DocumentState.REFUSED if row.refusal else DocumentState.ACCEPTED
        return replace(row, state=state)
    return replace(
        row,
        state=DocumentState.TO_REVIEW,
        reviewed_by=None,
        reviewed_at=None,
        refusal="",
        reason="",
        equivalent_for="",
        valid_until=None,
        issued_on=None,
    )


def _challenge(row: ChallengeRow, at: datetime) -> ChallengeRow:
    """What ended later was still to be done."""
    if row.tried_at is not None and row.tried_at > at:
        row = replace(row, tried_at=None, seen="", answer="")
    if row.posted_at is not None and row.posted_at > at:
        row = replace(row, posted_at=None)
    if row.ended_at is None or row.ended_at <= at:
        return row
    return replace(
        row,
        state=ChallengeState.OPEN,
        seen="",
        ended_at=None,
        judged_by=None,
        outcome_note="",
        replaced_by_id=None,
    )


def _question(row: QuestionRow, at: datetime) -> QuestionRow:
    if row.answered_at is not None and row.answered_at > at:
        row = replace(row, answered_at=None, answer="")
    if row.closed_at is not None and row.closed_at > at:
        row = replace(row, closed_at=None)
    return row


def _sign(row: SignRow, at: datetime) -> SignRow:
    """A sign that staff judged later still waited for them, if it had to."""
    if row.judged_at is None or row.judged_at <= at:
        return row
    waits = row.former_contact or row.kind == SignKind.SIGN_IN
    unjudged = SignJudgement.PENDING if waits else SignJudgement.CONFIRMED
    return replace(row, judgement=unjudged, judged_by=None, judged_at=None, judgement_reason="")


def _extension(row: ExtensionRow, at: datetime) -> ExtensionRow:
    if row.withdrawn_at is not None and row.withdrawn_at > at:
        return replace(row, withdrawn_at=None, withdrawn_by=None)
    return row


def _began(row: DecisionRow) -> datetime:
    """When a decision entered the case: its recommendation, or the refusal itself."""
    began = row.recommended_at or row.decided_at
    if began is None:
        raise ValueError(f"decision {row.id} has neither recommendation nor decision")
    return began


def _decision(row: DecisionRow, at: datetime) -> DecisionRow:
    """A decision with what was known of it: later steps had not been taken."""
    steps: dict[str, Any] = {}
    if row.decided_at is not None and row.decided_at > at:
        steps |= {"decided_at": None, "decided_by": None, "executes_at": None}
    if row.executed_at is not None and row.executed_at > at:
        steps |= {"executed_at": None}
    if row.voided_at is not None and row.voided_at > at:
        steps |= {"voided_at": None, "void_reason": ""}
    if row.contested_at is not None and row.contested_at > at:
        steps |= {"contested_at": None, "contest_text": ""}
    if row.contest_decided_at is not None and row.contest_decided_at > at:
        steps |= {
            "contest_decided_at": None,
            "contest_decided_by": None,
            "contest_upheld": None,
            "contest_reason": "",
        }
    return replace(row, **steps)


def _act(row: ActRow, at: datetime) -> ActRow:
    if row.confirmed_at is not None and row.confirmed_at > at:
        row = replace(row, confirmed_at=None, confirmed_by=None)
    if row.dropped_at is not None and row.dropped_at > at:
        row = replace(row, dropped_at=None)
    return row
