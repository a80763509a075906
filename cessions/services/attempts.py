"""The daily search by e-mail: claim what is due, write attempts and mails, move to tomorrow (C1-C6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from cessions import policies
from cessions.enums import OPEN_STATES
from cessions.facts import provider_zone
from cessions.models import TransferRequest
from cessions.services.messages import Message, messages_for
from hosting.lib.dates import local_date
from hosting.records.services import Entry, journal_many, queue_mails

CLAIM = """
WITH due AS (
    SELECT id, waits_until FROM cessions_transferrequest
    WHERE next_attempt_at <= %(now)s
    ORDER BY next_attempt_at LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED)
UPDATE cessions_transferrequest AS request
SET waits_until = NULL,
    next_attempt_at = CASE
        WHEN request.state = ANY(%(open)s) AND request.account_id IS NOT NULL THEN %(next)s
    END
FROM due WHERE request.id = due.id
RETURNING request.id, request.next_attempt_at IS NOT NULL, due.waits_until IS NOT NULL
"""
INSERT_ATTEMPTS = """
INSERT INTO cessions_contactattempt
    (request_id, address, contact_method_id, mail_id, at, local_date, channel, text)
SELECT given.*, %(at)s, %(day)s, 'email', '' FROM unnest(
    %(requests)s::bigint[], %(addresses)s::text[], %(methods)s::bigint[], %(mails)s::bigint[]
) AS given
ON CONFLICT DO NOTHING RETURNING mail_id
"""
NEXT_MAIL_IDS = """
SELECT nextval(pg_get_serial_sequence('records_outgoingmail', 'id')) FROM generate_series(1, %s)
"""


def attempt_contacts(now: datetime, limit: int = 100) -> int:
    """Write to the holder of every request that is due, at most `limit` of them; returns how many.

    `now` is aware. Outside C2's hours nothing is claimed: what is due then waits for 08:00 local,
    and a date that went by meanwhile stays a gap (C4, K4). One short transaction: the rows are
    claimed in one statement and move to the next local 08:00, so that two workers never write
    twice; attempts, mails, links and journal take one statement each, however many are due.
    """
    if not policies.in_retry_window(now, provider_zone()):
        return 0
    if not TransferRequest.objects.due_for_attempt(now).exists():
        return 0
    with transaction.atomic():
        claimed = _claim(now, limit)
        resumed = {pk for pk, is_open, waited in claimed if is_open and waited}
        _search([pk for pk, is_open, _ in claimed if is_open], resumed, now)
    return len(claimed)


def _claim(now: datetime, limit: int) -> list[tuple[int, bool, bool]]:
    values: dict[str, Any] = {
        "now": now,
        "limit": limit,
        "open": [state.value for state in OPEN_STATES],
        "next": policies.next_attempt_due(now, provider_zone()),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return list(cursor.fetchall())


def _search(request_ids: Sequence[int], resumed: set[int], now: datetime) -> None:
    if not request_ids:
        return
    found = TransferRequest.objects.filter(pk__in=request_ids).select_related("filing", "account")
    requests = list(found)
    written = _insert_attempts(messages_for(requests, now), now)
    queue_mails(message.mail for message in written)
    again = [
        Entry(request.stream, "search_resumed", now, facts={"request": request.number})
        for request in requests
        if request.pk in resumed
    ]
    journal_many(again + [_entry(message, now) for message in written])


def _insert_attempts(messages: Sequence[Message], now: datetime) -> list[Message]:
    """Write the attempts; those of `messages` that the database took. It refuses a second (C5).

    The attempt comes before its mail, for a mail is evidence and cannot be taken back: a message
    whose attempt is refused is never written. The reference is checked on commit.
    """
    if not messages:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NEXT_MAIL_IDS, [len(messages)])
        for message, (mail_id,) in zip(messages, cursor.fetchall(), strict=True):
            message.mail.pk = mail_id
        values: dict[str, Any] = {
            "at": now,
            "day": local_date(now, provider_zone()),
            "requests": [message.request.pk for message in messages],
            "addresses": [message.address for message in messages],
            "methods": [message.method.contact_method_id for message in messages],
            "mails": [message.mail.pk for message in messages],
        }
        cursor.execute(INSERT_ATTEMPTS, values)
        taken = {mail_id for (mail_id,) in cursor.fetchall()}
    return [message for message in messages if message.mail.pk in taken]


def _entry(message: Message, now: datetime) -> Entry:
    facts = {
        "request": message.request.number,
        "channel": "email",
        "message_id": message.mail.message_id,
        "content_hash": message.mail.content_hash,
    }
    return Entry(message.request.stream, "contact_attempted", now, facts=facts)
