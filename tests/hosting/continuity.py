"""What the tests of continuity share."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.enums import PaperState, PowerScope
from accounts.models import CustomerAccount, PowerOfAttorney
from hosting.enums import HoldCause
from hosting.models import ContinuityHold, Service
from hosting.records.models import StoredFile
from hosting.services import place_hold
from tests.factories import LONG_AGO, UserFactory

TUESDAY = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
CASE = "T2026-000001-1"


def held(service: Service, *, now: datetime = TUESDAY, source: str = CASE) -> ContinuityHold:
    """A hold that a request placed."""
    return place_hold(service, cause=HoldCause.REQUEST, source=source, now=now)


def power(account: CustomerAccount, *scopes: str, **fields: Any) -> PowerOfAttorney:
    """An accepted power of attorney; without scopes, one for contacting the end clients."""
    scan = StoredFile.objects.create(
        sha256="0" * 64,
        size=1,
        content_type="application/pdf",
        original_name="power.pdf",
        storage_name=f"power-{account.pk}-{PowerOfAttorney.objects.count()}",
        stored_at=LONG_AGO,
    )
    given = {
        "state": PaperState.ACCEPTED,
        "starts_on": date(2026, 1, 1),
        "scopes": list(scopes) or [PowerScope.CONTACT_CLIENTS],
        "reference": f"P-{account.pk}-{PowerOfAttorney.objects.count()}",
        "language": "fr",
        "drafted_at": LONG_AGO,
        "scan": scan,
        "judged_by": UserFactory(support=True),
        "judged_at": LONG_AGO,
        "accepted_at": LONG_AGO,
        "signed_on": date(2026, 1, 1),
    }
    return PowerOfAttorney.objects.create(account=account, **given | fields)


def days(number: float) -> timedelta:
    return timedelta(days=number)
