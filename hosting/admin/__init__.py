"""Staff's pages of customer accounts, services, plans, notices, and of continuity."""

from hosting.admin import (
    accounts,
    catalogue,
    continuity_panel,
    corrections,
    emergencies,
    holds,
    reachability,
    representatives,
    services,
    webhooks,
)

__all__ = [
    "accounts",
    "catalogue",
    "continuity_panel",
    "corrections",
    "emergencies",
    "holds",
    "reachability",
    "representatives",
    "services",
    "webhooks",
]
