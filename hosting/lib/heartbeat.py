"""Whether beat rings and a worker hears it. Real time, whatever the clock of the cases says."""

import time

from django.core.cache import cache

KEY = "beat.last_ring"


def note() -> None:
    """Remember that beat rang just now."""
    cache.set(KEY, time.time(), timeout=None)


def age() -> float | None:
    """Seconds since beat's last ring; None when none is known."""
    at = cache.get(KEY)
    return None if at is None else time.time() - float(at)
