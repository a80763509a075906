"""Pure rules of the services and of their continuity (S, H)."""

from hosting.policies.continuity import (
    Power,
    Stage,
    alarm_due,
    hold_ends_at,
    is_due_inside,
    is_stopped_by_hold,
    one_business_day_after,
    power_covers,
)
from hosting.policies.services import (
    DUTIES,
    Duty,
    Owner,
    may_become,
    owner_is_reseller,
    stored_name,
    who_does_what,
    words,
)
from hosting.policies.webhooks import next_try_at, signature

__all__ = [
    "DUTIES",
    "Duty",
    "Owner",
    "Power",
    "Stage",
    "alarm_due",
    "hold_ends_at",
    "is_due_inside",
    "is_stopped_by_hold",
    "may_become",
    "next_try_at",
    "one_business_day_after",
    "owner_is_reseller",
    "power_covers",
    "signature",
    "stored_name",
    "who_does_what",
    "words",
]
