"""The private answer link of each recipient (C10): one per case and address, never stored."""

from collections.abc import Collection
from datetime import datetime

from cessions.models import AnswerLink
from cessions.services.methods import Method

LinkKey = tuple[int, str]


def links_for(wanted: Collection[tuple[int, Method]], now: datetime) -> dict[LinkKey, AnswerLink]:
    """The link of each (request id, method), made where it is missing; in two or three queries."""
    keys = {(request_id, method.address.lower()): method for request_id, method in wanted}
    found = _existing(keys)
    missing = [
        AnswerLink(
            request_id=request_id,
            address=address,
            contact_method_id=method.contact_method_id,
            emergency_contact_id=method.emergency_contact_id,
            created_at=now,
        )
        for (request_id, address), method in keys.items()
        if (request_id, address) not in found
    ]
    if missing:
        AnswerLink.objects.bulk_create(missing, ignore_conflicts=True)
        found = _existing(keys)
    return found


def _existing(keys: Collection[LinkKey]) -> dict[LinkKey, AnswerLink]:
    links = AnswerLink.objects.filter(request_id__in={request_id for request_id, _ in keys})
    return {(link.request_id, link.address): link for link in links}
