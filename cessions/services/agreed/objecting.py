"""Somebody of the holder's side speaks against an agreed transfer (X7, C11).

Before it takes effect, it is stopped at once; during the lock the supervisors are alarmed (X5).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.enums import HOLDER_ROLES, Role
from accounts.models import EmergencyContact, User
from cessions.enums import AgreedState, SignKind
from cessions.models import AgreedSign, AgreedTransfer
from cessions.notifications import alarm
from cessions.services import states
from cessions.services.agreements import (
    AGAINST,
    OBJECTED,
    OPEN,
    AgreedRefused,
    end,
    lock_transfer,
)
from cessions.services.answers_signed_in import answer_signed_in, require_contact
from cessions.services.guard import actor_of, require_staff
from cessions.services.transfer_lock import is_locked
from hosting.records.services import journal

OBJECTING = (*HOLDER_ROLES, Role.EMERGENCY)


@transaction.atomic
def object_to(
    pk: UUID,
    kind: str,
    *,
    by: User,
    role: Role,
    emergency_contact: EmergencyContact | None = None,
    now: datetime,
) -> AgreedTransfer:
    """An owner, the representative or an emergency contact objects, or says that it is theft.

    Nothing more is asked: to stop must be easy. Where it belongs to an open request, it answers that
    one, too (C10). Twice is as once, and what came to nothing already stays so. The caller has checked
    that `by` has this role in the account. Raises AgreedRefused for another role and after the lock,
    AnswerRefused for a contact who is none any more, ValueError for another `kind`.
    """
    if kind not in AGAINST:
        raise ValueError(f"no objection: {kind}")
    _require_speaker(role, emergency_contact, kind)
    request_id = AgreedTransfer.objects.values_list("request_id", flat=True).get(pk=pk)
    if request_id is not None and states.lock(request_id).is_open:
        answer_signed_in(request_id, kind, user=by, emergency_contact=emergency_contact, now=now)
    transfer = lock_transfer(pk)
    if transfer.state not in OPEN and not is_locked(transfer, now):
        if transfer.state == AgreedState.EXECUTED:
            raise AgreedRefused("late")
        return transfer
    if _recorded(transfer, kind, by, emergency_contact, now):
        _take_effect(transfer, kind, by, now)
    return transfer


@transaction.atomic
def holder_signed_in(pk: UUID, user: User, now: datetime) -> bool:
    """`user`, of the former holder's account, signed in during the lock: the supervisors are alarmed,
    once for each person (X5). Whoever proposed it is known to be here: his own sign-in says nothing.
    """
    transfer = lock_transfer(pk)
    if transfer.proposed_by_id == user.pk or not is_locked(transfer, now):
        return False
    fresh = _recorded(transfer, SignKind.SIGN_IN, user, None, now)
    if fresh:
        alarm.sign_in_the_lock(transfer, now=now)
    return fresh


@transaction.atomic
def acknowledge_alarm(sign_id: int, *, by: User, now: datetime) -> None:
    """`by` has seen the alarm and takes care of it; it leaves the list. Raises ActRefused."""
    require_staff(by)
    lock_transfer(AgreedSign.objects.values_list("transfer_id", flat=True).get(pk=sign_id))
    sign = AgreedSign.objects.select_related("transfer").get(pk=sign_id)
    if sign.seen_at is None:
        sign.seen_by, sign.seen_at = by, now
        sign.save(update_fields=["seen_by", "seen_at"])
        facts = {"sign": sign.pk, "kind": str(sign.kind)}
        journal(sign.transfer.stream, "alarm_acknowledged", at=now, actor=actor_of(by), **facts)


def _require_speaker(role: Role, contact: EmergencyContact | None, kind: str) -> None:
    if role not in OBJECTING or (role == Role.EMERGENCY and contact is None):
        raise AgreedRefused("role")
    if contact is not None:
        require_contact(contact, kind)


def _recorded(
    transfer: AgreedTransfer,
    kind: str,
    by: User,
    contact: EmergencyContact | None,
    now: datetime,
) -> bool:
    """Keep the sign; False where the same person said the same before."""
    sign, fresh = AgreedSign.objects.get_or_create(
        transfer=transfer, kind=kind, user=by, defaults={"at": now, "emergency_contact": contact}
    )
    if fresh:
        journal(
            transfer.stream,
            "sign_of_life",
            at=now,
            actor=actor_of(by),
            sign=sign.pk,
            kind=str(kind),
            emergency_contact=str(contact.pk) if contact else None,
        )
    return fresh


def _take_effect(transfer: AgreedTransfer, kind: str, by: User, now: datetime) -> None:
    running = transfer.state in OPEN
    if running:
        end(transfer, AgreedState.STOPPED, now=now, actor=actor_of(by), reason=OBJECTED)
    if kind == SignKind.THEFT:
        alarm.theft_agreed(transfer, now=now)
    elif not running:
        alarm.sign_in_the_lock(transfer, now=now)
