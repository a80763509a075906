"""The claimant takes his request back (T6)."""

from datetime import datetime

from django.db import transaction

from cessions.enums import RequestState
from cessions.models import Filing
from cessions.notifications import claimant as notify
from cessions.services import states
from cessions.services.locks import lock_filing, lock_open_requests
from cessions.services.questions import close_questions
from hosting.records.services import journal


@transaction.atomic
def withdraw(filing: Filing, *, now: datetime, actor: str = "claimant") -> bool:
    """End all that is still open of the filing; attempts stop at once (T6). Twice is as once.

    False when nothing was open any more.
    """
    filing = lock_filing(filing)
    requests = lock_open_requests(filing)
    if not requests:
        return False
    for request in requests:
        states.move(
            request,
            states.open_services(request),
            RequestState.WITHDRAWN,
            now=now,
            actor=actor,
            event="withdrawn",
        )
    close_questions(filing, now=now)
    journal(filing.stream, "filing_withdrawn", at=now, actor=actor)
    notify.withdrawn(filing, now=now)
    return True
