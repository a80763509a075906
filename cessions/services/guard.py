"""Who may act and whether anything stands in the way: asked inside the transaction that acts (K2, X1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import is_supervisor, is_support
from cessions import facts, policies
from cessions.models import RequestedService, TransferRequest
from cessions.services.refused import Refused
from cessions.snapshot import case_of_request
from hosting.lib.factor import Factor


class ActRefused(Refused):
    """An act that may not be done, or not now. `code` is for programs, `str()` for the reader."""

    WORDS = {
        "staff": _("Only a member of the support or supervisor group can do this."),
        "supervisor": _("Only a supervisor can do this."),
        "factor": _("This act needs your password or code, given with the act itself."),
        "same_person": _("A second person has to do this."),
        "reason": _("Please give a reason: it is kept with the case."),
        "no_service": _("Please choose at least one service of this request."),
        "state": _("The case has changed meanwhile: this cannot be done in its present state."),
        "blocked": _("Something still stands in the way of this decision."),
        "approved_elsewhere": _("Another request for this service is approved already."),
        "late": _("The time for this has passed."),
        "moved_on": _("The service is no longer where the transfer had put it."),
        "file_closed": _(
            "This file cannot be opened safely, so it cannot be accepted. Please refuse it."
        ),
        "not_scanned": _("This file has not been scanned yet: nobody can open or accept it."),
        "date_missing": _("Please enter the date that stands on the document."),
        "out_of_date": _(
            "By the date on it this document was not valid when it was sent: refuse it."
        ),
        "kind": _("Please choose another kind than the present one."),
        "identity": _("Nothing can stand in for an identity document."),
    }

    def __init__(self, code: str, blockers: Iterable[policies.Blocker] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.blockers = tuple(blockers)

    def __str__(self) -> str:
        words = [str(self.WORDS[self.code]), *(blocker.words for blocker in self.blockers)]
        return " ".join(words)


def actor_of(user: User) -> str:
    """What the journal calls a user."""
    return f"user:{user.pk}"


def require_staff(user: User) -> None:
    """Raises ActRefused unless `user` is active staff of one of the groups."""
    if not is_support(user):
        raise ActRefused("staff")


def require_supervisor(user: User) -> None:
    """Raises ActRefused unless `user` is a supervisor; a superuser is none by that alone (X1)."""
    if not is_supervisor(user):
        raise ActRefused("supervisor")


def require_factor(factor: Factor | None) -> Factor:
    """Raises ActRefused unless a factor was confirmed with this very act (X1)."""
    if factor is None:
        raise ActRefused("factor")
    return factor


def require_reason(text: str) -> str:
    """The reason without outer blanks. Raises ActRefused for none."""
    reason = text.strip().replace("\r\n", "\n")
    if not reason:
        raise ActRefused("reason")
    return reason


def chosen_services(request: TransferRequest, ids: Iterable[int]) -> list[RequestedService]:
    """The services of `request` with these ids. Raises ActRefused for none or for foreign ones."""
    wanted = set(ids)
    found = list(request.services.filter(pk__in=wanted).order_by("pk"))
    if not wanted or len(found) != len(wanted):
        raise ActRefused("no_service")
    return found


def blockers_now(
    request: TransferRequest, services: Sequence[RequestedService], now: datetime
) -> list[policies.Blocker]:
    """Everything that keeps `services` of the locked `request` from being approved at `now` (K2).

    The case is read anew: what was committed before the lock was taken is seen.
    """
    case = case_of_request(request.pk)
    row = case.request(request.pk)
    chosen = {service.pk for service in services}
    found = [
        blocker
        for service in case.services_of(row)
        if service.id in chosen
        for blocker in policies.decision_blockers(
            facts.decision_facts(case, row, service, now), now
        )
    ]
    return unique(found)


def unique(blockers: Iterable[policies.Blocker]) -> list[policies.Blocker]:
    """Each blocker once, in order, although several services may share it."""
    seen: dict[tuple[object, ...], policies.Blocker] = {}
    for blocker in blockers:
        seen.setdefault((blocker.code, blocker.words, blocker.lifts_at), blocker)
    return list(seen.values())
