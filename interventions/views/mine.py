"""What somebody who signs in may ask for: the services of the accounts that he acts for (I2)."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, QuerySet, Value, When

from accounts.enums import PREPARING_ROLES
from accounts.models import CustomerAccount, User
from accounts.services.notes import eligibility_of
from hosting.enums import ServiceKind, ServiceStatus
from hosting.models import Service
from interventions.models import Complaint, Contest


@dataclass(frozen=True)
class Standing:
    """Whether an account gets courtesy interventions; if not, since when and why (I14)."""

    account: CustomerAccount
    eligible: bool
    since: datetime | None = None
    reason: str = ""
    """What staff wrote for the client when they revoked it; other notes stay theirs (A5)."""
    contests: list[Contest] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether a contest waits for our answer."""
        return any(contest.answered_at is None for contest in self.contests)


def accounts_of(user: User) -> QuerySet[CustomerAccount]:
    """The accounts he sees wholly; an emergency contact sees none (A8)."""
    return CustomerAccount.objects.filter(
        memberships__user=user,
        memberships__role__in=PREPARING_ROLES,
        memberships__ended_at__isnull=True,
    ).order_by("memberships__pk")


def services_of(user: User) -> QuerySet[Service]:
    """What those accounts have now: websites first, in the order of their names."""
    found = Service.objects.filter(account__in=accounts_of(user).order_by().values("pk"))
    sites_first = Case(When(kind=ServiceKind.HOSTING, then=Value(0)), default=Value(1))
    return (
        found.exclude(status=ServiceStatus.TERMINATED)
        .select_related("account", "plan")
        .order_by("account_id", sites_first, "name", "pk")
    )


def standing_of(account: CustomerAccount) -> Standing:
    """What the note that counts says, in the words written for the client."""
    found = eligibility_of(account)
    contests = Contest.objects.filter(note__account=account)
    if found.eligible:
        return Standing(account, True, contests=list(contests[:1]))
    complaint = Complaint.objects.filter(note=found.note).select_related("note").first()
    reason = complaint.note.text if complaint is not None and complaint.note else ""
    mine = list(contests.filter(note=found.note))
    return Standing(account, False, found.since, reason, mine)
