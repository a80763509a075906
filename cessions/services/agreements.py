"""The row of an agreed transfer: taken for one's own, what stands in its way, its end (X7).

Below the verbs of `agreed`, so that an answer to a request can end one, too. The order of locks is the
same for every verb: requests, the transfer, its services (X2).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.enums import HOLDER_ROLES, Role
from accounts.models import CustomerAccount, User
from cessions import policies
from cessions.enums import OPEN_STATES, AgreedState, SignKind
from cessions.models import AgreedTransfer, RequestedService, TransferRequest
from cessions.notifications import agreed as notify
from cessions.services.methods import Reader, methods_of
from cessions.services.refused import Refused
from cessions.services.transfer_lock import locked_services
from hosting.enums import ServiceStatus
from hosting.models import Service
from hosting.records.services import journal

OPEN = (AgreedState.PROPOSED, AgreedState.ACCEPTED)
AGAINST = (SignKind.OBJECTION, SignKind.THEFT)
OBJECTED = gettext_noop("An objection was made on the side of the holder.")


class AgreedRefused(Refused):
    """Nothing was done. `code` is for programs, `str()` for the reader."""

    WORDS = {
        "role": _("Only the holder of the account, or his legal representative, can do this."),
        "representative": _(
            "We know of an event after which only the legal representative acts for this account. "
            "Please call us."
        ),
        "factor": _("This act needs your password or code, given with the act itself."),
        "no_service": _("Please choose at least one service of this account."),
        "terminated": _("One of these services is terminated."),
        "locked": _("One of these services was transferred lately and is still locked."),
        "agreed_already": _("One of these services is being handed over already."),
        "open_request": _(
            "Somebody else asks for one of these services: please answer the open request first."
        ),
        "request_over": _("This request is over."),
        "no_address": _(
            "We have no e-mail address of the person who asked. Please call us: we arrange it with you."
        ),
        "own_address": _(
            "This is an address of your own account. Please give the one of your client."
        ),
        "over": _("This agreed transfer is over, or was changed meanwhile. Please look again."),
        "late": _("The lock is over: what was handed over can no longer be put back here."),
        "notices": _("The text has changed meanwhile. Please read it again."),
        "reason": _("Please give a reason: both sides read it."),
    }

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(self.WORDS[self.code])


def require_holder(role: str) -> None:
    """Raises AgreedRefused unless `role` speaks as the holder (X7, A12)."""
    if role not in HOLDER_ROLES:
        raise AgreedRefused("role")


def only_representative(account: CustomerAccount, role: str) -> bool:
    """Whether a known death, guardianship or liquidation leaves the account to the representative,
    and `role` is not he (A12)."""
    return role != Role.REPRESENTATIVE and bool(account.events.grave().exists())


def still_speaks(user: User, account: CustomerAccount) -> bool:
    """Whether `user` still signs in for the account as its holder or representative (X7, A12)."""
    running = account.memberships.filter(user=user, ended_at__isnull=True, role__in=HOLDER_ROLES)
    return bool(running.exists())


def lock_transfer(pk: UUID) -> AgreedTransfer:
    """The transfer, its row locked to the end of the transaction. Raises AgreedTransfer.DoesNotExist."""
    return AgreedTransfer.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_services(pks: Iterable[int]) -> list[Service]:
    """The services as they are now, locked in the order of their ids."""
    rows = Service.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(pks))
    return list(rows.order_by("pk"))


def why_not(account: CustomerAccount, services: Iterable[Service], now: datetime) -> str:
    """The code of what keeps these locked services from leaving `account` at `now`; "" for nothing."""
    chosen = list(services)
    if not chosen or any(service.account_id != account.pk for service in chosen):
        return "no_service"
    if any(service.status == ServiceStatus.TERMINATED for service in chosen):
        return "terminated"
    return "locked" if locked_services(chosen, now) else ""


def open_request_ids(services: Iterable[Service]) -> list[int]:
    """The ids of the open requests in which one of `services` is still open, in the order in which they
    are locked: those of one filing after each other."""
    rows = RequestedService.objects.filter(
        service__in=list(services), state__in=OPEN_STATES, request__isnull=False
    )
    found = rows.values_list("filing_id", "request_id").distinct()
    return [pk for _filing, pk in sorted(found) if pk is not None]


def require_way(transfer: AgreedTransfer, to: AgreedState) -> None:
    """Raises AgreedRefused unless the locked transfer may go on to `to`."""
    if not policies.agreed_may_move(transfer.state, to):
        raise AgreedRefused("over")


def holder_addresses(account: CustomerAccount, now: datetime) -> list[str]:
    """Every present and former mailbox of the holder (A4, X3, X7): a stranger who got into the account
    and replaced its addresses does not act unseen."""
    methods = methods_of([account], now)[account.pk]
    return [
        method.address
        for method in methods
        if method.sendable and method.reader is not Reader.TRUSTED
    ]


def end(
    transfer: AgreedTransfer, state: AgreedState, *, now: datetime, actor: str, reason: str = ""
) -> None:
    """Write the end of a locked transfer that moves nothing, and tell both sides. `reason` is a text
    that both read, or empty. Its services are free again. Raises AgreedRefused."""
    require_way(transfer, state)
    transfer.state, transfer.ended_at, transfer.end_reason = state, now, reason
    transfer.save(update_fields=["state", "ended_at", "end_reason"])
    transfer.services.update(open=False)
    journal(transfer.stream, f"agreed_{state}", at=now, actor=actor, number=transfer.number)
    services = transfer.hosted
    notify.ended(transfer, services, now=now)
    notify.ended_holder(transfer, services, holder_addresses(transfer.account, now), now=now)


def stop_objected(
    request: TransferRequest, kind: str, *, sign: int, now: datetime, actor: str
) -> None:
    """What an answer to the locked `request` says against running agreed transfers takes effect at once
    (C10, X7).

    An objection to somebody else's request is no word against a transfer that the holder wants; a theft
    always is, for then somebody in his account may be the thief. An answer through a former contact
    stops it as well: the holder can propose anew, what was moved is harder to get back.
    """
    if kind not in AGAINST or request.account_id is None:
        return
    running = AgreedTransfer.objects.filter(state__in=OPEN, account=request.account_id)
    if kind == SignKind.OBJECTION:
        running = running.filter(request=request)
    asked = request.services.filter(service__isnull=False).values("service")
    concerned = running.filter(services__service__in=asked).values_list("pk", flat=True)
    for pk in sorted(set(concerned)):
        transfer = lock_transfer(pk)
        if transfer.state in OPEN:
            facts = {"kind": str(kind), "request": request.number, "sign": sign}
            journal(transfer.stream, "agreed_objection", at=now, actor=actor, **facts)
            end(transfer, AgreedState.STOPPED, now=now, actor=actor, reason=OBJECTED)
