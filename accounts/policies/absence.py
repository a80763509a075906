"""What an announced absence may be (A11). Pure: the caller brings the local date."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = timedelta(days=365)

Period = tuple[date, date]
"""The first and the last date of an absence, both included."""


def refuse_absence(wanted: Period, others: Iterable[Period], today: date) -> None:
    """Raises ValidationError, at the field it concerns, for a period that cannot be announced.

    It must not lie in the past (`today` is the provider's local date), ends on or after its first
    date, lasts a year at most, and overlaps none of `others`, the ones announced already.
    """
    from_on, until_on = wanted
    if from_on < today:
        raise ValidationError({"from_on": _("An absence is announced beforehand: from today on.")})
    if until_on < from_on:
        raise ValidationError({"until_on": _("The end lies before the start.")})
    if until_on - from_on > LONGEST:
        raise ValidationError(
            {
                "until_on": _(
                    "An absence is announced for a year at most; you can add another later."
                )
            }
        )
    if any(first <= until_on and from_on <= last for first, last in others):
        raise ValidationError(
            _(
                "You announced an absence for some of these days already. Please take it back first."
            ),
            code="overlap",
        )
