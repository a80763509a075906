"""The notices that a claimant reads and accepts, in his language and present version (N5)."""

from collections.abc import Iterable
from datetime import datetime

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


def shown(notices: Iterable[Notice]) -> str:
    """Which versions a page shows, for its form: `filing-terms:1 privacy:3`."""
    return " ".join(f"{notice.code}:{notice.version}" for notice in notices)
