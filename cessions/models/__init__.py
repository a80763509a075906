"""Tables of the transfer requests: filing, request, evidence, contact, decision."""

from cessions.models.contact import AnswerLink, AttemptOutcome, ContactAttempt, HolderSign
from cessions.models.decision import Decision, Letter, TwoPersonAct
from cessions.models.evidence import Consent, Document, StaffQuestion
from cessions.models.request import (
    CaseComment,
    Filing,
    PeriodExtension,
    RequestedService,
    TransferRequest,
)

__all__ = [
    "AnswerLink",
    "AttemptOutcome",
    "CaseComment",
    "Consent",
    "ContactAttempt",
    "Decision",
    "Document",
    "Filing",
    "HolderSign",
    "Letter",
    "PeriodExtension",
    "RequestedService",
    "StaffQuestion",
    "TransferRequest",
    "TwoPersonAct",
]
