"""How the search for a holder stands, as his own page shows it (C10)."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import EmergencyContact
from cessions.enums import RequestState, SignJudgement, SignKind
from cessions.models import AnswerLink, HolderSign, TransferRequest
from cessions.naming import names
from cessions.notifications.holder import Search
from cessions.services.lifting import liftable
from cessions.services.messages import search_of
from cessions.services.reached import is_locked
from cessions.services.transfer_lock import handed_over


@dataclass(frozen=True)
class AnswerPage:
    """What the holder reads. `stage` is one word for what can be done now.

    "open": he may answer; "judging": he answered through a former contact, staff find out who it
    was; "waiting": he agreed; "reached": it ended with his answer; "locked": transferred, and still
    reversible ("alarmed": he told us); "handed": the same, by an agreed transfer (X7); "over": nothing to answer any more.
    """

    stage: str
    request_id: int
    search: Search
    channels: tuple[str, ...]
    attempts: int
    last: HolderSign | None
    waits_until: datetime | None
    is_approved: bool
    may_object: bool
    may_agree: bool
    contact: EmergencyContact | None = None
    """Who reads it, where he is not the holder but an emergency contact (C11)."""
    may_lift: bool = False


def answer_page(link: AnswerLink, now: datetime) -> AnswerPage:
    """The page behind `link` at `now`, in four queries."""
    request = link.request
    last = _last_sign(link)
    stage = _stage(request, last, now)
    services = names(request.services.order_by("id"))
    attempts = list(request.attempts.order_by("id"))
    return AnswerPage(
        stage=stage,
        request_id=request.pk,
        search=search_of(request, services, now),
        channels=tuple(dict.fromkeys(a.get_channel_display() for a in attempts)),
        attempts=len(attempts),
        last=last,
        waits_until=request.waits_until,
        is_approved=request.state == RequestState.APPROVED,
        may_object=stage in ("open", "waiting", "locked", "handed"),
        may_agree=stage == "open" and link.emergency_contact is None,
        contact=link.emergency_contact,
        may_lift=stage == "open" and bool(liftable(link, now)),
    )


def _last_sign(link: AnswerLink) -> HolderSign | None:
    signs = HolderSign.objects.filter(link=link).exclude(judgement=SignJudgement.DISMISSED)
    return signs.order_by("-id").first()


def _stage(request: TransferRequest, last: HolderSign | None, now: datetime) -> str:
    if request.is_open:
        if last is not None and last.judgement == SignJudgement.PENDING:
            return "judging"
        waits = request.waits_until is not None and now < request.waits_until
        return "waiting" if waits else "open"
    silent = last is None or last.kind == SignKind.AGREEMENT
    if handed_over(request, now):
        return "handed" if silent else "alarmed"
    if request.state == RequestState.HOLDER_REACHED:
        return "reached"
    if is_locked(request, now):
        return "locked" if silent else "alarmed"
    return "over"
