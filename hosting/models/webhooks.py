"""What outside systems are told, and whether they heard it (X4, H2)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hosting.models.services import ServiceEvent


class WebhookDelivery(models.Model):
    """One event for one endpoint of the setting WEBHOOKS. `id` stays the same on every try, so that
    a receiver can tell a repetition."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(ServiceEvent, models.PROTECT, related_name="deliveries")
    endpoint = models.CharField(_("endpoint"), max_length=40)
    queued_at = models.DateTimeField(_("queued at"))
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    answer = models.CharField(_("last answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-queued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="one_delivery_per_endpoint")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="webhook_due", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(
                fields=["endpoint", "given_up_at"],
                name="webhook_given_up",
                condition=Q(given_up_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.event_id}"
