"""How the holder is sought: attempts, what came of them, his answers (C)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import ContactKind
from accounts.models import ContactMethod, EmergencyContact, PlannedAbsence
from cessions.enums import OutcomeKind, SignJudgement, SignKind
from cessions.models.request import TransferRequest
from hosting.records.models import OutgoingMail


class ContactAttempt(models.Model):
    """One try to reach the holder. One row per case, local date and method (C5); never altered.

    An e-mail's outcomes are those of its mail; any other channel's are `outcomes`.
    """

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="attempts")
    at = models.DateTimeField(_("at"))
    local_date = models.DateField(_("local date"))
    channel = models.CharField(_("channel"), max_length=10, choices=ContactKind.choices)
    address = models.CharField(_("address"), max_length=300)
    contact_method = models.ForeignKey(
        ContactMethod, models.SET_NULL, null=True, blank=True, related_name="attempts"
    )
    text = models.TextField(_("words used"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    mail = models.OneToOneField(
        OutgoingMail, models.PROTECT, null=True, blank=True, related_name="attempt"
    )

    class Meta:
        verbose_name = _("contact attempt")
        verbose_name_plural = _("contact attempts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "local_date", "channel", "address"],
                name="one_attempt_per_case_date_and_method",
                violation_error_message=_("This method was used today already."),
            ),
            models.CheckConstraint(
                condition=Q(channel="email", mail__isnull=False) | Q(by__isnull=False),
                name="attempt_by_mail_or_a_named_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.local_date} {self.channel}"


class AttemptOutcome(models.Model):
    """What came of an attempt; rows are only ever added (C5)."""

    attempt = models.ForeignKey(ContactAttempt, models.PROTECT, related_name="outcomes")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("outcome"), max_length=16, choices=OutcomeKind.choices)
    text = models.CharField(_("remark"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("outcome of an attempt")
        verbose_name_plural = _("outcomes of attempts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_kind_display()


class AnswerLink(models.Model):
    """The private link of one recipient to the holder's answer page (C10)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="answer_links")
    address = models.CharField(_("address"), max_length=300)
    contact_method = models.ForeignKey(ContactMethod, models.SET_NULL, null=True, blank=True)
    emergency_contact = models.ForeignKey(
        EmergencyContact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answer_links",
        help_text=_("The recipient is an emergency contact, not the holder (C11)."),
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer link")
        verbose_name_plural = _("answer links")
        constraints = [
            models.UniqueConstraint(fields=["request", "address"], name="one_link_per_recipient")
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.address}"


class HolderSign(models.Model):
    """A sign of life of the holder (C9, C10), and what staff made of it."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="signs")
    kind = models.CharField(_("kind"), max_length=10, choices=SignKind.choices)
    at = models.DateTimeField(_("at"))
    link = models.ForeignKey(AnswerLink, models.PROTECT, null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who signed in, or answered when signed in (C9)."),
    )
    emergency_contact = models.ForeignKey(
        EmergencyContact, models.PROTECT, null=True, blank=True, related_name="+"
    )
    former_contact = models.BooleanField(_("through a former contact"), default=False)
    text = models.TextField(_("words"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    judgement = models.CharField(
        _("judgement"),
        max_length=10,
        choices=SignJudgement.choices,
        default=SignJudgement.CONFIRMED,
    )
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    judgement_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["request"],
                name="theft_not_seen_to",
                condition=Q(kind="theft", judged_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"


class AbsenceLift(models.Model):
    """An empowered emergency contact lets a request be decided during the holder's absence (C11)."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="absence_lifts")
    absence = models.ForeignKey(PlannedAbsence, models.PROTECT, related_name="+")
    emergency_contact = models.ForeignKey(EmergencyContact, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("lift of an absence")
        verbose_name_plural = _("lifts of absences")
        constraints = [
            models.UniqueConstraint(fields=["request", "absence"], name="absence_lifted_once")
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.absence}"
