"""The verbs of the services and of their continuity. Each locks, checks again, writes, and journals,
in one transaction.

What cannot be done raises ValidationError with words for the person at the screen. `actor` is
"system" or "user:<id>"; `now` is an aware instant.
"""

from hosting.services.catalogue import keep_in_catalogue, publish_notice
from hosting.services.holds import (
    confirm_hold,
    end_holds_of,
    lift_hold,
    place_hold,
    place_holds,
    renew_hold,
)
from hosting.services.locks import lock_service, lock_services
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
from hosting.services.webhooks import Event, announce

__all__ = [
    "Event",
    "announce",
    "change_owner",
    "change_status",
    "change_terms",
    "checked_name",
    "close_ownership",
    "confirm_hold",
    "create_service",
    "end_holds_of",
    "keep_in_catalogue",
    "lift_hold",
    "lock_service",
    "lock_services",
    "owner_of",
    "place_hold",
    "place_holds",
    "publish_notice",
    "renew_hold",
    "set_registrar_lock",
    "transfer_ownership",
]
