"""Pure rules of the webhook: what is signed, and when a delivery is tried again."""

import hashlib
import hmac
from datetime import datetime, timedelta

from hosting.lib.dates import after

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)


def signature(secret: str, timestamp: int, delivery: str, body: bytes) -> str:
    """`v1=` and the hex HMAC-SHA256 over `timestamp.delivery.body`, so that neither an old message
    nor another one's signature can be used again."""
    signed = f"{timestamp}.{delivery}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def next_try_at(now: datetime, tries: int, queued_at: datetime) -> datetime | None:
    """When a delivery that failed for the `tries`-th time is tried again; None: it is given up.

    The pause doubles from one minute to at most 6 hours; after 3 days there is none any more.
    """
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 12), LONGEST_PAUSE)
    again = after(now, pause)
    return again if again < after(queued_at, GIVEN_UP_AFTER) else None
