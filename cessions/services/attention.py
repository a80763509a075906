"""What waits for a person about holders' answers: alarms, judgements, proposals, agreements (C9, C10);
and what claimants wrote (T5)."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import F, Q

from cessions.enums import AgreedState, RequestState, SignJudgement, SignKind, TwoPersonKind
from cessions.models import (
    AgreedReversal,
    AgreedSign,
    CaseMessage,
    HolderSign,
    TransferRequest,
    TwoPersonAct,
)
from cessions.models.two_people import PENDING

AT_MOST = 100


@dataclass(frozen=True)
class Attention:
    """Each list has at most 100 entries, the oldest first."""

    alarms: list[HolderSign]
    to_judge: list[HolderSign]
    undos: list[TwoPersonAct]
    agreed: list[TransferRequest]
    agreed_alarms: list[AgreedSign]
    agreed_reversals: list[AgreedReversal]
    wrote: list[CaseMessage]

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def attention(now: datetime) -> Attention:
    """Everything that holders and claimants said and that waits for a person at `now`; one query per list."""
    signs = HolderSign.objects.select_related("request", "user").order_by("id")
    alarms = signs.filter(judged_at=None).exclude(judgement=SignJudgement.DISMISSED)
    transferred = Q(request__state=RequestState.EXECUTED, at__gte=F("request__ended_at"))
    handed_over = Q(request__state=RequestState.HOLDER_REACHED, at__gt=F("request__ended_at"))
    locked = alarms.filter(transferred | handed_over & ~Q(kind=SignKind.THEFT))
    theft = alarms.filter(kind=SignKind.THEFT).exclude(request__state=RequestState.EXECUTED)
    acts = TwoPersonAct.objects.filter(PENDING, kind=TwoPersonKind.UNDO_REACHED)
    return Attention(
        alarms=sorted([*theft[:AT_MOST], *locked[:AT_MOST]], key=lambda sign: sign.pk),
        to_judge=list(signs.filter(judgement=SignJudgement.PENDING)[:AT_MOST]),
        undos=list(acts.select_related("request", "proposed_by").order_by("id")[:AT_MOST]),
        agreed=list(
            TransferRequest.objects.open()
            .filter(waits_until__gt=now)
            .select_related("account")
            .order_by("waits_until")[:AT_MOST]
        ),
        agreed_alarms=_agreed_alarms(),
        agreed_reversals=list(
            AgreedReversal.objects.filter(PENDING, transfer__services__locked__contains=now)
            .distinct()
            .select_related("transfer", "proposed_by")
            .order_by("id")[:AT_MOST]
        ),
        wrote=_wrote(),
    )


def _wrote() -> list[CaseMessage]:
    """What claimants wrote and nobody has read; each case once, with what came first (T5)."""
    unread = CaseMessage.objects.filter(by__isnull=True, seen_at__isnull=True)
    firsts = unread.order_by("filing_id", "id").distinct("filing_id").values("pk")
    found = CaseMessage.objects.filter(pk__in=firsts).select_related("filing").order_by("id")
    return list(found.prefetch_related("filing__requests")[:AT_MOST])


def _agreed_alarms() -> list[AgreedSign]:
    """What was said against agreed transfers during their lock, and every theft (X5); an objection that
    stopped one before needs nobody any more, nor what was put back meanwhile."""
    in_the_lock = Q(transfer__state=AgreedState.EXECUTED, at__gte=F("transfer__executed_at"))
    theft = Q(kind=SignKind.THEFT) & ~Q(transfer__state=AgreedState.REVERSED)
    unseen = AgreedSign.objects.filter(in_the_lock | theft, seen_at=None)
    return list(unseen.select_related("transfer", "user").order_by("id")[:AT_MOST])
