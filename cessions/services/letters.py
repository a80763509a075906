"""Letters are rows of the act that they tell of; a sweep makes the PDFs afterwards (X5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import CustomerAccount
from cessions.enums import LetterKind
from cessions.models import Decision, Filing, Letter, RequestedService
from cessions.naming import names_with_kinds

TO_HOLDER = frozenset({LetterKind.EXECUTED_HOLDER, LetterKind.REVERSED_HOLDER})


def queue(
    decision: Decision,
    kind: LetterKind,
    services: Sequence[RequestedService],
    *,
    now: datetime,
    **more: Any,
) -> Letter:
    """Write one letter of `kind` about `services` of the decision, in its reader's language.

    Everything the letter will say is kept with it, as it is now; `more` are further words of its
    template (texts, or instants as ISO 8601).
    """
    request = decision.request
    to_holder = kind in TO_HOLDER
    language = request.holder.language if to_holder else request.filing.language
    context = {
        "number": request.number,
        "at": now.isoformat(),
        "received_at": request.received_at.isoformat(),
        "services": names_with_kinds(services, language),
        "recipient": holder_address(request.holder) if to_holder else _claimant(request.filing),
        **more,
    }
    return Letter.objects.create(
        filing=request.filing,
        request=request,
        decision=decision,
        kind=kind,
        language=language,
        context=context,
        queued_at=now,
        next_try_at=now,
    )


def _claimant(filing: Filing) -> dict[str, str]:
    return {
        "name": filing.full_name,
        "organisation": filing.organisation,
        "address": filing.postal_address,
        "country": filing.country,
    }


def holder_address(account: CustomerAccount) -> dict[str, str]:
    """Where the holder lives, as letters keep it."""
    place = " ".join(part for part in (account.postal_code, account.city) if part)
    return {
        "name": account.full_name,
        "organisation": account.trade_name,
        "address": "\n".join(line for line in (account.street, place) if line),
        "country": account.country,
    }
