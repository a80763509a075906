"""The agreed transfer: a holder who is here and willing hands services over himself (X7)."""

from cessions.services.agreed.accepting import accept, decline
from cessions.services.agreed.ending import expire_due, stop, withdraw
from cessions.services.agreed.executing import execute, execute_due
from cessions.services.agreed.letters import make_due_letters
from cessions.services.agreed.objecting import acknowledge_alarm, holder_signed_in, object_to
from cessions.services.agreed.proposing import Recipient, propose, services_to_hand_over
from cessions.services.agreed.reversing import confirm_reversal, drop_reversal, propose_reversal
from cessions.services.agreements import AgreedRefused

__all__ = [
    "AgreedRefused",
    "Recipient",
    "accept",
    "acknowledge_alarm",
    "confirm_reversal",
    "decline",
    "drop_reversal",
    "execute",
    "execute_due",
    "expire_due",
    "holder_signed_in",
    "make_due_letters",
    "object_to",
    "propose",
    "propose_reversal",
    "services_to_hand_over",
    "stop",
    "withdraw",
]
