"""Powers of attorney as the rules of continuity see them (A9)."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from accounts.enums import ENDING_EVENTS, PaperState
from accounts.models import CustomerAccount, HolderEvent, PowerOfAttorney
from hosting.policies import Power, power_covers


def has_power(account_id: int, day: date, scope: str | None = None) -> bool:
    """Whether the holder's power of attorney is in force on the local date `day`, for `scope` if given."""
    return power_covers((_power(row) for row in _accepted(account_id)), day, scope)


def powers_of(account: CustomerAccount, day: date) -> list[PowerOfAttorney]:
    """The accepted powers of the account that are in force on `day`."""
    return [row for row in _accepted(account.pk) if power_covers([_power(row)], day)]


def _accepted(account_id: int) -> "QuerySet[PowerOfAttorney]":
    """The accepted powers; none once a death or a guardianship is known, which ends them (A12)."""
    ended = HolderEvent.objects.filter(
        account=OuterRef("account"), kind__in=ENDING_EVENTS, withdrawn_at=None
    )
    return PowerOfAttorney.objects.filter(
        ~Exists(ended), account_id=account_id, state=PaperState.ACCEPTED
    )


def _power(row: PowerOfAttorney) -> Power:
    return Power(
        accepted=row.state == PaperState.ACCEPTED,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        scopes=frozenset(row.scopes),
    )
