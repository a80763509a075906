"""A whole case as values, read by one statement: filing, requests, services, documents, attempts,
signs, decisions, questions, comments, letters.

The case page, the status page, `explain_case` and the guards inside the transactions all judge from
it, so that they cannot disagree (DESIGN, principle 5).
"""

from cessions.snapshot.account_rows import (
    AbsenceRow,
    AccountRow,
    ContractRow,
    EmergencyRow,
    EventRow,
    MethodRow,
    PowerRow,
    RepresentativeRow,
    SignInRow,
    TrustedRow,
)
from cessions.snapshot.decision_rows import ActRow, CommentRow, DecisionRow, LetterRow
from cessions.snapshot.filing_rows import (
    AskedRow,
    ChallengeRow,
    ConsentRow,
    DocumentRow,
    FilingRow,
    HoldRow,
    MessageRow,
    QuestionRow,
)
from cessions.snapshot.people import Person
from cessions.snapshot.query import (
    case_of_filing,
    case_of_number,
    case_of_request,
    cases_of_requests,
)
from cessions.snapshot.rows import Case, RequestRow
from cessions.snapshot.search_rows import AttemptRow, ExtensionRow, LiftRow, OutcomeRow, SignRow
from cessions.snapshot.service_rows import LockRow, OwnerRow, RivalRow, ServiceRow

__all__ = [
    "AbsenceRow",
    "AccountRow",
    "ActRow",
    "AskedRow",
    "AttemptRow",
    "Case",
    "ChallengeRow",
    "CommentRow",
    "ConsentRow",
    "ContractRow",
    "DecisionRow",
    "DocumentRow",
    "EmergencyRow",
    "EventRow",
    "ExtensionRow",
    "FilingRow",
    "HoldRow",
    "LetterRow",
    "LiftRow",
    "LockRow",
    "MessageRow",
    "MethodRow",
    "OutcomeRow",
    "OwnerRow",
    "Person",
    "PowerRow",
    "QuestionRow",
    "RepresentativeRow",
    "RequestRow",
    "RivalRow",
    "ServiceRow",
    "SignInRow",
    "SignRow",
    "TrustedRow",
    "case_of_filing",
    "case_of_number",
    "case_of_request",
    "cases_of_requests",
]
