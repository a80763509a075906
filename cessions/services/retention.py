"""When a case's identity documents and its file go: written wherever its end moves (D7, L1)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings

from cessions import policies
from cessions.enums import DecisionKind, RequestState, TwoPersonKind
from cessions.models import Decision, Filing, RequestedService, TwoPersonAct
from cessions.policies.retention import ServiceEnd, Ways, ways_of


def plan(filing_id: UUID) -> Ways:
    """Write both moments of the filing, from its services as they are now. The caller holds its lock
    (`states.lock`): called where states move, and where a contest is made or decided."""
    ways = ways_of(
        services_of(filing_id), settings.IDENTITY_RETENTION_DAYS, settings.CASE_RETENTION_DAYS
    )
    changed = Filing.objects.filter(pk=filing_id, erased_at=None)
    changed.exclude(destroy_identity_at=ways.identity, erase_at=ways.file).update(
        destroy_identity_at=ways.identity, erase_at=ways.file
    )
    return ways


def services_of(filing_id: UUID) -> Iterator[ServiceEnd]:
    """How each service of the filing ended, with what is known of refusals and reversals."""
    rows = list(
        RequestedService.objects.filter(filing=filing_id, request__isnull=False)
        .order_by("pk")
        .values_list("pk", "state", "request__ended_at", "locked")
    )
    states = {state for _pk, state, _ended, _locked in rows}
    if any(policies.is_open(state) for state in states):
        yield from (ServiceEnd(state, ended) for _pk, state, ended, _locked in rows)
        return
    refusals = _refusals(filing_id) if RequestState.REFUSED in states else {}
    reversals = _reversals(filing_id) if RequestState.REVERSED in states else {}
    for pk, state, ended, locked in rows:
        refusal = refusals.get(pk)
        yield ServiceEnd(
            state,
            ended,
            locked.upper if locked else None,
            reversals.get(pk),
            refusal.decided_at if refusal else None,
            refusal.contested_at if refusal else None,
            refusal.contest_decided_at if refusal else None,
        )


def _refusals(filing_id: UUID) -> dict[int, Decision]:
    """The last refusal of each service."""
    found = Decision.objects.filter(request__filing=filing_id, kind=DecisionKind.REFUSAL)
    return {
        service.pk: decision
        for decision in found.order_by("pk").prefetch_related("services")
        for service in decision.services.all()
    }


def _reversals(filing_id: UUID) -> dict[int, datetime | None]:
    """When two people put each service back."""
    found = TwoPersonAct.objects.filter(
        request__filing=filing_id, kind=TwoPersonKind.REVERSE, confirmed_at__isnull=False
    )
    rows = found.order_by("pk").values_list("decision__services", "confirmed_at")
    return {pk: at for pk, at in rows if pk is not None}
