"""A courtesy intervention from the first backup to the client's word on it (I1-I13)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import InternalNote
from hosting.records.models import OutgoingMail, StoredFile
from interventions.enums import LIVE_STATES, Answer, InterventionState, T0How, T1How
from interventions.models.sites import Site, SiteBackup, SiteRestore
from interventions.models.tickets import Ticket


class Intervention(models.Model):
    """Free work on a client's site; `state` is written by `services.states` alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="interventions")
    site = models.ForeignKey(Site, models.PROTECT, related_name="interventions")
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=InterventionState.choices,
        default=InterventionState.OPEN,
    )
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="interventions",
        verbose_name=_("technician"),
    )
    areas = models.JSONField(_("areas to check"), default=list, blank=True)
    backup = models.OneToOneField(
        SiteBackup, models.PROTECT, null=True, blank=True, related_name="intervention"
    )
    restore = models.OneToOneField(
        SiteRestore, models.PROTECT, null=True, blank=True, related_name="intervention"
    )
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    report = models.TextField(_("what was done"), blank=True)
    request_mail = models.ForeignKey(
        OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+"
    )
    t0_at = models.DateTimeField(_("T0"), null=True, blank=True)
    t0_how = models.CharField(_("T0 by"), max_length=10, choices=T0How.choices, blank=True)
    next_probe_at = models.DateTimeField(null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_late = models.BooleanField(_("answered late"), default=False)
    checked_areas = models.JSONField(_("areas found well"), default=list, blank=True)
    remark = models.TextField(_("what the client says"), blank=True)
    told_mail = models.ForeignKey(
        OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+"
    )
    t1_at = models.DateTimeField(_("T1"), null=True, blank=True)
    t1_how = models.CharField(_("T1 by"), max_length=10, choices=T1How.choices, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_reason = models.TextField(_("why it was cancelled"), blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(backup__isnull=False),
                name="started_with_a_backup",
            ),
            models.CheckConstraint(
                condition=Q(t0_at__isnull=True) | Q(ended_at__isnull=False),
                name="t0_after_the_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"], name="intervention_live", condition=Q(state__in=LIVE_STATES)
            ),
            models.Index(fields=["-opened_at", "-id"], name="intervention_newest"),
            models.Index(
                fields=["next_step_at"],
                name="intervention_due",
                condition=Q(next_step_at__isnull=False),
            ),
            models.Index(
                fields=["next_probe_at"],
                name="intervention_probe_due",
                condition=Q(next_probe_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Probe(models.Model):
    """How one of the client's pages looked before the work, or after it."""

    intervention = models.ForeignKey(Intervention, models.CASCADE, related_name="probes")
    after = models.BooleanField(_("after the work"))
    url = models.URLField(_("page"), max_length=500)
    at = models.DateTimeField(_("at"))
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    broken_links = models.JSONField(_("broken links"), default=list, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    screenshot = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = _("look at a page")
        verbose_name_plural = _("looks at pages")
        ordering = ["url", "after"]
        constraints = [
            models.UniqueConstraint(fields=["intervention", "after", "url"], name="probe_once")
        ]

    def __str__(self) -> str:
        return self.url


class Complaint(models.Model):
    """A defect the client blames us for afterwards; staff may revoke on it, he may contest (I13)."""

    intervention = models.ForeignKey(Intervention, models.PROTECT, related_name="complaints")
    made_at = models.DateTimeField(_("made at"))
    text = models.TextField(_("what the client says"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    note = models.OneToOneField(
        InternalNote, models.PROTECT, null=True, blank=True, related_name="complaint"
    )

    class Meta:
        verbose_name = _("later complaint")
        verbose_name_plural = _("later complaints")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.intervention} {self.made_at:%Y-%m-%d}"


class Contest(models.Model):
    """A client contests that his account is not eligible; a supervisor answers (I13, I14)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(InternalNote, models.PROTECT, related_name="contests")
    text = models.TextField(_("why"))
    made_at = models.DateTimeField(_("made at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["note"],
                condition=Q(answered_at__isnull=True),
                name="one_open_contest",
                violation_error_message=_("You have contested this already; we will answer you."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.note} {self.made_at:%Y-%m-%d}"
