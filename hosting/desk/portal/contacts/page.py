"""What the section shows: present contacts in their order, former ones, what each depends on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.enums import ContactKind
from accounts.models import ContactMethod, CustomerAccount
from accounts.policies import missing_ways, shown_contact
from cessions.policies import depends_on
from hosting.enums import ServiceKind, ServiceStatus
from hosting.lib.names import to_unicode

VERIFIED_HERE = (ContactKind.EMAIL, ContactKind.PHONE)


@dataclass(frozen=True)
class ContactLine:
    """A contact method as the holder sees it."""

    method: ContactMethod
    shown: str
    depends_on: str = ""
    """The domain of the same account in which the address lies, in U-label form (C6)."""
    still_tried: bool = False

    @property
    def can_be_verified(self) -> bool:
        """By a code (A3); other kinds are verified by staff."""
        return self.method.kind in VERIFIED_HERE


def contacts_context(account: CustomerAccount, now: datetime) -> dict[str, Any]:
    """The context of the list; `now` says which former contacts are still tried (A4, C6)."""
    current = list(account.contact_methods.current())
    former = account.contact_methods.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")
    usable = set(account.contact_methods.usable(now).values_list("pk", flat=True))
    domains = list(
        account.services.filter(kind=ServiceKind.DOMAIN)
        .exclude(status=ServiceStatus.TERMINATED)
        .values_list("name", flat=True)
    )
    return {
        "section": "contacts",
        "lines": [
            ContactLine(method, shown_of(method), depends_on=_domain_of(method, domains))
            for method in current
        ],
        "former": [
            ContactLine(method, shown_of(method), still_tried=method.pk in usable)
            for method in former
        ],
        "missing_ways": missing_ways(method.kind for method in current),
    }


def shown_of(method: ContactMethod) -> str:
    """A contact's value as people read it."""
    return shown_contact(method.kind, method.value)


def _domain_of(method: ContactMethod, domains: list[str]) -> str:
    """C6: the account's own domain on which an e-mail address depends, or ""."""
    if method.kind != ContactKind.EMAIL:
        return ""
    return next((to_unicode(name) for name in domains if depends_on(method.value, [name])), "")
