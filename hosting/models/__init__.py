"""Plans, services, who owned what when, notices; continuity holds, emergencies, webhooks (S, H)."""

from hosting.models.continuity import (
    ContinuityHold,
    Emergency,
    EmergencyContacted,
    RenewalDecision,
)
from hosting.models.services import (
    DomainRegistration,
    Notice,
    OwnershipPeriod,
    Plan,
    Service,
    ServiceEvent,
    TopLevelDomain,
)
from hosting.models.webhooks import WebhookDelivery

__all__ = [
    "ContinuityHold",
    "DomainRegistration",
    "Emergency",
    "EmergencyContacted",
    "Notice",
    "OwnershipPeriod",
    "Plan",
    "RenewalDecision",
    "Service",
    "ServiceEvent",
    "TopLevelDomain",
    "WebhookDelivery",
]
