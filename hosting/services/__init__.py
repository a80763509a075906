"""The verbs of the services. Each locks, checks again, writes, and journals, in one transaction.

What cannot be done raises ValidationError with words for the person at the screen. `actor` is
"system" or "user:<id>"; `now` is an aware instant.
"""

from hosting.services.catalogue import keep_in_catalogue, publish_notice
from hosting.services.services import (
    change_owner,
    change_status,
    change_terms,
    checked_name,
    close_ownership,
    create_service,
    owner_of,
    set_registrar_lock,
    transfer_ownership,
)

__all__ = [
    "change_owner",
    "change_status",
    "change_terms",
    "checked_name",
    "close_ownership",
    "create_service",
    "keep_in_catalogue",
    "owner_of",
    "publish_notice",
    "set_registrar_lock",
    "transfer_ownership",
]
