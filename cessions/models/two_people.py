"""What a first person proposes and a second one confirms (T7, X5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PENDING = Q(confirmed_at__isnull=True, dropped_at__isnull=True)


class TwoPeople(models.Model):
    """The columns of such an act: why, who proposed it, and who confirmed it, or that it was dropped."""

    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def two_different(name: str) -> models.CheckConstraint:
    """Nobody confirms what he proposed himself; `name` is the constraint's."""
    return models.CheckConstraint(
        condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
        name=name,
        violation_error_message=_("A second person must confirm."),
    )
