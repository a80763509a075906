"""Whether the holder can still be reached: codes, planned absences, check-ins, corrections (A11, L2)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Judgement
from accounts.models.accounts import ContactMethod, CustomerAccount


class ContactCode(models.Model):
    """A code that shows that a contact method is the holder's: sent to an address, or told to staff
    who call a number (A3). Sealed, because the page shows the one for the telephone."""

    method = models.ForeignKey(ContactMethod, models.CASCADE, related_name="codes")
    sealed = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code of a contact")
        verbose_name_plural = _("codes of contacts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.method_id} {self.made_at:%Y-%m-%d}"


class PlannedAbsence(models.Model):
    """The holder said beforehand that he would be away: silence is no sign meanwhile (A11, C11)."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="absences")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    told_at = models.DateTimeField(_("told at"))
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("planned absence")
        verbose_name_plural = _("planned absences")
        ordering = ["-from_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")),
                name="absence_ends_after_it_starts",
                violation_error_message=_("The end lies before the start."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_on} - {self.until_on}"


class CheckIn(models.Model):
    """The yearly question whether everything is still right (A11). One mail and two reminders, each
    spaced from the one before as it was really sent, so that an outage brings no burst."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="check_ins")
    opened_at = models.DateTimeField(_("asked at"))
    mails_sent = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed without an answer"), null=True, blank=True)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(confirmed_at__isnull=True, closed_at__isnull=True),
                name="one_check_in_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"],
                name="check_in_due",
                condition=Q(next_step_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.opened_at:%Y-%m-%d}"


class CorrectionRequest(models.Model):
    """The holder asks to correct who he is (L2). Names and numbers are evidence (D4): staff check
    the proof before the account changes."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="corrections")
    wanted = models.JSONField(_("wanted"), help_text=_("Fields of the identity and their values."))
    reason = models.TextField(_("why"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    judgement = models.CharField(
        _("judgement"), max_length=10, choices=Judgement.choices, default=Judgement.PENDING
    )
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(judgement=Judgement.PENDING),
                name="one_correction_at_a_time",
                violation_error_message=_("A correction waits for our check already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.asked_at:%Y-%m-%d}"
