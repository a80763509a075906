# ruff: noqa: S608 (put together from constants of this file alone; values are parameters)
"""What a claimant may see of his case, read by one statement that knows nothing of accounts, attempts
or rivals (T4, T5, A10): a hosted name and an unknown one give the same. Only where an accepted contract
names him is there more: who signed it, and on how many dates he was sought."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from cessions.enums import LetterKind
from cessions.snapshot.sql import many
from hosting.lib.names import to_unicode
from hosting.lib.rows import read_row
from hosting.records.enums import NEVER_OPENED

TO_CLAIMANT = (
    LetterKind.EXECUTED_ASSIGNEE.value,
    LetterKind.REFUSED.value,
    LetterKind.REVERSED_ASSIGNEE.value,
)

SERVICES = many(
    """
    SELECT rs.id, rs.kind, rs.name, rs.state, r.received_at, r.ended_at,
           d.id AS decision_id, d.decided_at, d.executes_at, d.executed_at,
           CASE WHEN d.kind = 'refusal' THEN d.reason ELSE '' END AS reason,
           d.contested_at, d.contest_decided_at, d.contest_upheld,
           coalesce(d.contest_reason, '') AS contest_reason,
           named.holder AS contract_holder, named.dates AS sought_dates
    FROM cessions_requestedservice rs
    JOIN cessions_transferrequest r ON r.id = rs.request_id
    LEFT JOIN LATERAL (
        SELECT d.* FROM cessions_decision d
        JOIN cessions_decision_services l ON l.decision_id = d.id
        WHERE l.requestedservice_id = rs.id
          AND d.state IN ('approved', 'executed', 'refused', 'reversed')
        ORDER BY d.id DESC LIMIT 1
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(nullif(a.trade_name, ''), a.full_name) AS holder,
               (SELECT count(DISTINCT t.local_date) FROM cessions_contactattempt t
                WHERE t.request_id = r.id) AS dates
        FROM cessions_transfercontract_services x
        JOIN cessions_transfercontract c ON c.id = x.transfercontract_id
        JOIN cessions_assignee n ON n.id = c.assignee_id
        JOIN accounts_customeraccount a ON a.id = c.account_id
        WHERE x.service_id = rs.service_id AND c.account_id = r.account_id
          AND c.state = 'accepted' AND lower(f.email) IN (SELECT lower(e) FROM unnest(n.emails) e)
        LIMIT 1
    ) named ON true
    WHERE rs.filing_id = f.id ORDER BY rs.id
    """
)
DOCUMENTS = many(
    """
    SELECT d.id, d.requested_service_id AS service_id, d.kind, d.state, d.added_at, d.refusal,
           d.reason, d.issued_on, d.valid_until, d.equivalent_for, d.replaced_by_id,
           d.next_read_at IS NOT NULL AS is_read_soon, x.original_name AS name, x.size,
           x.scan_state, x.problem, x.destroyed_at
    FROM cessions_document d JOIN records_storedfile x ON x.id = d.file_id
    WHERE d.filing_id = f.id ORDER BY d.id
    """
)
CONSENTS = many("SELECT notice, version, at FROM cessions_consent WHERE filing_id = f.id")
QUESTIONS = many(
    """
    SELECT q.id, q.asked_at, q.text, q.lapses_at, q.answer, q.answered_at, q.closed_at
    FROM cessions_staffquestion q WHERE q.filing_id = f.id ORDER BY q.id
    """
)
CHALLENGES = many(
    """
    SELECT c.id, c.requested_service_id AS service_id, c.kind, c.state, c.question, c.nonce,
           CASE WHEN c.kind IN ('dns', 'file') THEN c.target ELSE '' END AS target,
           c.expires_at, c.tries, c.tries_allowed, c.tried_at, c.ended_at, c.answer,
           CASE WHEN c.state = 'open' THEN c.seen ELSE '' END AS seen
    FROM cessions_challenge c WHERE c.filing_id = f.id ORDER BY c.id
    """
)
MESSAGES = many(
    """
    SELECT w.id, w.by_id IS NOT NULL AS is_ours, w.at, w.text, w.erased_at
    FROM cessions_casemessage w WHERE w.filing_id = f.id ORDER BY w.id
    """
)
LETTERS = many(
    """
    SELECT l.id, l.kind, l.made_at FROM cessions_letter l
    WHERE l.filing_id = f.id AND l.made_at IS NOT NULL AND l.kind = ANY(%s) ORDER BY l.id
    """
)
STATEMENT = f"""
SELECT json_build_object(
    'id', f.id, 'number', f.number, 'state', f.state, 'full_name', f.full_name,
    'organisation', f.organisation, 'is_registered_owner', f.is_registered_owner,
    'submitted_at', f.submitted_at, 'confirmed_at', f.confirmed_at,
    'link_generation', f.link_generation, 'services', {SERVICES}, 'documents', {DOCUMENTS},
    'consents', {CONSENTS}, 'questions', {QUESTIONS}, 'messages', {MESSAGES},
    'challenges', {CHALLENGES}, 'letters', {LETTERS})::text
FROM cessions_filing f WHERE f.id = %s AND f.state = 'confirmed'
"""


@dataclass(frozen=True)
class OwnService:
    """One service as the claimant named it, and what became of the request for it."""

    id: int
    kind: str
    name: str
    state: str
    received_at: datetime
    ended_at: datetime | None
    decision_id: int | None
    decided_at: datetime | None
    executes_at: datetime | None
    executed_at: datetime | None
    reason: str
    contested_at: datetime | None
    contest_decided_at: datetime | None
    contest_upheld: bool | None
    contest_reason: str
    contract_holder: str | None
    sought_dates: int | None

    @property
    def display_name(self) -> str:
        return to_unicode(self.name)


@dataclass(frozen=True)
class OwnDocument:
    id: int
    service_id: int | None
    kind: str
    state: str
    added_at: datetime
    refusal: str
    reason: str
    issued_on: date | None
    valid_until: date | None
    equivalent_for: str
    replaced_by_id: int | None
    is_read_soon: bool
    """A machine is to read it, for the people who judge it (D5)."""
    name: str
    size: int
    scan_state: str
    problem: str
    destroyed_at: datetime | None

    @property
    def cannot_be_opened(self) -> bool:
        """Whether its check found that nobody may ever open it: it has to be sent again (D6)."""
        return self.scan_state in NEVER_OPENED and self.destroyed_at is None


@dataclass(frozen=True)
class OwnConsent:
    notice: str
    version: int
    at: datetime


@dataclass(frozen=True)
class OwnQuestion:
    id: int
    asked_at: datetime
    text: str
    lapses_at: datetime
    answer: str
    answered_at: datetime | None
    closed_at: datetime | None

    @property
    def do(self) -> str:
        """The value of the button that answers it."""
        return f"answer:{self.id}"

    @property
    def waits(self) -> bool:
        return self.answered_at is None and self.closed_at is None


@dataclass(frozen=True)
class OwnMessage:
    id: int
    is_ours: bool
    at: datetime
    text: str
    erased_at: datetime | None


@dataclass(frozen=True)
class OwnChallenge:
    """A check of the claimant. Where a code went is not his to know, where one is looked for is (A10)."""

    id: int
    service_id: int
    kind: str
    state: str
    question: str
    nonce: str
    target: str
    expires_at: datetime
    tries: int
    tries_allowed: int
    tried_at: datetime | None
    ended_at: datetime | None
    answer: str
    seen: str


@dataclass(frozen=True)
class OwnLetter:
    id: int
    kind: str
    made_at: datetime


@dataclass(frozen=True)
class OwnFile:
    """A received filing through its claimant's eyes."""

    id: UUID
    number: str
    state: str
    full_name: str
    organisation: str
    is_registered_owner: bool | None
    submitted_at: datetime
    confirmed_at: datetime
    link_generation: int
    services: tuple[OwnService, ...]
    documents: tuple[OwnDocument, ...]
    consents: tuple[OwnConsent, ...]
    questions: tuple[OwnQuestion, ...]
    messages: tuple[OwnMessage, ...]
    challenges: tuple[OwnChallenge, ...]
    letters: tuple[OwnLetter, ...]


def own_file(filing_id: UUID) -> OwnFile | None:
    """The claimant's view of a received filing; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [list(TO_CLAIMANT), filing_id])
        row = cursor.fetchone()
    return read_row(OwnFile, json.loads(row[0])) if row else None
