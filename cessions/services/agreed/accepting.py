"""The recipient's answer, by a POST from the page behind his private link (X7)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from cessions import policies
from cessions.enums import AgreedState, ConsentCode
from cessions.models import AgreedTransfer
from cessions.notifications import agreed as notify
from cessions.services.agreements import (
    AgreedRefused,
    end,
    holder_addresses,
    lock_transfer,
    require_way,
)
from hosting.models import Notice
from hosting.records.services import journal

ASSIGNEE = "assignee"


@transaction.atomic
def accept(pk: UUID, notices: Iterable[Notice], *, now: datetime) -> AgreedTransfer:
    """He read terms and effects and accepts; the hold of at least 24 hours begins (X4, X7).

    The version of each notice is kept. Both sides learn when it takes effect, and the holder how to
    stop it. Twice is as once. Raises AgreedRefused when it is over, or a notice is missing.
    """
    transfer = lock_transfer(pk)
    if transfer.state == AgreedState.ACCEPTED:
        return transfer
    require_way(transfer, AgreedState.ACCEPTED)
    if transfer.expires_at <= now:
        raise AgreedRefused("over")
    read = list(notices)
    if {notice.code for notice in read} != set(ConsentCode.values):
        raise AgreedRefused("notices")
    transfer.state, transfer.accepted_at = AgreedState.ACCEPTED, now
    transfer.executes_at = policies.executes_at(now, _hold_hours(transfer, now))
    transfer.consents = [
        {"notice": n.code, "version": n.version, "language": n.language} for n in read
    ]
    transfer.save(update_fields=["state", "accepted_at", "executes_at", "consents"])
    versions = {notice.code: notice.version for notice in read}
    journal(transfer.stream, "agreed_accepted", at=now, actor=ASSIGNEE, versions=versions)
    services = transfer.hosted
    notify.accepted(transfer, services, now=now)
    addresses = holder_addresses(transfer.account, now)
    notify.accepted_holder(transfer, services, addresses, now=now)
    return transfer


def _hold_hours(transfer: AgreedTransfer, now: datetime) -> int:
    """Longer while the proposer's access is new: who got into an account unseen is not to empty it before
    its holder has heard of both (X7)."""
    access = transfer.account.memberships.filter(user=transfer.proposed_by, ended_at__isnull=True)
    since = access.values_list("created_at", flat=True).first()
    return policies.agreed_hold_hours(since, now, settings.CESSION_AGREED_HOLD_HOURS)


@transaction.atomic
def decline(pk: UUID, *, now: datetime) -> AgreedTransfer:
    """He does not want the services; until they are his he can still say so. Twice is as once.

    Raises AgreedRefused when it is over otherwise.
    """
    transfer = lock_transfer(pk)
    if transfer.state == AgreedState.DECLINED:
        return transfer
    end(transfer, AgreedState.DECLINED, now=now, actor=ASSIGNEE)
    return transfer
