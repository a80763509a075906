"""What the status page says, drawn from the claimant's own file alone (T5, A10)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cessions.enums import ConsentCode, DocumentState, RequestState
from cessions.policies import (
    Audience,
    BasisFacts,
    Topic,
    basis_of,
    earliest_decision_at,
    first_attempt_due,
    is_open,
    may_be_contested,
    may_tell,
)
from cessions.snapshot.own_checklist import not_accepted, wanted
from cessions.snapshot.own_file import OwnFile, OwnService
from cessions.views import status_now
from cessions.views.status_checks import verified
from cessions.views.status_documents import shown_documents, shown_missing
from cessions.views.status_now import Now
from cessions.views.status_talk import conversation
from hosting.enums import ServiceKind


@dataclass(frozen=True)
class Step:
    """One line of `parts/steps.html`."""

    label: str
    state: str
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of the request for one service, in words."""

    name: str
    kind: str
    label: str
    pill: str
    words: str
    reason: str
    contested_at: datetime | None


@dataclass(frozen=True)
class Contestable:
    """A refusal that may still be contested (X1)."""

    id: int

    @property
    def do(self) -> str:
        """The button's value."""
        return f"contest:{self.id}"


@dataclass(frozen=True)
class ByContract:
    """What the contract that names the claimant lets him know of one service (A10)."""

    name: str
    holder: str
    dates: int | None


class StatusPage:
    """The page at `now`; dates are read in the provider's `zone`."""

    def __init__(self, file: OwnFile, now: datetime, zone: ZoneInfo) -> None:
        self.file = file
        self.now = now
        self.zone = zone
        first = file.services[0]
        self.received_at = first.received_at
        self.earliest_at = earliest_decision_at(first.received_at, zone)
        self.sought_from = first_attempt_due(file.confirmed_at, zone)
        self.is_open = any(is_open(service.state) for service in file.services)
        self.is_undecided = any(s.state == RequestState.RECEIVED for s in file.services)
        self.questions = [question for question in file.questions if question.waits]
        self.talk = conversation(file)
        asked = wanted(file, now, zone)
        self.documents = shown_documents(file, asked, self.is_open, now)
        self.missing = shown_missing(asked)
        self.must_accept = not_accepted(file)
        self.checks = verified(file, now)
        self.outcomes = [outcome(service) for service in file.services]
        self.by_contract = list(filter(None, map(told_by_contract, file.services)))
        contestable = dict.fromkeys(
            service.decision_id
            for service in file.services
            if service.state == RequestState.REFUSED
            and may_be_contested(service.decided_at, service.contested_at, now)
        )
        self.contestable = [Contestable(pk) for pk in contestable if pk is not None]
        self.todo = list(
            status_now.todo(
                self.questions,
                self.documents,
                self.missing,
                self.must_verify,
                bool(self.must_accept),
            )
        )

    @property
    def now_box(self) -> Now:
        """What to do now, on top of the page."""
        states = {service.state for service in self.file.services}
        if not self.is_open:
            return status_now.over(states, bool(self.contestable))
        if self.todo:
            return status_now.still_missing(self.todo, self.earliest_at, self.now)
        if not self.is_undecided:
            return status_now.approved()
        kept = {document.state for document in self.file.documents}
        return status_now.nothing_missing(kept, self.earliest_at, self.now)

    def has_place(self, do: str) -> bool:
        """Whether the form of the button `do` is on the page: an error is said there, too."""
        forms = [*self.questions, *self.documents, *self.missing, *self.contestable]
        found = {form.do for form in forms} | {"message"}
        for group in self.checks:
            found |= {offer.do for offer in group.offers}
            found |= {do for check in group.running for do in check.dos.values()}
        return do in found or (self.is_open and do in ("upload", "accept", "withdraw"))

    @property
    def must_verify(self) -> bool:
        """Whether he has to pass a check, or to begin one; an answer that waits for us is none (V2)."""
        return any(each.left and not each.waits_for_us for each in self.checks)

    @property
    def effects_accepted_at(self) -> datetime | None:
        """When he accepted the effects of a transfer."""
        times = [c.at for c in self.file.consents if c.notice == ConsentCode.EFFECTS]
        return min(times, default=None)

    @property
    def steps(self) -> list[Step]:
        """Where things stand, from the filing to the outcome."""
        return [
            Step(_("You filed your request"), "done", self.file.submitted_at),
            Step(_("Your request is received"), "done", self.received_at),
            self._search_step(),
            self._documents_step(),
            self._decision_step(),
        ]

    def _search_step(self) -> Step:
        if not self.is_open:
            return Step(_("The search for the holder has ended"), "done")
        if self.now < self.sought_from:
            return Step(_("We begin to seek the holder"), "current", self.sought_from)
        return Step(
            _("We are seeking the holder, every day"),
            "current",
            self.sought_from,
            _("By every means we have, since this date. It goes on until a decision."),
        )

    def _documents_step(self) -> Step:
        label = _("Your documents are checked")
        if not self.is_open:
            return Step(label, "done")
        if self.missing or any(d.again for d in self.documents):
            return Step(label, "current", detail=_("Something is missing: see above."))
        if any(d.state == DocumentState.TO_REVIEW for d in self.file.documents):
            return Step(label, "current", detail=_("We have all we asked for and look at it."))
        return Step(label, "done")

    def _decision_step(self) -> Step:
        if self.is_undecided:
            state = "todo" if self.now < self.earliest_at else "current"
            return Step(_("Decision, at the earliest on"), state, self.earliest_at)
        ended = [service.ended_at for service in self.file.services if service.ended_at]
        good = {RequestState.APPROVED, RequestState.EXECUTED}
        state = "done" if any(s.state in good for s in self.file.services) else "stopped"
        return Step(_("Outcome"), state, max(ended, default=None))


def told_by_contract(service: OwnService) -> ByContract | None:
    """Who signed the contract and how far the search is, where the basis allows it (A10)."""
    named = service.contract_holder is not None
    facts = BasisFacts(contract_in_force=named, contract_names_claimant=named)
    basis = basis_of(facts, Audience.CLAIMANT)
    if service.contract_holder is None or not may_tell(Topic.HOLDER_IDENTITY, basis):
        return None
    dates = service.sought_dates if may_tell(Topic.SEARCH_DETAILS, basis) else None
    return ByContract(service.display_name, service.contract_holder, dates)


def outcome(service: OwnService) -> Outcome:
    """The state of the request for one service, said plainly; nothing of the holder but that he
    answered (A10)."""
    pill, words = WORDS[RequestState(service.state)]()
    return Outcome(
        name=service.display_name,
        kind=str(ServiceKind(service.kind).label),
        label=str(RequestState(service.state).label),
        pill=pill,
        words=words,
        reason=service.contest_reason or service.reason,
        contested_at=None if service.contest_decided_at else service.contested_at,
    )


WORDS = {
    RequestState.RECEIVED: lambda: ("info", _("Your request is being worked on.")),
    RequestState.APPROVED: lambda: (
        "good",
        _(
            "Your request is approved. The transfer is carried out after a waiting time, unless the "
            "holder answers before."
        ),
    ),
    RequestState.EXECUTED: lambda: (
        "good",
        _("The service is yours now. The next steps stand in our letter."),
    ),
    RequestState.REFUSED: lambda: ("bad", _("We could not approve the transfer.")),
    RequestState.WITHDRAWN: lambda: (
        "warn",
        _("The request was withdrawn. You can file a new one at any time."),
    ),
    RequestState.LAPSED: lambda: (
        "warn",
        _("We had a question and received no answer. You can file a new request at any time."),
    ),
    RequestState.HOLDER_REACHED: lambda: (
        "warn",
        _(
            "The holder answered us, so your request has ended. Please try to reach the holder again."
        ),
    ),
    RequestState.REVERSED: lambda: (
        "warn",
        _("The transfer was undone. Our letter tells you more."),
    ),
}
