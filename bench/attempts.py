"""The daily search for holders (PERFORMANCE: sweep, sweep with mails, a day's run).

    python -m bench.attempts [LARGE]

makes a throw-away server with two databases, LARGE and 10,000 requests, 1,000 of them due in each.
"""

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

SMALL = 10_000
ACCOUNTS = 10_000
DUE = 1_000
ROUNDS = 5
RUN_SECONDS = 120
START = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)

FILINGS = """
INSERT INTO cessions_filing
    (id, number, state, origin, language, full_name, organisation, email, telephone,
     postal_address, country, already_tried, event, event_details, created_at, confirmed_how,
     link_generation)
SELECT md5('f' || n)::uuid, 'T2026-' || n, 'confirmed', 'form', 'fr', 'Alix Martin', '',
       'c' || n || '@mail.example', '', '', 'FR', '', 'unknown', '', %(at)s, 'link', 0
FROM generate_series(1, %(count)s) AS n
"""
REQUESTS = """
INSERT INTO cessions_transferrequest
    (filing_id, number, account_id, state, received_at, first_attempt_due_at, next_attempt_at,
     advice)
SELECT md5('f' || n)::uuid, 'T2026-' || n || '-1', account.id,
       CASE WHEN n <= %(due)s THEN 'received' ELSE 'refused' END, %(at)s, %(at)s, NULL, ''
FROM generate_series(1, %(count)s) AS n
JOIN accounts_customeraccount account
  ON account.number = 'C' || lpad((1 + n %% %(accounts)s)::text, 7, '0')
"""
SERVICES = """
INSERT INTO cessions_requestedservice (filing_id, request_id, kind, name, service_id, state)
SELECT request.filing_id, request.id, 'domain', service.name, service.id, request.state
FROM cessions_transferrequest request
JOIN hosting_service service ON service.account_id = request.account_id
"""
ADDRESSES = """
INSERT INTO accounts_contactmethod
    (account_id, kind, value, label, "order", verified_how, created_at)
SELECT account_id, 'email', place || '.' || value, '', place, '', created_at
FROM accounts_contactmethod, generate_series(2, 3) AS place WHERE kind = 'email'
"""
MAKE_DUE = """
UPDATE cessions_transferrequest SET next_attempt_at = %(at)s
WHERE id IN (SELECT id FROM cessions_transferrequest WHERE state = 'received' LIMIT %(due)s)
"""


def main(large: int = 1_000_000) -> None:
    from devtools.throwaway import ThrowawayServers

    servers = ThrowawayServers()
    try:
        os.environ.update(
            {
                "DEVELOPMENT": "on",
                "DEBUG": "off",
                "LOG_LEVEL": "WARNING",
                "DJANGO_SETTINGS_MODULE": "hosting.settings",
            }
            | servers.start()
        )
        for line in measure(large):
            print(line, flush=True)
    finally:
        servers.stop()


def measure(large: int) -> Iterator[str]:
    """One line per figure: name, value, unit, floor, ratio."""
    import django

    django.setup()
    from bench.datasets import use as _use

    for name, count in (("small", SMALL), ("large", large)):
        _make(name, count)
    yield from _sweep_lines(_use)
    yield _day_line(_use)


def _sweep_lines(use) -> Iterator[str]:  # type: ignore[no-untyped-def]
    times: dict[str, list[float]] = {"small": [], "large": []}
    idle: list[float] = []
    for day in range(ROUNDS):
        for name, taken in times.items():
            use(name)
            _make_due(day)
            taken.append(_timed(lambda day=day: _sweep(day)))
            idle.append(_timed(lambda day=day: _sweep(day)))
    small, large = (median(times[name]) * 1000 for name in ("small", "large"))
    yield f"attempts_{DUE}_due {large:.0f} ms {small:.0f} {large / small:.2f}"
    yield f"attempts_nothing_due {median(idle) * 1000:.2f} ms 1.00 {median(idle) * 1000:.2f}"


def _day_line(use) -> str:  # type: ignore[no-untyped-def]
    """A day's run with one worker: three addresses for each of 1,000 cases, sent on loopback."""
    from django.conf import settings
    from django.db import connection

    from hosting.records.models import OutgoingMail
    from hosting.records.services import sending
    from tests.smtp import Peer

    use("small")
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES)
    OutgoingMail.objects.update(next_try_at=None)
    with Peer() as peer:
        settings.EMAIL_BACKEND = "hosting.lib.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", peer.port
        _make_due(ROUNDS)
        writing = _timed(lambda: _sweep(ROUNDS))
        sending_ = _timed(lambda: sending.send_due(lambda: _at(ROUNDS)))
        sent = len(peer.mails)
    if sent != 3 * DUE:
        sys.exit(f"the day's run sent {sent} mails, not {3 * DUE}")
    taken = writing + sending_
    return f"attempts_day_of_{sent}_mails {taken:.1f} s {RUN_SECONDS} {taken / RUN_SECONDS:.2f}"


def _at(day: int) -> datetime:
    return START + timedelta(days=day)


def _sweep(day: int) -> None:
    from cessions.services.attempts import attempt_contacts

    while attempt_contacts(_at(day)):
        pass


def _timed(job) -> float:  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


def _make_due(day: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(MAKE_DUE, {"at": _at(day), "due": DUE})


def _make(name: str, count: int) -> None:
    """A database of `count` requests of 10,000 accounts, beside the default one."""
    from django.core.management import call_command
    from django.db import connection, connections

    from bench.datasets import fill_accounts
    from bench.datasets import use as _use

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connections.databases[name] = connections.databases["default"] | {"NAME": name}
    _use(name)
    call_command("migrate", verbosity=0)
    fill_accounts(ACCOUNTS)
    values = {"count": count, "due": DUE, "accounts": ACCOUNTS, "at": START}
    with connection.cursor() as cursor:
        for statement in (FILINGS, REQUESTS, SERVICES):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
