"""Users, customer accounts, how their holders are reached, and who stands beside or for them (A)."""

from accounts.models.accounts import (
    FORMER_CONTACT_USABLE,
    ContactMethod,
    ContactMethodQuerySet,
    CustomerAccount,
    FormerIdentity,
    InternalNote,
    User,
    UserManager,
)
from accounts.models.papers import PowerOfAttorney, SignedPaper
from accounts.models.people import EmergencyContact, HolderEvent, LegalRepresentative, Membership
from accounts.models.reaching import CheckIn, ContactCode, CorrectionRequest, PlannedAbsence

__all__ = [
    "FORMER_CONTACT_USABLE",
    "CheckIn",
    "ContactCode",
    "ContactMethod",
    "ContactMethodQuerySet",
    "CorrectionRequest",
    "CustomerAccount",
    "EmergencyContact",
    "FormerIdentity",
    "HolderEvent",
    "InternalNote",
    "LegalRepresentative",
    "Membership",
    "PlannedAbsence",
    "PowerOfAttorney",
    "SignedPaper",
    "User",
    "UserManager",
]
