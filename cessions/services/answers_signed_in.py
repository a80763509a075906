"""An answer of somebody who signed in: the holder, his representative, an emergency contact (C10, C11).

The same lock and the same effects as an answer by a link (`signs`), so that it and an approval or an
execution come one after the other, never both (X2).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import EmergencyContact, User
from cessions.enums import SignJudgement, SignKind
from cessions.models import HolderSign, TransferRequest
from cessions.policies.blockers import AGREEMENT_WAIT
from cessions.services import reached, states
from cessions.services.refused import Refused
from cessions.services.signs import ANSWERS
from hosting.lib.dates import after
from hosting.records.services import journal

OF_A_CONTACT = (SignKind.OBJECTION, SignKind.THEFT)


class AnswerRefused(Refused):
    """The answer cannot be taken; the message says why, in the reader's language."""


@transaction.atomic
def answer_signed_in(
    request_id: int,
    kind: str,
    *,
    user: User,
    emergency_contact: EmergencyContact | None = None,
    now: datetime,
) -> HolderSign | None:
    """One of `signs.ANSWERS` about a request, given by `user` in the space; it takes effect at once.

    An emergency contact may object or say theft, as the holder; he cannot agree for him (C11). After a
    known death of the holder, the answer of anybody but his representative is as one through a former
    contact: it blocks until staff judge it (A12, C9). The
    caller has checked that `user` speaks for this account. Given twice, nothing more happens; an answer
    to a request that is over is None. Raises AnswerRefused, ValueError for another `kind`.
    """
    if kind not in ANSWERS:
        raise ValueError(f"not an answer: {kind}")
    if emergency_contact is not None:
        require_contact(emergency_contact, kind)
    request = states.lock(request_id)
    former = request.is_open and emergency_contact is None and _speaks_for_a_dead(user, request)
    before = _answered_before(request, kind, user, now)
    if before is not None or not reached.still_matters(request, kind, now):
        return before
    actor = f"user:{user.pk}"
    sign = HolderSign.objects.create(
        request=request,
        kind=kind,
        at=now,
        user=user,
        emergency_contact=emergency_contact,
        former_contact=former,
        judgement=SignJudgement.PENDING if former else SignJudgement.CONFIRMED,
    )
    journal(
        request.stream,
        "sign_of_life",
        at=now,
        actor=actor,
        request=request.number,
        sign=sign.pk,
        kind=str(kind),
        judgement=str(sign.judgement),
        former_contact=former,
        emergency_contact=str(emergency_contact.pk) if emergency_contact else None,
    )
    reached.take_effect(request, sign, now=now, actor=actor)
    return sign


def require_contact(contact: EmergencyContact, kind: str) -> None:
    """Raises AnswerRefused unless he is still an emergency contact, and may say this (A8, C11)."""
    if contact.confirmed_at is None or contact.ended_at is not None:
        raise AnswerRefused(_("You are no longer an emergency contact of this account."))
    if contact.account.events.end_mandates().exists():
        raise AnswerRefused(_("You are no longer an emergency contact of this account."))
    if kind not in OF_A_CONTACT:
        raise AnswerRefused(_("Only the holder himself can agree to a transfer."))


def _speaks_for_a_dead(user: User, request: TransferRequest) -> bool:
    account = request.holder
    mine = account.memberships.filter(user=user, ended_at__isnull=True, role=Role.REPRESENTATIVE)
    return reached.holder_is_dead(account) and not mine.exists()


def _answered_before(
    request: TransferRequest, kind: str, user: User, now: datetime
) -> HolderSign | None:
    """The same answer of the same person, while it holds: an undone one and a wait that is over do not."""
    signs = HolderSign.objects.filter(request=request, kind=kind, user=user)
    if request.run_from is not None and kind != SignKind.AGREEMENT and request.is_open:
        signs = signs.filter(at__gte=request.run_from)
    last = signs.exclude(judgement=SignJudgement.DISMISSED).order_by("-id").first()
    if last is None or kind != SignKind.AGREEMENT:
        return last
    waits = request.waits_until is not None and now < request.waits_until
    return last if waits and now < after(last.at, AGREEMENT_WAIT) else None
