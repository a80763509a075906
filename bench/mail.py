"""The sweep of the outbox (PERFORMANCE: sweep, sweep with mails, connections at a time).

    python -m bench.mail [LARGE]

makes a throw-away server with two databases, LARGE and 10,000 mails, 1,000 of them due in each, and
a mail server in a process of its own.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

SMALL = 10_000
DUE = 1_000
ROUNDS = 5
REPLY_SECONDS = 0.01
SLOW_MAILS = 400
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
TEXT = "Good day,\n\n" + "we have tried to reach you about the services of your clients.\n" * 25
PEER = """
import sys, threading
from tests.smtp import Peer
with Peer(delay=float(sys.argv[1])) as peer:
    print(peer.port, flush=True)
    sys.stdin.read()
"""
MAILS = """
INSERT INTO records_outgoingmail
    (message_id, kind, stream, language, recipient, reply_to, subject, text, html, content_hash,
     sensitive, created_at, state, tries, next_try_at, accepted_at)
SELECT '<' || n || '@bench.example>', 'bench', 'case:' || n %% 1000, 'fr', 'c' || n || '@mail.example',
       '', 'About your services', %(text)s, '<p>' || %(text)s || '</p>', '', false, %(now)s, 'sent', 1,
       NULL, %(now)s
FROM generate_series(1, %(count)s) AS n
"""
MAKE_DUE = """
UPDATE records_outgoingmail
SET next_try_at = %(now)s, state = 'queued', accepted_at = NULL, tries = 0 WHERE id <= %(due)s
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
    for name, count in (("small", SMALL), ("large", large)):
        _make(name, count)
    yield from _claim_lines()
    yield _sending_line()
    yield _connections_line()


def _claim_lines() -> Iterator[str]:
    """Claiming what is due, and finding nothing due, whatever the table's size."""
    from bench.datasets import use
    from hosting.records.services import sending

    times: dict[str, list[float]] = {"small": [], "large": []}
    idle: list[float] = []
    for _ in range(ROUNDS):
        for name, taken in times.items():
            use(name)
            _make_due(DUE)
            taken.append(_timed(lambda: [sending.claim(NOW) for _ in range(DUE // sending.BATCH)]))
            idle.append(_timed(lambda: sending.claim(NOW)))
    small, large = (median(times[name]) * 1000 for name in ("small", "large"))
    yield f"mail_claim_{DUE}_due {large:.0f} ms {small:.0f} {large / small:.2f}"
    yield f"mail_nothing_due {median(idle) * 1000:.2f} ms 1.00 {median(idle) * 1000:.2f}"


def _sending_line() -> str:
    """The whole sweep against handing the same messages over on one connection, and nothing else."""
    from hosting.records.services import sending

    floor: list[float] = []
    ours: list[float] = []
    with _peer(0):
        for _ in range(ROUNDS):
            _make_due(DUE)
            floor.append(_timed(_send_alone))
            ours.append(_timed(lambda: _checked(sending.send_due(lambda: NOW), DUE)))
    best, sweep = median(floor), median(ours)
    return f"mail_sweep_of_{DUE} {sweep:.2f} s {best:.2f} {sweep / best:.2f}"


def _connections_line() -> str:
    """8 connections against one, at 10 ms for each reply: how many times as fast."""
    from django.conf import settings

    from hosting.records.services import sending

    taken: dict[int, float] = {}
    with _peer(REPLY_SECONDS):
        for connections in (1, 8):
            settings.MAIL_CONNECTIONS = connections
            _make_due(SLOW_MAILS)
            taken[connections] = _timed(lambda: _checked(sending.send_due(lambda: NOW), SLOW_MAILS))
    faster = taken[1] / taken[8]
    return f"mail_8_connections {SLOW_MAILS / taken[8]:.0f} mails/s {SLOW_MAILS / taken[1]:.0f} {faster:.2f}"


def _send_alone() -> None:
    """The same messages, made and handed over on one reused connection."""
    from django.core.mail import get_connection

    from hosting.records.courier import compose
    from hosting.records.models import OutgoingMail

    mails = list(OutgoingMail.objects.filter(next_try_at__isnull=False))
    backend = get_connection()
    backend.open()
    for mail in mails:
        backend.send_messages([compose(mail, NOW)])
    backend.close()


@contextmanager
def _peer(delay: float) -> Iterator[None]:
    """A mail server in a process of its own, and the settings that lead to it."""
    from django.conf import settings

    words = [sys.executable, "-c", PEER, str(delay)]
    server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        settings.EMAIL_BACKEND = "hosting.lib.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(server.stdout.readline())
        settings.MAIL_CONNECTIONS = 1
        yield
    finally:
        server.communicate()


def _make(name: str, count: int) -> None:
    """A database of that name with `count` mails that were sent, analysed."""
    from django.core.management import call_command
    from django.db import connection, connections

    from bench.datasets import use

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connections.databases[name] = connections.databases["default"] | {"NAME": name}
    use(name)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(MAILS, {"text": TEXT, "now": NOW, "count": count})
        cursor.execute("VACUUM ANALYZE records_outgoingmail")


def _make_due(count: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_outgoingmail SET next_try_at = NULL WHERE next_try_at > %s", [NOW]
        )
        cursor.execute(MAKE_DUE, {"now": NOW, "due": count})
        cursor.execute("VACUUM records_outgoingmail")


def _checked(sent: int, wanted: int) -> None:
    if sent != wanted:
        sys.exit(f"{sent} mails were sent, not {wanted}")


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
