"""What the page of an account shows, read in a handful of queries whatever the account holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.enums import ContactKind
from accounts.models import ContactMethod, CustomerAccount, InternalNote
from accounts.policies import REQUIRED_WAYS, NoteFacts, eligibility, missing_ways, shown_contact
from accounts.services import FIELDS
from accounts.services.memberships import members_of
from hosting.admin.history import changes
from hosting.lib.admin import first
from hosting.models import Service
from hosting.panels import ACCOUNT_PANELS
from hosting.policies import owner_is_reseller
from hosting.records.services import openable
from hosting.services import owner_of

SHOWN = 50


@dataclass(frozen=True)
class ContactLine:
    """A contact method as it is shown."""

    method: ContactMethod
    shown: str


@dataclass(frozen=True)
class ServiceLine:
    """A service, and whether its registered owner is the reseller himself (S3)."""

    service: Service
    own: bool


def account_page(account: CustomerAccount, now: datetime) -> dict[str, Any]:
    """The context of the page; `now` says which former contacts are still usable (A4)."""
    methods = list(account.contact_methods.all())
    current = [method for method in methods if method.ended_at is None]
    usable = set(account.contact_methods.usable(now).values_list("pk", flat=True))
    services, more_services = _services(account, current)
    ownership = account.ownership.select_related("service").order_by("-during")
    periods, more_periods = first(ownership, SHOWN)
    return {
        "contacts": [_line(method) for method in current],
        "alternatives": [_line(m) for m in current if m.kind not in REQUIRED_WAYS],
        "former_contacts": [_line(method) for method in methods if method.ended_at is not None],
        "usable": usable,
        "missing": [ContactKind(way).label for way in missing_ways(m.kind for m in current)],
        "former_identities": list(account.former_identities.all()[:SHOWN]),
        "services": services,
        "more_services": more_services,
        "flagged": [line for line in services if line.own],
        "periods": periods,
        "more_periods": more_periods,
        "changes": changes(account, FIELDS),
        "people": members_of(account),
        "panels": [make(account) for make in ACCOUNT_PANELS],
        **_notes(account),
    }


def _line(method: ContactMethod) -> ContactLine:
    return ContactLine(method, shown_contact(method.kind, method.value))


def _services(
    account: CustomerAccount, current: list[ContactMethod]
) -> tuple[list[ServiceLine], bool]:
    rows = account.services.select_related("plan", "registration").order_by("-id")
    shown, more = first(rows, SHOWN)
    emails = [method.value for method in current if method.kind == ContactKind.EMAIL]
    return [ServiceLine(service, is_own(service, account, emails)) for service in shown], more


def is_own(service: Service, account: CustomerAccount, emails: list[str]) -> bool:
    """S3: a reseller's domain that is registered to himself; a direct client may own his."""
    registration = getattr(service, "registration", None)
    if registration is None or account.kind != "reseller":
        return False
    names = (account.trade_name, account.full_name)
    return owner_is_reseller(owner_of(registration), names=names, emails=emails)


def _notes(account: CustomerAccount) -> dict[str, Any]:
    """Notes that stand, pinned ones first; what they replaced; their effect (A5, A6)."""
    rows = list(
        InternalNote.objects.filter(account=account)
        .select_related("author", "attachment")
        .order_by("-pinned", "-created_at", "-id")
    )
    replaced = {note.supersedes_id for note in rows}
    facts = [NoteFacts(n.pk, n.created_at, n.effect, n.supersedes_id) for n in rows]
    return {
        "notes": [note for note in rows if note.pk not in replaced],
        "openable": {note.pk for note in rows if note.attachment and openable(note.attachment)},
        "replaced_notes": [note for note in rows if note.pk in replaced],
        "eligibility": eligibility(facts),
    }
