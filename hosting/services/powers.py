"""Powers of attorney as the rules of continuity see them (A9)."""

from datetime import date

from accounts.enums import PaperState
from accounts.models import CustomerAccount, PowerOfAttorney
from hosting.policies import Power, power_covers


def has_power(account_id: int, day: date, scope: str | None = None) -> bool:
    """Whether the holder's power of attorney is in force on the local date `day`, for `scope` if given."""
    rows = PowerOfAttorney.objects.filter(account_id=account_id, state=PaperState.ACCEPTED)
    return power_covers((_power(row) for row in rows), day, scope)


def powers_of(account: CustomerAccount, day: date) -> list[PowerOfAttorney]:
    """The accepted powers of the account that are in force on `day`."""
    rows = PowerOfAttorney.objects.filter(account=account, state=PaperState.ACCEPTED)
    return [row for row in rows if power_covers([_power(row)], day)]


def _power(row: PowerOfAttorney) -> Power:
    return Power(
        accepted=row.state == PaperState.ACCEPTED,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        scopes=frozenset(row.scopes),
    )
