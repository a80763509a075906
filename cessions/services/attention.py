"""What waits for a person about holders' answers: alarms, judgements, proposals, agreements (C9, C10)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from cessions.enums import RequestState, SignJudgement, SignKind, TwoPersonKind
from cessions.models import HolderSign, TransferRequest, TwoPersonAct

AT_MOST = 100


@dataclass(frozen=True)
class Attention:
    """Each list has at most 100 entries, the oldest first."""

    alarms: list[HolderSign]
    to_judge: list[HolderSign]
    undos: list[TwoPersonAct]
    agreed: list[TransferRequest]

    def __bool__(self) -> bool:
        return bool(self.alarms or self.to_judge or self.undos or self.agreed)


def attention(now: datetime) -> Attention:
    """Everything about holders' answers that waits for a person at `now`; one query per list."""
    signs = HolderSign.objects.select_related("request", "user").order_by("id")
    alarms = signs.filter(judged_at=None).exclude(judgement=SignJudgement.DISMISSED)
    executed = alarms.filter(request__state=RequestState.EXECUTED)
    locked = executed.filter(at__gte=F("request__ended_at"))
    theft = alarms.filter(kind=SignKind.THEFT).exclude(request__state=RequestState.EXECUTED)
    acts = TwoPersonAct.objects.filter(
        kind=TwoPersonKind.UNDO_REACHED, confirmed_at=None, dropped_at=None
    )
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
    )
