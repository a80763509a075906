"""The account that transferred services go to (X4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.enums import AccountKind, ContactKind
from accounts.models import ContactMethod, CustomerAccount
from accounts.services.contacts import add_contact
from accounts.services.identity import Identity, open_account
from cessions.enums import ConfirmedHow
from cessions.models import Filing
from cessions.services.methods import plain
from hosting.models import OwnershipPeriod


@dataclass(frozen=True)
class NewHolder:
    """Who gets services, as he gave himself or was named. `mailbox_proved`: he used the private link
    that was sent to `email`."""

    full_name: str
    organisation: str
    email: str
    telephone: str
    postal_address: str
    country: str
    language: str
    mailbox_proved: bool


def assignee_account(filing: Filing, *, now: datetime) -> CustomerAccount:
    """The claimant's account: the one of an earlier transfer of this very filing, else as for
    everybody who gets services."""
    old = filing.requests.values_list("account_id", flat=True)
    return _of_this_filing(filing) or account_for(claimant(filing), never=old, now=now)


def claimant(filing: Filing) -> NewHolder:
    """The claimant of a filing as the one who gets the services."""
    return NewHolder(
        full_name=filing.full_name,
        organisation=filing.organisation,
        email=filing.email,
        telephone=filing.telephone,
        postal_address=filing.postal_address,
        country=filing.country,
        language=filing.language,
        mailbox_proved=filing.confirmed_how == ConfirmedHow.LINK,
    )


def account_for(
    holder: NewHolder, *, never: Iterable[int | None], now: datetime
) -> CustomerAccount:
    """An account that is certainly his, else a new one as a direct client; none of `never` (ids), from
    which the services come."""
    return _certainly_his(holder, never) or _opened(holder, now)


def _of_this_filing(filing: Filing) -> CustomerAccount | None:
    numbers = list(filing.requests.values_list("number", flat=True))
    moved = OwnershipPeriod.objects.filter(reason__in=numbers, during__upper_inf=True)
    period = moved.select_related("account").order_by("pk").first()
    return period.account if period else None


def _certainly_his(holder: NewHolder, never: Iterable[int | None]) -> CustomerAccount | None:
    """An existing account is taken only where a mistake or a fraud is out of the question.

    He proved by the link that the mailbox is his; exactly one account has this address at present, it
    was verified there, and the account is a direct client of the same name. Services in a stranger's
    account would be worse than a second account of one person, which staff can join. The account that
    the services come from is never the one they go to.
    """
    if not holder.mailbox_proved:
        return None
    methods = ContactMethod.objects.current().filter(
        kind=ContactKind.EMAIL, value__iexact=holder.email
    )
    found = list(methods.select_related("account").order_by("pk")[:2])
    if len(found) != 1 or found[0].verified_at is None:
        return None
    account = found[0].account
    same_name = plain(account.full_name) == plain(holder.full_name)
    if account.kind != AccountKind.DIRECT or not same_name:
        return None
    return None if account.pk in set(never) else account


def _opened(holder: NewHolder, now: datetime) -> CustomerAccount:
    account = open_account(
        Identity(
            full_name=holder.full_name,
            kind=AccountKind.DIRECT,
            trade_name=holder.organisation,
            street=_street(holder.postal_address),
            country=holder.country,
            language=holder.language,
        ),
        now=now,
    )
    for kind, value in ((ContactKind.EMAIL, holder.email), (ContactKind.PHONE, holder.telephone)):
        if value:
            _add(account, kind, value, now)
    return account


def _add(account: CustomerAccount, kind: str, value: str, now: datetime) -> None:
    """A number that cannot be dialled is kept as another way, so that nothing typed is lost (A2)."""
    try:
        add_contact(account, kind=kind, value=value, now=now)
    except ValidationError:
        add_contact(account, kind=ContactKind.OTHER, value=value, now=now)


def _street(address: str) -> str:
    return ", ".join(line.strip() for line in address.splitlines() if line.strip())[:200]
