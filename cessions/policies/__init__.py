"""The rules of transfer requests as pure functions of values: no model, no query, no clock.

`now` and the provider's zone are arguments. Import from here; the files are: `clocks` (K1, T, X),
`sending` (C2), `contact` (C3), `period` (C1, C4, C6, C7), `checklist` (D), `facts` and `blockers` (K2), `telling`
(A10), `gaps` (C4), `readiness` (P6), `states` (T7), `findings`, `finding_words` (D5),
`refusal_words` (T6), `words`.
"""

from cessions.policies.blockers import (
    Blocker,
    BlockerCode,
    decision_blockers,
    is_ripe,
    sign_blocks,
)
from cessions.policies.checklist import (
    AccountFacts,
    ClaimantFacts,
    DocumentFact,
    Requirement,
    RequirementState,
    ServiceFacts,
    extract_is_fresh,
    requirements_for,
)
from cessions.policies.clocks import (
    LapseSchedule,
    agreed_hold_hours,
    contestable_until,
    draft_expires_at,
    earliest_decision_at,
    executes_at,
    lapse_schedule,
    locked_until,
    may_be_contested,
    reception_of,
)
from cessions.policies.contact import (
    AttemptLike,
    ContactRun,
    contact_run,
    depends_on,
    email_is_valid,
    gaps_between,
    manual_is_valid,
)
from cessions.policies.facts import (
    Absence,
    DecisionFacts,
    SignOfLife,
)
from cessions.policies.period import (
    Period,
    period,
)
from cessions.policies.search import (
    Attempt,
    ContactFacts,
    MethodOnFile,
    Search,
    Untried,
    search_at,
)
from cessions.policies.sending import (
    first_attempt_due,
    in_retry_window,
    is_urgent_today,
    next_attempt_due,
)
from cessions.policies.states import (
    FILING_TRANSITIONS,
    TRANSITIONS,
    agreed_may_move,
    is_open,
    may_move,
    summary_state,
)
from cessions.policies.telling import (
    Audience,
    Basis,
    BasisFacts,
    Topic,
    basis_of,
    blockers_to_tell,
    may_contact_clients,
    may_tell,
)
from cessions.policies.words import (
    Words,
)

__all__ = [
    "FILING_TRANSITIONS",
    "TRANSITIONS",
    "Absence",
    "AccountFacts",
    "Attempt",
    "AttemptLike",
    "Audience",
    "Basis",
    "BasisFacts",
    "Blocker",
    "BlockerCode",
    "ClaimantFacts",
    "ContactFacts",
    "ContactRun",
    "DecisionFacts",
    "DocumentFact",
    "LapseSchedule",
    "MethodOnFile",
    "Period",
    "Requirement",
    "RequirementState",
    "Search",
    "ServiceFacts",
    "SignOfLife",
    "Topic",
    "Untried",
    "Words",
    "agreed_hold_hours",
    "agreed_may_move",
    "basis_of",
    "blockers_to_tell",
    "contact_run",
    "contestable_until",
    "decision_blockers",
    "depends_on",
    "draft_expires_at",
    "earliest_decision_at",
    "email_is_valid",
    "executes_at",
    "extract_is_fresh",
    "first_attempt_due",
    "gaps_between",
    "in_retry_window",
    "is_open",
    "is_ripe",
    "is_urgent_today",
    "lapse_schedule",
    "locked_until",
    "manual_is_valid",
    "may_be_contested",
    "may_contact_clients",
    "may_move",
    "may_tell",
    "next_attempt_due",
    "period",
    "reception_of",
    "requirements_for",
    "search_at",
    "sign_blocks",
    "summary_state",
]
