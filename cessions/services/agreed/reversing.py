"""Within the lock two people put an executed agreed transfer back in one step (X5, X7)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from cessions import policies
from cessions.enums import AgreedLetterKind, AgreedState
from cessions.models import AgreedReversal, AgreedTransfer
from cessions.notifications import agreed as notify
from cessions.services import transfer_lock, two_people
from cessions.services.agreed import letters
from cessions.services.agreements import holder_addresses, lock_transfer
from cessions.services.guard import ActRefused, actor_of, require_staff
from cessions.services.handover import still_where_it_went
from cessions.services.reversal import give_back
from hosting.lib.factor import Factor
from hosting.records.services import journal


@transaction.atomic
def propose_reversal(
    pk: UUID, *, reason: str, by: User, now: datetime, factor: Factor | None
) -> AgreedReversal:
    """The first person: this transfer was a mistake or a fraud, and why. Raises ActRefused."""
    words, confirmed = two_people.as_first(by, reason, factor)
    transfer = _reversible(pk, now)
    two_people.require_none_waiting(transfer.reversals.all())
    act = AgreedReversal.objects.create(
        transfer=transfer, reason=words, proposed_by=by, proposed_at=now
    )
    _journal(act, "reversal_proposed", now, by, factor=str(confirmed))
    return act


@transaction.atomic
def confirm_reversal(
    act_id: int, *, by: User, now: datetime, factor: Factor | None
) -> AgreedTransfer:
    """The second person, a supervisor: the services go back to the former account at once, the lock
    ends, both sides get a letter and a mail. Raises ActRefused."""
    confirmed = two_people.as_second(by, factor)
    transfer = _reversible(_transfer_of(act_id), now)
    act = two_people.waiting(transfer.reversals.all(), act_id)
    two_people.confirm(act, by=by, now=now)
    _journal(act, "reversal_confirmed", now, by, factor=str(confirmed))
    _put_back(transfer, actor_of(by), now)
    return transfer


@transaction.atomic
def drop_reversal(act_id: int, *, by: User, now: datetime) -> None:
    """Take a proposal back, or turn it down. Raises ActRefused."""
    require_staff(by)
    transfer = lock_transfer(_transfer_of(act_id))
    act = two_people.waiting(transfer.reversals.all(), act_id)
    two_people.drop(act, now=now)
    _journal(act, "reversal_dropped", now, by)


def _transfer_of(act_id: int) -> UUID:
    return AgreedReversal.objects.values_list("transfer_id", flat=True).get(pk=act_id)


def _reversible(pk: UUID, now: datetime) -> AgreedTransfer:
    """The executed transfer and its services, locked, inside their lock. Raises ActRefused."""
    transfer = lock_transfer(pk)
    if not policies.agreed_may_move(transfer.state, AgreedState.REVERSED):
        raise ActRefused("state")
    if not transfer_lock.is_locked(transfer, now):
        raise ActRefused("late")
    still_where_it_went(transfer.hosted, transfer.number)
    return transfer


def _put_back(transfer: AgreedTransfer, actor: str, now: datetime) -> None:
    services = transfer.hosted
    give_back(transfer.number, services, to=transfer.account, now=now, actor=actor)
    transfer_lock.unlock(transfer, now)
    transfer.state = AgreedState.REVERSED
    transfer.save(update_fields=["state"])
    facts = {"number": transfer.number, "to": transfer.account_id}
    journal(transfer.stream, "agreed_reversed", at=now, actor=actor, **facts)
    letters.queue(transfer, AgreedLetterKind.REVERSED, services, now=now)
    notify.reversed_recipient(transfer, services, now=now)
    addresses = holder_addresses(transfer.account, now)
    notify.reversed_holder(transfer, services, addresses, now=now)


def _journal(act: AgreedReversal, event: str, now: datetime, by: User, **facts: str) -> None:
    number = act.transfer.number
    journal(
        act.transfer.stream,
        event,
        at=now,
        actor=actor_of(by),
        act=act.pk,
        number=number,
        **facts,
    )
