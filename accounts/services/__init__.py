"""The verbs of the accounts: identity, contact methods, internal notes (RULES A1-A7)."""

from accounts.services.contacts import (
    add_contact,
    change_contact,
    end_contact,
    reorder_contacts,
    verify_contact,
)
from accounts.services.identity import (
    FIELDS,
    Identity,
    change_identity,
    identity_of,
    open_account,
)
from accounts.services.notes import eligibility_of, supersede_note, write_note

__all__ = [
    "FIELDS",
    "Identity",
    "add_contact",
    "change_contact",
    "change_identity",
    "eligibility_of",
    "end_contact",
    "identity_of",
    "open_account",
    "reorder_contacts",
    "supersede_note",
    "verify_contact",
    "write_note",
]
