"""Pure rules of the services and of their continuity (S, H)."""

from hosting.policies.services import (
    DUTIES,
    Owner,
    may_become,
    owner_is_reseller,
    stored_name,
    words,
)

__all__ = [
    "DUTIES",
    "Owner",
    "may_become",
    "owner_is_reseller",
    "stored_name",
    "words",
]
