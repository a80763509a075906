# ruff: noqa: S608 (put together from constants of this file alone; values are parameters)
"""The one statement that reads a case."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from cessions.models import Filing, TransferRequest
from cessions.snapshot.account import ACCOUNT
from cessions.snapshot.rows import Case
from cessions.snapshot.sql import many, one, person
from hosting.lib.rows import read_row

FILING = f"""
    SELECT f.id, f.number, f.state, f.origin, f.language, f.full_name, f.organisation, f.email,
           f.telephone, f.postal_address, f.country, f.is_registered_owner, f.silent_since,
           f.already_tried, f.event, f.event_details, f.created_at, f.submitted_at, f.expires_at,
           f.arrived_at, f.confirmed_at, f.confirmed_how, f.link_generation,
           {person("f.entered_by_id")} AS entered_by, {person("f.confirmed_by_id")} AS confirmed_by
"""

ASKED = many(
    """
    SELECT r.number, r.state, r.received_at, r.ended_at, a.number AS account,
           coalesce(nullif(a.trade_name, ''), a.full_name) AS holder
    FROM cessions_filing o JOIN cessions_transferrequest r ON r.filing_id = o.id
    JOIN accounts_customeraccount a ON a.id = r.account_id
    WHERE f.email <> '' AND o.email IN (f.email, lower(f.email)) ORDER BY r.id DESC LIMIT 50
    """
)

RIVALS = many(
    """
    SELECT r.number, other.state, r.received_at, r.ended_at,
           lower(other.locked) AS locked_from, upper(other.locked) AS locked_until
    FROM cessions_requestedservice other JOIN cessions_transferrequest r ON r.id = other.request_id
    WHERE other.service_id = rs.service_id AND other.filing_id <> rs.filing_id
    ORDER BY r.id
    """
)

OWNERS = many(
    """
    SELECT own.account_id, lower(own.during) AS since, upper(own.during) AS until
    FROM hosting_ownershipperiod own WHERE own.service_id = rs.service_id ORDER BY own.during
    """
)

AGREED_LOCKS = many(
    """
    SELECT lower(g.locked) AS since, upper(g.locked) AS until FROM cessions_agreedservice g
    WHERE g.service_id = rs.service_id AND g.locked IS NOT NULL ORDER BY g.id
    """
)

SERVICES = many(
    f"""
    SELECT rs.id, rs.request_id, rs.kind, rs.name, rs.state, rs.service_id, {OWNERS} AS owners,
           coalesce(s.status, '') AS status, s.due_on, s.paid_until,
           coalesce(p.name, '') AS plan, coalesce(d.owner_name, '') AS owner_name,
           coalesce(d.owner_organisation, '') AS owner_organisation,
           coalesce(d.owner_email, '') AS owner_email, d.owner_changed_at,
           d.registrar_locked_until, coalesce(t.registry_procedure_url, '') AS registry_procedure,
           lower(rs.locked) AS locked_from, upper(rs.locked) AS locked_until, {RIVALS} AS rivals,
           {AGREED_LOCKS} AS agreed_locks
    FROM cessions_requestedservice rs
    LEFT JOIN hosting_service s ON s.id = rs.service_id
    LEFT JOIN hosting_plan p ON p.id = s.plan_id
    LEFT JOIN hosting_domainregistration d ON d.service_id = s.id
    LEFT JOIN hosting_topleveldomain t
           ON rs.kind = 'domain' AND t.name = substring(rs.name from '[^.]+$')
    WHERE rs.filing_id = f.id ORDER BY rs.id
    """
)

FOUND = many(
    """
    SELECT each->>'code' AS code, each->>'outcome' AS outcome
    FROM jsonb_array_elements(g.findings->'findings') each
    """
)

READ = one(
    f"""
    SELECT coalesce(g.findings->>'source', '') AS source,
           coalesce(g.findings->>'problem', '') AS problem, {FOUND} AS findings
    FROM cessions_reading g WHERE g.document_id = d.id AND g.erased_at IS NULL
    """
)

DOCUMENTS = many(
    f"""
    SELECT d.id, d.requested_service_id, d.kind, d.state, d.added_at, d.reviewed_at, d.refusal,
           d.reason, d.issued_on, d.valid_until, d.has_statement, d.equivalent_for,
           newer.added_at AS replaced_at, d.file_id, x.original_name AS file_name, x.content_type,
           x.size, x.scan_state, x.problem, x.found, x.destroyed_at, d.next_read_at,
           {READ} AS read, {person("d.reviewed_by_id")} AS reviewed_by
    FROM cessions_document d JOIN records_storedfile x ON x.id = d.file_id
    LEFT JOIN cessions_document newer ON newer.id = d.replaced_by_id
    WHERE d.filing_id = f.id ORDER BY d.id
    """
)

CONSENTS = many(
    "SELECT notice, version, at FROM cessions_consent WHERE filing_id = f.id ORDER BY id"
)

QUESTIONS = many(
    f"""
    SELECT q.id, {person("q.asked_by_id")} AS asked_by, q.asked_at, q.text, q.reminders_sent,
           q.next_step_at, q.lapses_at, q.answer, q.answered_at, q.closed_at
    FROM cessions_staffquestion q WHERE q.filing_id = f.id ORDER BY q.id
    """
)

ATTEMPTS = many(
    f"""
    SELECT t.id, t.at, t.local_date, t.channel, t.address, t.contact_method_id AS method_id,
           {person("t.by_id")} AS by, t.mail_id, coalesce(m.state, '') AS mail_state,
           coalesce(m.message_id, '') AS message_id, m.accepted_at, m.bounced_at,
           o.refused_at, coalesce(o.answer, '') AS answer,
           {
        many(
            f'''
            SELECT c.at, c.kind, c.text, {person("c.by_id")} AS by
            FROM cessions_attemptoutcome c WHERE c.attempt_id = t.id ORDER BY c.id
            '''
        )
    } AS outcomes
    FROM cessions_contactattempt t
    LEFT JOIN records_outgoingmail m ON m.id = t.mail_id
    LEFT JOIN LATERAL (
        SELECT min(x.at) FILTER (WHERE x.kind = 'refused') AS refused_at,
               (array_agg(concat_ws(' ', x.code, x.text) ORDER BY x.id DESC))[1] AS answer
        FROM records_mailoutcome x WHERE x.mail_id = t.mail_id
    ) o ON true
    WHERE t.request_id = r.id ORDER BY t.id
    """
)

SIGNS = many(
    f"""
    SELECT g.id, g.kind, g.at, g.former_contact, g.text, {person("g.recorded_by_id")} AS recorded_by,
           {person("g.user_id")} AS signed_in,
           g.judgement, {person("g.judged_by_id")} AS judged_by, g.judged_at, g.judgement_reason
    FROM cessions_holdersign g WHERE g.request_id = r.id ORDER BY g.id
    """
)

EXTENSIONS = many(
    f"""
    SELECT e.id, e.dates, e.reason, {person("e.by_id")} AS by, e.at, e.withdrawn_at,
           {person("e.withdrawn_by_id")} AS withdrawn_by
    FROM cessions_periodextension e WHERE e.request_id = r.id ORDER BY e.id
    """
)

LIFTS = many(
    """
    SELECT i.absence_id, e.full_name AS contact, i.at
    FROM cessions_absencelift i JOIN accounts_emergencycontact e ON e.id = i.emergency_contact_id
    WHERE i.request_id = r.id ORDER BY i.id
    """
)

COMMENTS = many(
    f"""
    SELECT {person("c.author_id")} AS author, c.at, c.text
    FROM cessions_casecomment c WHERE c.request_id = r.id ORDER BY c.at, c.id
    """
)

DECISIONS = many(
    f"""
    SELECT d.id, d.kind, d.state,
           (SELECT coalesce(json_agg(l.requestedservice_id ORDER BY l.requestedservice_id), '[]')
            FROM cessions_decision_services l WHERE l.decision_id = d.id) AS service_ids,
           {person("d.recommended_by_id")} AS recommended_by, d.recommended_at, d.recommendation,
           {person("d.decided_by_id")} AS decided_by, d.decided_at, d.reason, d.executes_at,
           d.executed_at, d.voided_at, d.void_reason, d.contested_at, d.contest_text,
           {person("d.contest_decided_by_id")} AS contest_decided_by, d.contest_decided_at,
           d.contest_upheld, d.contest_reason
    FROM cessions_decision d WHERE d.request_id = r.id ORDER BY d.id
    """
)

ACTS = many(
    f"""
    SELECT t.id, t.kind, t.decision_id, t.reason, {person("t.proposed_by_id")} AS proposed_by,
           t.proposed_at, {person("t.confirmed_by_id")} AS confirmed_by, t.confirmed_at, t.dropped_at
    FROM cessions_twopersonact t WHERE t.request_id = r.id ORDER BY t.id
    """
)

LETTERS = many(
    """
    SELECT l.id, l.kind, l.language, l.queued_at, l.tries, l.file_id, l.made_at, l.posted_at
    FROM cessions_letter l WHERE l.request_id = r.id ORDER BY l.id
    """
)

REQUESTS = many(
    f"""
    SELECT r.id, r.number, r.state, r.received_at, r.first_attempt_due_at, r.next_attempt_at,
           r.run_from, r.waits_until, r.ended_at, r.advice, r.advice_at,
           {person("r.advice_by_id")} AS advice_by, {person("r.assigned_to_id")} AS assigned_to,
           {ACCOUNT} AS account, {ATTEMPTS} AS attempts, {SIGNS} AS signs,
           {EXTENSIONS} AS extensions, {LIFTS} AS lifts, {COMMENTS} AS comments, {DECISIONS} AS decisions,
           {ACTS} AS acts, {LETTERS} AS letters
    FROM cessions_transferrequest r WHERE r.filing_id = f.id ORDER BY r.id
    """
)

JOURNAL = many(
    """
    SELECT j.sequence, j.at, j.actor, j.event, j.facts,
           CASE WHEN j.actor LIKE 'user:%%' THEN (
               SELECT coalesce(nullif(u.full_name, ''), u.email)
               FROM accounts_user u WHERE u.id = substr(j.actor, 6)::bigint
           ) END AS who
    FROM records_journalentry j
    WHERE j.stream = 'case:' || f.id ORDER BY j.sequence DESC LIMIT %s
    """
)

CASE = f"""
SELECT json_build_object(
    'filing', {one(FILING)}, 'asked', {ASKED}, 'requests', {REQUESTS}, 'services', {SERVICES},
    'documents', {DOCUMENTS}, 'consents', {CONSENTS}, 'questions', {QUESTIONS},
    'journal', {JOURNAL})::text
FROM cessions_filing f WHERE """

BY_FILING = CASE + "f.id = %s"
BY_REQUEST = CASE + "f.id = (SELECT filing_id FROM cessions_transferrequest WHERE id = %s)"
BY_REQUESTS = CASE + ("f.id IN (SELECT filing_id FROM cessions_transferrequest WHERE id = ANY(%s))")
BY_NUMBER = CASE + (
    "f.id = (SELECT id FROM cessions_filing WHERE number = %s"
    " UNION SELECT filing_id FROM cessions_transferrequest WHERE number = %s LIMIT 1)"
)


def case_of_filing(filing_id: UUID, *, journal: int = 0) -> Case:
    """The case of a filing, with up to `journal` of its last facts. Raises Filing.DoesNotExist."""
    return _read(BY_FILING, [journal, filing_id], Filing.DoesNotExist)


def case_of_request(request_id: int, *, journal: int = 0) -> Case:
    """The case to which a request belongs. Raises TransferRequest.DoesNotExist.

    Inside a transaction that holds the request's lock (`services.states.lock`) it is what guards
    judge from: a statement of its own sees all that was committed before it began.
    """
    return _read(BY_REQUEST, [journal, request_id], TransferRequest.DoesNotExist)


def cases_of_requests(request_ids: Sequence[int]) -> dict[int, Case]:
    """The cases of several requests, by request id, in one statement; without their journals."""
    with connection.cursor() as cursor:
        cursor.execute(BY_REQUESTS, [0, list(request_ids)])
        cases = [read_row(Case, json.loads(text)) for (text,) in cursor.fetchall()]
    return {request.id: case for case in cases for request in case.requests}


def case_of_number(number: str, *, journal: int = 0) -> Case:
    """The case with the number of a filing or of one of its requests. Raises Filing.DoesNotExist."""
    return _read(BY_NUMBER, [journal, number, number], Filing.DoesNotExist)


def _read(statement: str, parameters: list[Any], missing: type[Exception]) -> Case:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    if row is None:
        raise missing(parameters[-1])
    return read_row(Case, json.loads(row[0]))
