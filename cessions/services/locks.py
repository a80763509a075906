"""Taking a filing and its open requests for one's own, always in this order."""

import structlog

from cessions.models import Filing, TransferRequest
from cessions.services import states


class NotPossible(Exception):
    """The filing is in a state in which this cannot be done; somebody was faster, or it is over."""


def lock_filing(filing: Filing) -> Filing:
    """The filing as it is now, locked until the transaction ends; its number goes into the logs."""
    locked = Filing.objects.select_for_update(no_key=True).get(pk=filing.pk)
    structlog.contextvars.bind_contextvars(case=locked.number or str(locked.pk))
    return locked


def lock_open_requests(filing: Filing) -> list[TransferRequest]:
    """The open requests of a locked filing, locked, in order."""
    return [request for request in states.lock_all(filing.pk) if request.is_open]


def require(holds: bool, why: str) -> None:
    """Raise NotPossible with `why` (for logs and tests; pages have their own words)."""
    if not holds:
        raise NotPossible(why)
