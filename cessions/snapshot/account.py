# ruff: noqa: S608 (put together from constants of this file alone; values are parameters)
"""The part of the case's statement that reads the holder's account: how he is reached, who stands in
for him, what is known of him, and what he signed (A3, A8 to A12, P3)."""

from cessions.snapshot.sql import many, one, person

METHODS = many(
    """
    SELECT m.id, m.kind, m.value, m.label, m."order", m.verified_at, m.created_at, m.ended_at
    FROM accounts_contactmethod m WHERE m.account_id = a.id ORDER BY m."order", m.id
    """
)

TRUSTED = many(
    """
    SELECT e.id, e."order", e.full_name, e.relation, e.email, e.telephone, e.language, e.powers,
           e.created_at, e.confirmed_at, e.ended_at
    FROM accounts_emergencycontact e WHERE e.account_id = a.id ORDER BY e."order", e.created_at
    """
)

ABSENCES = many(
    """
    SELECT p.id, p.from_on, p.until_on, p.told_at, p.cancelled_at
    FROM accounts_plannedabsence p WHERE p.account_id = a.id ORDER BY p.id
    """
)

EVENTS = many(
    f"""
    SELECT v.id, v.kind, v.happened_on, v.source, {person("v.recorded_by_id")} AS recorded_by,
           v.recorded_at, v.withdrawn_at
    FROM accounts_holderevent v WHERE v.account_id = a.id ORDER BY v.recorded_at, v.id
    """
)

REPRESENTATIVES = many(
    """
    SELECT l.id, l.kind, l.full_name, l.email, l.telephone, l.recorded_at, l.judgement,
           l.judged_at, l.ended_at
    FROM accounts_legalrepresentative l WHERE l.account_id = a.id ORDER BY l.recorded_at, l.id
    """
)

CONTRACTS = many(
    """
    SELECT c.id, c.reference, n.full_name AS assignee, n.emails, c.signed_on, c.uploaded_at,
           c.accepted_at, c.ended_at, c.identity_accepted,
           (SELECT coalesce(json_agg(x.service_id ORDER BY x.service_id), '[]')
            FROM cessions_transfercontract_services x
            WHERE x.transfercontract_id = c.id) AS service_ids
    FROM cessions_transfercontract c JOIN cessions_assignee n ON n.id = c.assignee_id
    WHERE c.account_id = a.id AND c.accepted_at IS NOT NULL ORDER BY c.id
    """
)

POWERS = many(
    """
    SELECT w.id, w.reference, w.scopes, w.starts_on, w.ends_on, w.accepted_at, w.ended_at
    FROM accounts_powerofattorney w
    WHERE w.account_id = a.id AND w.accepted_at IS NOT NULL ORDER BY w.id
    """
)

EMERGENCIES = many(
    """
    SELECT y.id, y.opened_at, y.closed_at
    FROM hosting_emergency y WHERE y.account_id = a.id ORDER BY y.id
    """
)

SIGN_INS = many(
    """
    SELECT coalesce(nullif(u.full_name, ''), u.email) AS name, u.last_login AS at
    FROM accounts_membership s JOIN accounts_user u ON u.id = s.user_id
    WHERE s.account_id = a.id AND s.role IN ('owner', 'member') AND s.ended_at IS NULL
      AND u.last_login IS NOT NULL
    ORDER BY u.last_login DESC
    """
)

ACCOUNT = one(
    f"""
    SELECT a.id, a.number, a.kind, a.trade_name, a.registration_number, a.full_name, a.country,
           a.language,
           (SELECT coalesce(json_agg(n.value ORDER BY n.id), '[]')
            FROM accounts_formeridentity n WHERE n.account_id = a.id) AS former_names,
           {METHODS} AS methods, {TRUSTED} AS trusted, {ABSENCES} AS absences, {EVENTS} AS events,
           {REPRESENTATIVES} AS representatives, {CONTRACTS} AS contracts, {POWERS} AS powers,
           {EMERGENCIES} AS emergencies, {SIGN_INS} AS sign_ins
    FROM accounts_customeraccount a WHERE a.id = r.account_id
    """
)
