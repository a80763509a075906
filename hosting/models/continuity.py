"""Hosting goes on while a holder is silent: holds, renewals on behalf, emergencies (H1-H3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from hosting.enums import ClientChannel, HoldCause, RenewalChoice
from hosting.models.services import Service


class Emergency(models.Model):
    """A supervisor opened an emergency on an account with a power of attorney (H3, A9)."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="emergencies")
    facts = models.TextField(_("what happened"))
    holder_tried = models.TextField(_("how the holder was sought"))
    contacts_tried = models.TextField(_("what the emergency contacts said"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.TextField(_("how it ended"), blank=True)

    class Meta:
        verbose_name = _("emergency")
        verbose_name_plural = _("emergencies")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(closed_at__isnull=True),
                name="one_emergency_at_a_time",
                violation_error_message=_("An emergency is open on this account already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.opened_at:%Y-%m-%d}"


class EmergencyContacted(models.Model):
    """One contact with an end client during an emergency; rows are only ever added (H3)."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="contacted")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    client = models.CharField(_("who was contacted"), max_length=200)
    channel = models.CharField(_("how"), max_length=10, choices=ClientChannel.choices)
    said = models.TextField(_("what was said"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("contact with an end client")
        verbose_name_plural = _("contacts with end clients")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.client} {self.at:%Y-%m-%d}"


class ContinuityHold(models.Model):
    """No suspension and no deletion for non-payment while it runs (H2).

    `cause` and `source` (a request's number, an emergency's id) say what placed it. It runs from
    `started_at` to `ended_at`; `ends_at` is when the sweep ends it by itself, 60 days unless renewed.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="holds")
    cause = models.CharField(_("cause"), max_length=10, choices=HoldCause.choices)
    source = models.CharField(_("placed by"), max_length=30)
    started_at = models.DateTimeField(_("since"))
    ends_at = models.DateTimeField(_("at most until"))
    confirm_by = models.DateTimeField(_("to be confirmed until"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    renewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    renewed_at = models.DateTimeField(_("renewed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.TextField(_("why it ended"), blank=True)
    alarmed_72h_for = models.DateField(
        null=True, blank=True, help_text=_("The due date for which 72 hours were told.")
    )
    alarmed_24h_for = models.DateField(
        null=True, blank=True, help_text=_("The due date for which 24 hours were told.")
    )

    class Meta:
        verbose_name = _("continuity hold")
        verbose_name_plural = _("continuity holds")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "source"],
                condition=Q(ended_at__isnull=True),
                name="one_hold_per_service_and_source",
            )
        ]
        indexes = [
            models.Index(
                fields=["ends_at"], name="hold_running", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["service"], name="hold_of_service", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.source}"


class RenewalDecision(models.Model):
    """A due date inside a hold: renewed on behalf, or let go; one recorded decision each (H2)."""

    hold = models.ForeignKey(ContinuityHold, models.PROTECT, related_name="renewals")
    service = models.ForeignKey(Service, models.PROTECT, related_name="renewals")
    due_on = models.DateField(_("due date"))
    choice = models.CharField(_("decision"), max_length=10, choices=RenewalChoice.choices)
    new_due_on = models.DateField(_("new due date"), null=True, blank=True)
    charged_to_holder = models.BooleanField(_("charged to the holder"), default=False)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("renewal decision")
        verbose_name_plural = _("renewal decisions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "due_on"],
                name="one_decision_per_due_date",
                violation_error_message=_("This due date was decided on already."),
            ),
            models.CheckConstraint(
                condition=Q(charged_to_holder=False) | Q(choice=RenewalChoice.RENEW),
                name="only_a_renewal_is_charged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.due_on}"
