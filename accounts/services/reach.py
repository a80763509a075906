"""What is known of the ways to a holder, read from the tables for `accounts.policies.reachability`."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Upper

from accounts.enums import ContactKind, Role
from accounts.models import CheckIn, ContactMethod, CustomerAccount, Membership, PlannedAbsence
from accounts.policies import missing_ways
from accounts.policies.reachability import Reachability, ReachFacts, reachability
from accounts.services.absence import today
from hosting.records.enums import MailState
from hosting.records.models import OutgoingMail

CAME_BACK = (MailState.BOUNCED, MailState.FAILED)


@dataclass(frozen=True)
class Reach:
    """The state, what it rests on, and what else staff ask about first."""

    state: Reachability
    facts: ReachFacts
    absences: tuple[PlannedAbsence, ...]
    asked_at: datetime | None
    last_sign_in: datetime | None


def reach_of(account: CustomerAccount, now: datetime) -> Reach:
    """How the holder of `account` can be reached at `now`: four queries, whatever the account holds."""
    methods = _methods(account)
    day = today(now)
    absences = tuple(
        account.absences.filter(cancelled_at__isnull=True, until_on__gte=day).order_by("from_on")
    )
    check_ins = CheckIn.objects.filter(account=account).aggregate(
        confirmed=Max("confirmed_at"), unanswered=Max("closed_at"), asked=Max("opened_at")
    )
    facts = ReachFacts(
        missing=missing_ways(method.kind for method in methods),
        bounces=tuple(
            method.last_state in CAME_BACK  # type: ignore[attr-defined]
            for method in methods
            if method.kind == ContactKind.EMAIL
        ),
        away_until=next((row.until_on for row in absences if row.from_on <= day), None),
        confirmed_at=check_ins["confirmed"],
        unanswered_at=check_ins["unanswered"],
    )
    state = reachability(facts)
    return Reach(state, facts, absences, check_ins["asked"], _last_sign_in(account))


def _methods(account: CustomerAccount) -> list[ContactMethod]:
    """The present ways, each e-mail address with what became of the last mail to it."""
    tried = OutgoingMail.objects.annotate(to=Upper("recipient")).filter(
        Q(accepted_at__isnull=False) | Q(state__in=CAME_BACK), to=Upper(OuterRef("value"))
    )
    last = Subquery(tried.order_by("-id").values("state")[:1])
    return list(account.contact_methods.current().annotate(last_state=last))


def _last_sign_in(account: CustomerAccount) -> datetime | None:
    """When an owner signed in last; a representative's coming says nothing of the holder's."""
    holders = Membership.objects.filter(account=account, role=Role.OWNER, ended_at__isnull=True)
    return holders.aggregate(last=Max("user__last_login"))["last"]
