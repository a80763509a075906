"""Opening an account and changing who its holder is; former names are kept (A1, A4)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.enums import AccountKind, IdentityField, RegistrationKind
from accounts.models import CustomerAccount, FormerIdentity
from accounts.policies import country_code, registration_number
from accounts.services.contacts import add_contact
from hosting.records.services import journal
from hosting.records.services.journal import SYSTEM


@dataclass(frozen=True)
class Identity:
    """Who the holder of an account is (A1)."""

    full_name: str
    kind: str = AccountKind.DIRECT
    trade_name: str = ""
    registration_kind: str = RegistrationKind.NONE
    registration_number: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "FR"
    language: str = settings.LANGUAGE_CODE

    def checked(self) -> "Identity":
        """The same with single spaces, the country and the number checked. Raises ValidationError."""
        plain = replace(
            self, **{name: " ".join(str(v).split()) for name, v in asdict(self).items()}
        )
        errors: dict[str, list[str]] = {}
        if not plain.full_name:
            errors["full_name"] = [_("Please give the holder's full name.")]
        try:
            plain = replace(plain, country=country_code(plain.country))
            number = registration_number(
                plain.registration_kind, plain.registration_number, plain.country
            )
            plain = replace(plain, registration_number=number)
        except ValidationError as error:
            field = "country" if error.code == "country" else "registration_number"
            errors[field] = error.messages
        if errors:
            raise ValidationError(errors)
        return plain


FIELDS = tuple(Identity.__dataclass_fields__)


def identity_of(account: CustomerAccount) -> Identity:
    """The account's present identity as a value."""
    return Identity(**{name: getattr(account, name) for name in FIELDS})


@transaction.atomic
def open_account(
    identity: Identity,
    *,
    now: datetime,
    actor: str = SYSTEM,
    number: str = "",
    contacts: Iterable[tuple[str, str]] = (),
) -> CustomerAccount:
    """Open an account (A1); without a number it gets the next free one.

    `contacts` are pairs of kind and value, in order. Raises ValidationError; nothing is written then.
    """
    account = CustomerAccount(
        number=number.strip().upper() or next_number(), created_at=now, **asdict(identity.checked())
    )
    account.full_clean()
    account.save(force_insert=True)
    journal(account.stream, "account.opened", at=now, actor=actor, account=account.pk)
    for kind, value in contacts:
        add_contact(account, kind=kind, value=value, now=now, actor=actor)
    return account


@transaction.atomic
def change_identity(
    account: CustomerAccount, identity: Identity, *, now: datetime, actor: str = SYSTEM
) -> CustomerAccount:
    """Write a new identity. Trade name, registration number and full name that it replaces are kept
    as former ones (A4). Raises ValidationError."""
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    before, after = identity_of(account), identity.checked()
    changed = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return account
    FormerIdentity.objects.bulk_create(
        FormerIdentity(account=account, field=name, value=getattr(before, name), ended_at=now)
        for name in changed
        if name in IdentityField.values and getattr(before, name)
    )
    for name in changed:
        setattr(account, name, getattr(after, name))
    account.full_clean()
    account.save(update_fields=changed)
    journal(account.stream, "account.identity_changed", at=now, actor=actor, fields=changed)
    return account


def next_number() -> str:
    """The next account number that is free: C and at least six digits."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('accounts_number')")
            number = f"C{cursor.fetchone()[0]:06d}"
        if not CustomerAccount.objects.filter(number=number).exists():
            return number
