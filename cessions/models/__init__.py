"""Tables of the transfer requests: filing, request, evidence, contact, decision, contract, agreement."""

from cessions.models.agreed import (
    AgreedLetter,
    AgreedReversal,
    AgreedService,
    AgreedSign,
    AgreedTransfer,
)
from cessions.models.contact import (
    AbsenceLift,
    AnswerLink,
    AttemptOutcome,
    ContactAttempt,
    HolderSign,
)
from cessions.models.contract import (
    Assignee,
    ContractPack,
    ScannedPaper,
    ServicePreparation,
    TransferContract,
)
from cessions.models.decision import Decision, Letter, TwoPersonAct
from cessions.models.evidence import Consent, Document, Reading, StaffQuestion
from cessions.models.export import CaseExport
from cessions.models.request import (
    CaseComment,
    Filing,
    PeriodExtension,
    RequestedService,
    TransferRequest,
)
from cessions.models.verification import CaseMessage, Challenge, LegalHold

__all__ = [
    "AbsenceLift",
    "AgreedLetter",
    "AgreedReversal",
    "AgreedService",
    "AgreedSign",
    "AgreedTransfer",
    "AnswerLink",
    "Assignee",
    "AttemptOutcome",
    "CaseComment",
    "CaseExport",
    "CaseMessage",
    "Challenge",
    "Consent",
    "ContactAttempt",
    "ContractPack",
    "Decision",
    "Document",
    "Filing",
    "HolderSign",
    "LegalHold",
    "Letter",
    "PeriodExtension",
    "Reading",
    "RequestedService",
    "ScannedPaper",
    "ServicePreparation",
    "StaffQuestion",
    "TransferContract",
    "TransferRequest",
    "TwoPersonAct",
]
