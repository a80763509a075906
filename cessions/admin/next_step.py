"""What staff do next on a case, in a few words: the column of the list that is read first."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from cessions import worklist
from cessions.enums import CallResult, ChallengeKind, ChallengeState, DecisionState, RequestState
from cessions.policies import BlockerCode
from cessions.reasoning import Reasoning
from cessions.snapshot import ChallengeRow

BY_RANK: dict[int, Callable[[], str]] = {
    worklist.ALARM: lambda: _("Take care of the alarm"),
    worklist.OVERDUE: lambda: _("Tell who looks after the software"),
    worklist.VOIDED: lambda: _("Look at the case anew"),
    worklist.CONTESTED: lambda: _("Decide on the contest"),
    worklist.TO_JUDGE: lambda: _("Judge the answer: was it the holder?"),
    worklist.NOT_TODAY: lambda: _("Seek the holder today"),
    worklist.WROTE: lambda: _("Read and answer the claimant"),
    worklist.RECOMMENDED: lambda: _("Approve, or take it back"),
}
BY_BLOCKER: dict[BlockerCode, Callable[[], str]] = {
    BlockerCode.SERVICE_UNKNOWN: lambda: _("Ask the claimant for the right name"),
    BlockerCode.RIVALS: lambda: _("Compare it with the other request"),
    BlockerCode.REPRESENTATIVE_UNRESOLVED: lambda: _("Find out who represents the holder"),
    BlockerCode.EVENT_UNRESOLVED: lambda: _("Take advice on what happened"),
    BlockerCode.DOCUMENT_TO_REVIEW: lambda: _("Check the documents"),
    BlockerCode.LETTER_MISSING: lambda: _("Post a registered letter"),
    BlockerCode.OTHER_CHANNEL_MISSING: lambda: _("Call or write to the holder"),
    BlockerCode.DEPENDENT_CHANNELS_ONLY: lambda: _("Call or write to the holder"),
    BlockerCode.MEANS_UNTRIED: lambda: _("Call or write to the holder"),
}
CLAIMANTS_TURN = frozenset(
    {
        BlockerCode.DOCUMENT_MISSING,
        BlockerCode.DOCUMENT_REFUSED,
        BlockerCode.CHALLENGE_MISSING,
        BlockerCode.EFFECTS_NOT_ACCEPTED,
    }
)


def next_step(rank: int, why: Reasoning) -> str:
    """What a person does next; empty where nothing is left to do."""
    if rank in BY_RANK:
        return BY_RANK[rank]()
    if not why.open_services:
        return ""
    if any(decision.state == DecisionState.APPROVED for decision in why.request.decisions):
        return _("Nothing: the hold runs")
    if why.is_ripe and why.request.state == RequestState.RECEIVED:
        return _("Recommend the transfer")
    codes = {blocker.code for view in why.open_services for blocker in view.blockers}
    for code, words in BY_BLOCKER.items():
        if code in codes:
            return words()
    if BlockerCode.CHALLENGE_MISSING in codes and _verification_is_ours(why):
        return _("Verify the claimant")
    return _("Wait for the claimant") if codes & CLAIMANTS_TURN else _("Nothing: the clocks run")


def _verification_is_ours(why: Reasoning) -> bool:
    """Whether no verification runs yet, or one that runs waits for a call, the post or a judgement."""
    own = {view.service.id for view in why.open_services}
    rows = [row for row in why.case.challenges if row.requested_service_id in own]
    running = [row for row in rows if row.state == ChallengeState.OPEN]
    return not running or any(is_ours(row) for row in running)


def is_ours(row: ChallengeRow) -> bool:
    """Whether a member of staff has the next step of an open challenge (V1)."""
    if row.kind == ChallengeKind.CALL:
        return row.seen != CallResult.READ_OUT
    if row.kind == ChallengeKind.LETTER:
        return row.posted_at is None
    return row.kind == ChallengeKind.QUESTION and bool(row.answer)
