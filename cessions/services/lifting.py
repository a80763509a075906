"""An emergency contact lets a request be decided although the holder announced an absence (C11, A8)."""

from datetime import datetime

from django.db import transaction

from accounts.enums import EmergencyPower
from cessions import standing
from cessions.facts import provider_zone
from cessions.models import AbsenceLift, AnswerLink
from cessions.services import states
from cessions.snapshot import AbsenceRow, RequestRow, case_of_request
from hosting.records.services import journal


def liftable(link: AnswerLink, now: datetime) -> list[AbsenceRow]:
    """The absences that who holds `link` may lift at `now`, and nobody lifted yet (C11)."""
    contact = link.emergency_contact
    if contact is None or not link.request.is_open:
        return []
    if EmergencyPower.LIFT_ABSENCE not in contact.powers:
        return []
    row = _row(link)
    if contact.pk not in {each.id for each in standing.trusted_at(row.account, now)}:
        return []
    lifted = {lift.absence_id for lift in row.lifts}
    return [a for a in standing.absences_at(row, now, provider_zone()) if a.id not in lifted]


@transaction.atomic
def lift_absence(link: AnswerLink, now: datetime) -> bool:
    """Let the request of `link` be decided despite the announced absences; whether there was one.

    The request goes on otherwise: nothing is approved by this (C11). Pressing twice changes nothing
    more; without the power (A8), or once the request is over, nothing is lifted.
    """
    link.request = states.lock(link.request_id)
    contact, absences = link.emergency_contact, liftable(link, now)
    if contact is None:
        return False
    for absence in absences:
        AbsenceLift.objects.create(
            request=link.request, absence_id=absence.id, emergency_contact=contact, at=now
        )
        journal(
            link.request.stream,
            "absence_lifted",
            at=now,
            actor=f"emergency_contact:{contact.pk}",
            request=link.request.number,
            absence=absence.id,
        )
    return bool(absences)


def _row(link: AnswerLink) -> RequestRow:
    return case_of_request(link.request_id).request(link.request_id)
