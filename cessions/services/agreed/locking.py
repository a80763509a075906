"""Taking an agreed transfer for one's own, and what stands in its way.

The order of locks is the same for every verb: requests, the transfer, its services (X2).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import HOLDER_ROLES, Role
from accounts.models import CustomerAccount, User
from cessions.enums import OPEN_STATES, AgreedState
from cessions.models import AgreedService, AgreedTransfer, RequestedService
from cessions.services.refused import Refused
from hosting.enums import ServiceStatus
from hosting.models import Service

OPEN = (AgreedState.PROPOSED, AgreedState.ACCEPTED)


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


def services_of(transfer: AgreedTransfer) -> list[Service]:
    """The services of a transfer, by id."""
    rows = AgreedService.objects.filter(transfer=transfer).select_related("service")
    return [row.service for row in rows.order_by("service_id")]


def why_not(account: CustomerAccount, services: Iterable[Service], now: datetime) -> str:
    """The code of what keeps these locked services from leaving `account` at `now`; "" for nothing."""
    chosen = list(services)
    if not chosen or any(service.account_id != account.pk for service in chosen):
        return "no_service"
    if any(service.status == ServiceStatus.TERMINATED for service in chosen):
        return "terminated"
    inside = Q(service__in=chosen, locked__contains=now)
    asked, agreed = RequestedService.objects.filter(inside), AgreedService.objects.filter(inside)
    return "locked" if asked.exists() or agreed.exists() else ""


def open_request_ids(services: Iterable[Service]) -> list[int]:
    """The ids of the open requests in which one of `services` is still open, in their order."""
    rows = RequestedService.objects.filter(
        service__in=list(services), state__in=OPEN_STATES, request__isnull=False
    )
    return sorted({pk for pk in rows.values_list("request_id", flat=True) if pk is not None})
