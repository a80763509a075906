"""Accepted papers as the tests of the overview need them."""

from datetime import date
from hashlib import sha256
from typing import Any

from accounts.enums import PaperState
from accounts.models import CustomerAccount, PowerOfAttorney
from cessions.models import Assignee, TransferContract
from cessions.policies.readiness import TRANSFEROR_FIELDS
from hosting.models import Service
from hosting.records.models import StoredFile
from tests.factories import LONG_AGO, UserFactory

SIGNED = date(2026, 5, 1)


def accepted(account: CustomerAccount, reference: str) -> dict[str, Any]:
    """What an accepted paper has, whatever kind it is."""
    return {
        "account": account,
        "reference": reference,
        "state": PaperState.ACCEPTED,
        "language": "en",
        "drafted_at": LONG_AGO,
        "scan": a_file(reference),
        "signed_on": SIGNED,
        "judged_by": UserFactory(support=True),
        "judged_at": LONG_AGO,
        "accepted_at": LONG_AGO,
    }


def contract_for(service: Service, **fields: Any) -> TransferContract:
    """An accepted contract for `service`, its assignee listed, made of the account's present data."""
    account = service.account
    assignee = Assignee.objects.create(
        account=account,
        full_name="Alix Martin",
        emails=["alix@bakery.example"],
        created_at=LONG_AGO,
    )
    assignee.services.add(service)
    context = {
        "transferor": {name: getattr(account, name) for name in TRANSFEROR_FIELDS},
        "assignee": {"full_name": assignee.full_name, "organisation": ""},
    }
    words = {**accepted(account, f"C-{service.pk}"), "context": context, **fields}
    contract = TransferContract.objects.create(assignee=assignee, **words)
    contract.services.add(service)
    return contract


def power_for(account: CustomerAccount, **fields: Any) -> PowerOfAttorney:
    """An accepted power of attorney that runs since long ago."""
    words = {**accepted(account, f"P-{account.pk}"), "starts_on": LONG_AGO.date(), **fields}
    return PowerOfAttorney.objects.create(scopes=["contact_clients"], **words)


def a_file(name: str) -> StoredFile:
    """The row of a scan; its bytes are not asked for here."""
    return StoredFile.objects.create(
        storage_name=f"tests/{name}",
        original_name=f"{name}.pdf",
        content_type="application/pdf",
        size=3,
        sha256=sha256(name.encode()).hexdigest(),
        scan_state="clean",
        stored_at=LONG_AGO,
    )
