"""The agreed transfer: a holder who is here and willing hands services over himself (X7)."""

from cessions.services.agreed.accepting import accept, decline
from cessions.services.agreed.ending import expire_due, stop, withdraw
from cessions.services.agreed.executing import execute, execute_due
from cessions.services.agreed.letters import make_due_letters
from cessions.services.agreed.locking import AgreedRefused
from cessions.services.agreed.proposing import Recipient, propose, services_to_hand_over

__all__ = [
    "AgreedRefused",
    "Recipient",
    "accept",
    "decline",
    "execute",
    "execute_due",
    "expire_due",
    "make_due_letters",
    "propose",
    "services_to_hand_over",
    "stop",
    "withdraw",
]
