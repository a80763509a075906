"""The notices that somebody reads and accepts, in his language and present version (N5)."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from hosting.models import Notice


def current_notices(codes: Iterable[str], language: str, now: datetime) -> list[Notice]:
    """The version in force of each notice at `now`, in `language`, in the order of `codes`."""
    wanted = [str(code) for code in codes]
    found = (
        Notice.objects.filter(code__in=wanted, language=language, published_at__lte=now)
        .order_by("code", "-version")
        .distinct("code")
    )
    return sorted(found, key=lambda notice: wanted.index(notice.code))


KEPT_SECONDS = 30
_RECENT: dict[tuple[tuple[str, ...], str], tuple[float, tuple[Any, ...]]] = {}
VERSIONS = """
SELECT DISTINCT ON (code) code, version FROM hosting_notice
WHERE code = ANY(%s) AND language = %s AND published_at <= %s ORDER BY code, version DESC
"""


def current_versions(codes: Iterable[str], language: str, now: datetime) -> tuple[Any, ...]:
    """Code and version of each notice in force at `now`: what a page drawn before can be kept for."""
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, [[str(code) for code in codes], language, now])
        return tuple(cursor.fetchall())


def recent_versions(codes: Iterable[str], language: str, now: datetime) -> tuple[Any, ...]:
    """As `current_versions`, asked of the database twice a minute at most.

    Whoever sees an older version for that long is asked to read again when he sends the form, like
    everybody who had opened it before the change.
    """
    place = (tuple(codes), language)
    known = _RECENT.get(place)
    if known is None or time.monotonic() - known[0] > KEPT_SECONDS:
        known = _RECENT[place] = (time.monotonic(), current_versions(codes, language, now))
    return known[1]


def shown(notices: Iterable[Notice]) -> str:
    """Which versions a page shows, for its form: `filing-terms:1 privacy:3`."""
    return " ".join(f"{notice.code}:{notice.version}" for notice in notices)
