"""Seeking the holder longer than the minimum, and taking that back (C7)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from cessions.enums import RequestState
from cessions.models import PeriodExtension, TransferRequest
from cessions.policies.search import MAXIMUM_DATES
from cessions.services import states
from cessions.services.refused import Refused
from hosting.records.services import journal


class ExtensionRefused(Refused):
    """The period cannot be extended, or not be shortened; the message says why."""


@transaction.atomic
def extend_period(
    request_id: int, *, dates: int, reason: str, by: User, now: datetime
) -> PeriodExtension:
    """Seek the holder on `dates` more consecutive dates, for a `reason` (C7).

    Until execution; an approval ends by it, for its period is open again. The whole period comes to
    at most 30 dates. Raises ExtensionRefused.
    """
    if not reason.strip():
        raise ExtensionRefused(_("Please say why the holder should be sought longer."))
    request = states.lock(request_id)
    if not request.is_open or request.account_id is None:
        raise ExtensionRefused(_("Nobody is sought for this request any more."))
    _check_dates(request, dates)
    extension = PeriodExtension.objects.create(
        request=request, dates=dates, reason=reason.strip(), by=by, at=now
    )
    _journal(request, "period_extended", extension, by, now)
    _reopen(request, by, now)
    return extension


@transaction.atomic
def withdraw_extension(extension_id: int, *, by: User, now: datetime) -> None:
    """Take an extension back; the minimum of C1 always stays. Twice is as once."""
    found = PeriodExtension.objects.filter(pk=extension_id)
    request = states.lock(found.values_list("request_id", flat=True).get())
    extension = found.select_for_update(of=("self",)).get()
    if extension.withdrawn_at is None:
        extension.withdrawn_at, extension.withdrawn_by = now, by
        extension.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _journal(request, "period_extension_withdrawn", extension, by, now)


def _check_dates(request: TransferRequest, dates: int) -> None:
    in_force = request.extensions.filter(withdrawn_at=None).aggregate(sum=Sum("dates"))["sum"] or 0
    minimum = settings.CESSION_MINIMUM_ATTEMPT_DATES
    left = max(0, MAXIMUM_DATES - minimum - in_force)
    if not 1 <= dates <= left:
        message = _("The period can be extended by up to %(dates)d more dates.")
        raise ExtensionRefused(message % {"dates": left})


def _reopen(request: TransferRequest, by: User, now: datetime) -> None:
    approved = [s for s in states.open_services(request) if s.state == RequestState.APPROVED]
    if approved:
        states.move(
            request,
            approved,
            RequestState.RECEIVED,
            now=now,
            actor=f"user:{by.pk}",
            event="approval_ended_by_extension",
        )


def _journal(
    request: TransferRequest, event: str, extension: PeriodExtension, by: User, now: datetime
) -> None:
    journal(
        request.stream,
        event,
        at=now,
        actor=f"user:{by.pk}",
        request=request.number,
        extension=extension.pk,
        dates=extension.dates,
    )
