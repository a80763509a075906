"""Papers to be signed as the tests of their life need them."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import CustomerAccount, PowerOfAttorney
from accounts.services.papers import upload_signed
from accounts.services.transferor import transferor_of
from hosting.records.models import StoredFile
from hosting.records.services import store_made
from tests.factories import UserFactory

DRAFTED = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def a_file(name: str = "scan.pdf", **fields: Any) -> StoredFile:
    """A file with bytes, scanned clean unless `fields` say otherwise."""
    made = store_made(b"%PDF-1.7 x", name=name, content_type="application/pdf", now=DRAFTED)
    StoredFile.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made


def a_power(account: CustomerAccount, reference: str = "PA-2345678923") -> PowerOfAttorney:
    """A draft of 1 June."""
    return PowerOfAttorney.objects.create(
        account=account,
        reference=reference,
        language="en",
        context={"transferor": transferor_of(account)},
        drafted_at=DRAFTED,
        scopes=["contact_clients"],
        starts_on=DRAFTED.date(),
    )


def sent(paper: Any, *, identity: bool = False, scan: StoredFile | None = None) -> Any:
    """The signed copy of `paper` is there, to be checked."""
    copy = a_file("id.pdf") if identity else None
    file = scan or a_file()
    return upload_signed(paper, scan=file, identity_copy=copy, by=UserFactory(), now=DRAFTED)
