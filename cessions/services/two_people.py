"""An act of two people: the first proposes, the second confirms, each with a factor of his own (T7, X5)."""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from accounts.models import User
from cessions.models.two_people import PENDING, TwoPeople
from cessions.services.guard import (
    ActRefused,
    require_factor,
    require_reason,
    require_staff,
    require_supervisor,
)
from hosting.lib.factor import Factor

Act = TypeVar("Act", bound=TwoPeople)


def as_first(by: User, reason: str, factor: Factor | None) -> tuple[str, Factor]:
    """The reason and the factor of the first person, of the staff. Raises ActRefused."""
    require_staff(by)
    confirmed = require_factor(factor)
    return require_reason(reason), confirmed


def as_second(by: User, factor: Factor | None) -> Factor:
    """The factor of the second person, a supervisor. Raises ActRefused."""
    require_supervisor(by)
    return require_factor(factor)


def require_none_waiting(rows: "QuerySet[Act]") -> None:
    """Raises ActRefused when one of `rows` is proposed already; the caller holds the lock."""
    if rows.filter(PENDING).exists():
        raise ActRefused("state")


def waiting(rows: "QuerySet[Act]", act_id: int) -> Act:
    """The act, locked, that waits to be confirmed or dropped. Raises ActRefused."""
    act = rows.select_for_update(of=("self",)).get(pk=act_id)
    if act.confirmed_at is not None or act.dropped_at is not None:
        raise ActRefused("state")
    return act


def confirm(act: TwoPeople, *, by: User, now: datetime) -> None:
    """Write that a second person confirms the waiting `act`. Raises ActRefused for the first one."""
    if act.proposed_by_id == by.pk:
        raise ActRefused("same_person")
    act.confirmed_by, act.confirmed_at = by, now
    act.save(update_fields=["confirmed_by", "confirmed_at"])


def drop(act: TwoPeople, *, now: datetime) -> None:
    """Write that the waiting `act` was taken back or turned down."""
    act.dropped_at = now
    act.save(update_fields=["dropped_at"])
