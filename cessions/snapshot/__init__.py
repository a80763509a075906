"""A whole case as values, read by one statement: filing, requests, services, documents, attempts,
signs, decisions, questions, comments, letters.

The case page, the status page, `explain_case` and the guards inside the transactions all judge from
it, so that they cannot disagree (DESIGN, principle 5).
"""

from cessions.snapshot.query import (
    case_of_filing,
    case_of_number,
    case_of_request,
    cases_of_requests,
)
from cessions.snapshot.rows import (
    AccountRow,
    ActRow,
    AttemptRow,
    Case,
    CommentRow,
    ConsentRow,
    DecisionRow,
    DocumentRow,
    ExtensionRow,
    FilingRow,
    LetterRow,
    MethodRow,
    OutcomeRow,
    OwnerRow,
    Person,
    QuestionRow,
    RequestRow,
    RivalRow,
    ServiceRow,
    SignRow,
)

__all__ = [
    "AccountRow",
    "ActRow",
    "AttemptRow",
    "Case",
    "CommentRow",
    "ConsentRow",
    "DecisionRow",
    "DocumentRow",
    "ExtensionRow",
    "FilingRow",
    "LetterRow",
    "MethodRow",
    "OutcomeRow",
    "OwnerRow",
    "Person",
    "QuestionRow",
    "RequestRow",
    "RivalRow",
    "ServiceRow",
    "SignRow",
    "case_of_filing",
    "case_of_number",
    "case_of_request",
    "cases_of_requests",
]
