"""Why a service may not be approved or executed yet (K2): one list for pages, mails and guards.

Each blocker has a code, words, and, where it can be known, the instant from which it may be lifted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cessions.enums import EventKind, SignJudgement, SignKind
from cessions.policies.checklist import RequirementState
from cessions.policies.clocks import earliest_decision_at
from cessions.policies.contact import PHONE
from cessions.policies.facts import DecisionFacts, SignOfLife
from cessions.policies.period import Period, period
from cessions.policies.words import Words, gettext_noop
from hosting.lib.dates import after, as_utc, end_of, local_date, start_of

ABSENCE_DAYS_MAXIMUM = 60
AGREEMENT_WAIT = timedelta(days=14)  # C10
GRAVE_EVENTS = frozenset({EventKind.DEATH, EventKind.GUARDIANSHIP, EventKind.LIQUIDATION})


class BlockerCode(StrEnum):
    """What stands in the way of a decision."""

    SERVICE_UNKNOWN = "service_unknown"
    TOO_EARLY = "too_early"
    PERIOD_RUNNING = "period_running"
    LETTER_MISSING = "letter_missing"
    OTHER_CHANNEL_MISSING = "other_channel_missing"
    DEPENDENT_CHANNELS_ONLY = "dependent_channels_only"
    MEANS_UNTRIED = "means_untried"
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_TO_REVIEW = "document_to_review"
    DOCUMENT_REFUSED = "document_refused"
    NOT_SCANNED = "not_scanned"
    FILE_CLOSED = "file_closed"
    CHALLENGE_MISSING = "challenge_missing"
    EFFECTS_NOT_ACCEPTED = "effects_not_accepted"
    SIGN_OF_LIFE = "sign_of_life"
    SIGN_OF_LIFE_TO_JUDGE = "sign_of_life_to_judge"
    HOLDER_AGREES = "holder_agrees"
    HOLDER_ABSENT = "holder_absent"
    REPRESENTATIVE_UNRESOLVED = "representative_unresolved"
    EVENT_UNRESOLVED = "event_unresolved"
    RIVALS = "rivals"
    LOCKED = "locked"


@dataclass(frozen=True)
class Blocker:
    """One reason why a service may not be approved yet."""

    code: BlockerCode
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    lifts_at: datetime | None = None
    """From when, in UTC, it may be lifted; None where that hangs on what somebody does."""

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        return str(Words(self.message, self.values))


def decision_blockers(facts: DecisionFacts, now: datetime) -> list[Blocker]:
    """Everything that keeps the service from being approved, or executed, at `now` (K2).

    An empty list means that people may decide; it decides nothing (K3). What happened after `now`
    is not known yet. Facts must be those of the moment inside the transaction that decides.
    """
    moment = as_utc(now)
    return [blocker for check in CHECKS for blocker in check(facts, moment)]


def is_ripe(facts: DecisionFacts, now: datetime) -> bool:
    """Whether nothing stands in the way of a decision at `now` (T7: derived, never stored)."""
    return not decision_blockers(facts, now)


def _service(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if not facts.service_known:
        yield Blocker(
            BlockerCode.SERVICE_UNKNOWN,
            gettext_noop("This service is not hosted here, so there is nothing to transfer."),
        )


def _ten_days(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    opens = earliest_decision_at(facts.received_at, facts.zone)
    if now < opens:
        yield Blocker(
            BlockerCode.TOO_EARLY,
            gettext_noop("Ten full days must pass after the request was received."),
            lifts_at=opens,
        )


def _contact(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if not facts.service_known:
        return
    found = period(facts.contact, now)
    if found.fulfilled_at is None:
        yield from _period(found)
    if found.untried:
        yield _untried(found)


def _period(found: Period) -> Iterator[Blocker]:
    yield Blocker(
        BlockerCode.PERIOD_RUNNING,
        gettext_noop(
            "The holder has to be sought on consecutive dates without a gap: %(dates)s of "
            "%(required)s so far. A date counts in full once it is over."
        ),
        {"dates": len(found.run), "required": found.required},
        found.earliest_at,
    )
    if found.letter_missing:
        yield Blocker(
            BlockerCode.LETTER_MISSING,
            gettext_noop(
                "No e-mail address of the holder works any more: a registered letter has to be posted."
            ),
        )
    if found.channel_dates_missing:
        yield Blocker(
            BlockerCode.OTHER_CHANNEL_MISSING,
            gettext_noop(
                "No e-mail address of the holder works any more: another channel (a call, a message) "
                "has to be tried on more dates. Still missing: %(dates)s."
            ),
            {"dates": found.channel_dates_missing},
        )
    if found.independent_missing:
        yield Blocker(
            BlockerCode.DEPENDENT_CHANNELS_ONLY,
            gettext_noop(
                "The contested service itself cannot be the only way to the holder: another channel "
                "is needed on two dates, or a registered letter."
            ),
        )


def _untried(found: Period) -> Blocker:
    names = ", ".join(untried.method.label or untried.method.key for untried in found.untried)
    phones = any(untried.method.kind == PHONE for untried in found.untried)
    message = gettext_noop("Not every way to reach the holder was tried yet: %(methods)s.")
    if phones:
        message = gettext_noop(
            "Not every way to reach the holder was tried yet: %(methods)s. Telephones are called on "
            "two dates."
        )
    return Blocker(BlockerCode.MEANS_UNTRIED, message, {"methods": names}, found.means_from)


DOCUMENT_MESSAGES = {
    RequirementState.MISSING: (
        BlockerCode.DOCUMENT_MISSING,
        gettext_noop("Still missing: %(document)s."),
    ),
    RequirementState.TO_REVIEW: (
        BlockerCode.DOCUMENT_TO_REVIEW,
        gettext_noop("Waiting to be checked by a person: %(document)s."),
    ),
    RequirementState.REFUSED: (
        BlockerCode.DOCUMENT_REFUSED,
        gettext_noop("Could not be accepted and has to be sent again: %(document)s."),
    ),
}


def _documents(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if not facts.requirements:
        yield Blocker(
            BlockerCode.DOCUMENT_MISSING,
            gettext_noop("The list of documents for this service has not been drawn up yet."),
        )
    for line in facts.requirements:
        if line.blocks:
            code, message = DOCUMENT_MESSAGES[line.state]
            yield Blocker(code, message, {"document": line.kind.label, "kind": line.kind.value})


def _unscanned(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if facts.unscanned_documents:
        yield Blocker(
            BlockerCode.NOT_SCANNED,
            gettext_noop("Files that wait for their security check: %(count)s."),
            {"count": facts.unscanned_documents},
        )
    if facts.closed_documents:
        yield Blocker(
            BlockerCode.FILE_CLOSED,
            gettext_noop(
                "Files that cannot be opened safely and have to be replaced or refused: %(count)s."
            ),
            {"count": facts.closed_documents},
        )


def _challenge(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if facts.passed_challenges < facts.required_challenges:
        yield Blocker(
            BlockerCode.CHALLENGE_MISSING,
            gettext_noop(
                "The link with the site or the domain has to be shown: %(passed)s of %(required)s "
                "checks passed."
            ),
            {"passed": facts.passed_challenges, "required": facts.required_challenges},
        )


def _effects(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if not facts.effects_accepted:
        yield Blocker(
            BlockerCode.EFFECTS_NOT_ACCEPTED,
            gettext_noop(
                "The new holder has not yet accepted the terms and effects of the transfer."
            ),
        )


SIGN_MESSAGES = {
    BlockerCode.SIGN_OF_LIFE: gettext_noop(
        "The holder has given a sign of life: this is no longer a case of force majeure."
    ),
    BlockerCode.SIGN_OF_LIFE_TO_JUDGE: gettext_noop(
        "There may be a sign of life of the holder: a member of staff has to judge it."
    ),
    BlockerCode.HOLDER_AGREES: gettext_noop(
        "The holder agrees to a transfer: it takes the way of an agreed transfer. If nothing comes of "
        "it, staff let the request go on after 14 days."
    ),
}


def sign_blocks(sign: SignOfLife, received_at: datetime, run_from: datetime) -> BlockerCode | None:
    """Which blocker `sign` is, if any (C9, C10).

    What staff judged not to be the holder blocks nothing. A sign-in counts after `received_at`
    only; it and anything through a former contact wait for staff's judgement. An agreement is
    settled once the search began anew, at `run_from`, after it. Automatic replies, direct debits
    and API tokens are no signs of life: there is no kind to record them as.
    """
    at = as_utc(sign.at)
    if sign.judgement == SignJudgement.DISMISSED:
        return None
    if sign.kind == SignKind.SIGN_IN and at < as_utc(received_at):
        return None
    waits_for_staff = sign.kind == SignKind.SIGN_IN or sign.former_contact
    if waits_for_staff and sign.judgement == SignJudgement.PENDING:
        return BlockerCode.SIGN_OF_LIFE_TO_JUDGE
    if sign.kind == SignKind.AGREEMENT:
        return BlockerCode.HOLDER_AGREES if at >= as_utc(run_from) else None
    return BlockerCode.SIGN_OF_LIFE


def _signs(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    known = sorted((sign for sign in facts.signs if as_utc(sign.at) <= now), key=lambda s: s.at)
    run_from = facts.contact.attempts_from
    latest = {sign_blocks(sign, facts.received_at, run_from): sign for sign in known}
    for code, sign in latest.items():
        if code is not None:
            agreed = code is BlockerCode.HOLDER_AGREES
            lifts_at = after(sign.at, AGREEMENT_WAIT) if agreed else None
            yield Blocker(code, SIGN_MESSAGES[code], lifts_at=lifts_at)


def _absence(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if facts.absence is None or facts.absence.lifted:
        return
    longest = local_date(facts.received_at, facts.zone) + timedelta(days=ABSENCE_DAYS_MAXIMUM)
    ends = min(end_of(facts.absence.until, facts.zone), start_of(longest, facts.zone))
    if now < ends:
        yield Blocker(
            BlockerCode.HOLDER_ABSENT,
            gettext_noop(
                "The holder had told us of an absence: silence is no sign while it lasts."
            ),
            lifts_at=ends,
        )


def _representative(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if facts.representative_unresolved:
        yield Blocker(
            BlockerCode.REPRESENTATIVE_UNRESOLVED,
            gettext_noop(
                "Somebody says that he represents the holder: that has to be settled first."
            ),
        )
    if facts.known_event in GRAVE_EVENTS and not facts.event_resolved:
        yield Blocker(
            BlockerCode.EVENT_UNRESOLVED,
            gettext_noop(
                "A death, guardianship or liquidation is known: the representative has to agree, or a "
                "supervisor records the advice taken."
            ),
        )


def _rivals(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if facts.rivals:
        yield Blocker(
            BlockerCode.RIVALS,
            gettext_noop("Somebody else asks for the same service: %(numbers)s."),
            {"numbers": ", ".join(facts.rivals)},
        )


def _lock(facts: DecisionFacts, now: datetime) -> Iterator[Blocker]:
    if facts.locked_until is not None and now < as_utc(facts.locked_until):
        yield Blocker(
            BlockerCode.LOCKED,
            gettext_noop("The service was transferred lately and is still locked."),
            lifts_at=as_utc(facts.locked_until),
        )


CHECKS: tuple[Callable[[DecisionFacts, datetime], Iterator[Blocker]], ...] = (
    _service,
    _signs,
    _representative,
    _absence,
    _rivals,
    _lock,
    _ten_days,
    _contact,
    _documents,
    _unscanned,
    _challenge,
    _effects,
)
