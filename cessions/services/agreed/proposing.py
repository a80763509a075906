"""The holder proposes to hand services over: signed in, his identity confirmed again (X7)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import ContactMethod, CustomerAccount, User
from cessions.enums import OPEN_STATES, SignKind
from cessions.facts import provider_zone
from cessions.models import AgreedService, AgreedTransfer, RequestedService, TransferRequest
from cessions.notifications import agreed as notify
from cessions.policies.blockers import AGREEMENT_WAIT
from cessions.services import states
from cessions.services.agreements import (
    AgreedRefused,
    holder_addresses,
    lock_services,
    only_representative,
    open_request_ids,
    require_holder,
    why_not,
)
from cessions.services.answers_signed_in import answer_signed_in
from cessions.services.transfer_lock import in_lock
from hosting.enums import ServiceStatus
from hosting.lib.dates import after, local_date
from hosting.lib.factor import Factor
from hosting.models import Service
from hosting.records.services import journal


@dataclass(frozen=True)
class Recipient:
    """To whom the holder hands over, as he names him."""

    full_name: str
    email: str
    language: str
    organisation: str = ""
    telephone: str = ""
    postal_address: str = ""
    country: str = "FR"


def services_to_hand_over(
    account: CustomerAccount, now: datetime, request: TransferRequest | None = None
) -> QuerySet[Service]:
    """What the holder may choose from at `now`; with `request`, of its open services only."""
    busy = AgreedService.objects.filter(Q(open=True) | Q(locked__contains=now))
    asked = RequestedService.objects.filter(service__isnull=False)
    in_the_way = asked.filter(Q(state__in=OPEN_STATES) | in_lock(now))
    found = account.services.exclude(status=ServiceStatus.TERMINATED)
    found = found.exclude(pk__in=busy.values("service"))
    if request is not None:
        mine = asked.filter(request=request, state__in=OPEN_STATES)
        found = found.filter(pk__in=mine.values("service"))
        in_the_way = in_the_way.exclude(request=request)
    return found.exclude(pk__in=in_the_way.values("service")).order_by("name", "pk")


@transaction.atomic
def propose(
    account: CustomerAccount,
    services: Iterable[Service],
    recipient: Recipient | None,
    *,
    by: User,
    role: Role,
    factor: Factor | None,
    now: datetime,
    request: TransferRequest | None = None,
) -> AgreedTransfer:
    """`by`, who speaks as the holder, offers `services` of his account to one recipient, who has 14 days.

    With `request` (C10) the recipient is its claimant, whatever `recipient` says, and an agreement is
    recorded where none holds, so that the request waits. Every present and former mailbox of the
    holder learns of it: a stranger in his account does not go unseen. Raises AgreedRefused.
    """
    require_holder(role)
    if only_representative(account, role):
        raise AgreedRefused("representative")
    if factor is None:
        raise AgreedRefused("factor")
    chosen = [service.pk for service in services]
    if request is not None:
        recipient = _answered(account, request, by, now)
    if recipient is None or not recipient.email:
        raise AgreedRefused("no_address")
    _require_another(account, recipient)
    locked = lock_services(chosen)
    _require_free(account, locked, request, now)
    transfer = _created(account, locked, recipient, by, role, now, request)
    journal(
        transfer.stream,
        "agreed_proposed",
        at=now,
        actor=f"user:{by.pk}",
        number=transfer.number,
        role=str(role),
        factor=str(factor),
        services=[service.pk for service in locked],
        request=request.number if request else None,
    )
    facts = {"transfer": transfer.number, "role": str(role)}
    journal(account.stream, "agreed_proposed", at=now, actor=f"user:{by.pk}", **facts)
    notify.proposed(transfer, locked, now=now)
    notify.started(transfer, locked, holder_addresses(account, now), now=now)
    return transfer


def _answered(
    account: CustomerAccount, request: TransferRequest, by: User, now: datetime
) -> Recipient:
    """The claimant, after the holder's agreement to his request was recorded; the request is locked."""
    fresh = states.lock(request.pk)
    if fresh.account_id != account.pk or not fresh.is_open:
        raise AgreedRefused("request_over")
    if fresh.waits_until is None or fresh.waits_until <= now:
        answer_signed_in(fresh.pk, SignKind.AGREEMENT, user=by, now=now)
    filing = fresh.filing
    return Recipient(
        full_name=filing.full_name,
        email=filing.email,
        language=filing.language,
        organisation=filing.organisation,
        telephone=filing.telephone,
        postal_address=filing.postal_address,
        country=filing.country,
    )


def _require_another(account: CustomerAccount, recipient: Recipient) -> None:
    own = ContactMethod.objects.current().filter(account=account, value__iexact=recipient.email)
    if own.exists():
        raise AgreedRefused("own_address")


def _require_free(
    account: CustomerAccount,
    services: Sequence[Service],
    request: TransferRequest | None,
    now: datetime,
) -> None:
    code = why_not(account, services, now)
    if code:
        raise AgreedRefused(code)
    if AgreedService.objects.filter(service__in=services, open=True).exists():
        raise AgreedRefused("agreed_already")
    if set(open_request_ids(services)) - ({request.pk} if request else set()):
        raise AgreedRefused("open_request")
    if request is not None:
        asked = set(
            request.services.filter(state__in=OPEN_STATES).values_list("service_id", flat=True)
        )
        if not {service.pk for service in services} <= asked:
            raise AgreedRefused("no_service")


def _created(
    account: CustomerAccount,
    services: Sequence[Service],
    recipient: Recipient,
    by: User,
    role: Role,
    now: datetime,
    request: TransferRequest | None,
) -> AgreedTransfer:
    try:
        with transaction.atomic():
            transfer = AgreedTransfer.objects.create(
                number=_next_number(now),
                account=account,
                request=request,
                proposed_by=by,
                proposed_as=role,
                proposed_at=now,
                expires_at=after(now, AGREEMENT_WAIT),
                **asdict(recipient),
            )
            AgreedService.objects.bulk_create(
                AgreedService(transfer=transfer, service=service) for service in services
            )
    except IntegrityError as error:
        raise AgreedRefused("agreed_already") from error
    return transfer


def _next_number(now: datetime) -> str:
    """A<local year>-<six digits>; never twice, gaps are possible."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cessions_agreed_number')")
        (count,) = cursor.fetchone()
    return f"A{local_date(now, provider_zone()).year}-{count:06d}"
