"""The holder as he stands in a paper that he will sign: frozen with its draft (P2, A9)."""

from typing import Any

from accounts.enums import ContactKind
from accounts.models import CustomerAccount

HOLDER_FIELDS = (
    "full_name",
    "trade_name",
    "registration_kind",
    "registration_number",
    "street",
    "postal_code",
    "city",
    "country",
)


def transferor_of(account: CustomerAccount) -> dict[str, Any]:
    """Identity, address, e-mail addresses and telephones of the account as they are now."""
    reached: dict[str, list[str]] = {ContactKind.EMAIL: [], ContactKind.PHONE: []}
    for method in account.contact_methods.current().filter(kind__in=list(reached)):
        reached[method.kind].append(method.value)
    return {
        **{name: getattr(account, name) for name in HOLDER_FIELDS},
        "emails": reached[ContactKind.EMAIL],
        "telephones": reached[ContactKind.PHONE],
    }


def changed_since(frozen: dict[str, Any], account: CustomerAccount) -> list[str]:
    """Which fields of the holder differ from those that a draft froze."""
    return [
        name for name in HOLDER_FIELDS if name in frozen and frozen[name] != getattr(account, name)
    ]
