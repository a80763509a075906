"""A holder who is here and willing hands services over himself: none of the clocks of K (X7)."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount, EmergencyContact
from cessions.enums import AgreedLetterKind, AgreedState, SignKind
from cessions.models.request import TransferRequest
from cessions.models.two_people import PENDING, TwoPeople, two_different
from hosting.models import Service
from hosting.records.models import StoredFile


class AgreedTransfer(models.Model):
    """What the holder (or A12's representative) proposes to one assignee, who accepts by a POST from
    his e-mail; then a hold of at least 24 h, execution, letters and lock (X7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="agreed_transfers")
    request = models.ForeignKey(
        TransferRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreed_transfers",
        help_text=_("The request to which the holder agreed (C10)."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AgreedState.choices, default=AgreedState.PROPOSED
    )
    full_name = models.CharField(_("full name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"))
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    country = models.CharField(_("country"), max_length=2, default="FR")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_as = models.CharField(_("as"), max_length=15)
    proposed_at = models.DateTimeField(_("proposed at"))
    generation = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(_("to be accepted until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    consents = models.JSONField(
        default=list, help_text=_("Notices that the assignee accepted: code, version, language.")
    )
    executes_at = models.DateTimeField(_("executes at"), null=True, blank=True)
    executed_at = models.DateTimeField(_("executed at"), null=True, blank=True)
    to_account = models.ForeignKey(
        CustomerAccount, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)

    class Meta:
        verbose_name = _("agreed transfer")
        verbose_name_plural = _("agreed transfers")
        ordering = ["-proposed_at"]
        indexes = [
            models.Index(fields=["executes_at"], name="agreed_due", condition=Q(state="accepted")),
            models.Index(
                fields=["expires_at"], name="agreed_expiry", condition=Q(state="proposed")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The journal of the transfer."""
        return f"agreed:{self.pk}"

    @property
    def hosted(self) -> list[Service]:
        """Its services, by id."""
        rows = self.services.select_related("service").order_by("service_id")
        return [row.service for row in rows]


class AgreedService(models.Model):
    """One service of an agreed transfer, and its lock after execution (X5)."""

    transfer = models.ForeignKey(AgreedTransfer, models.PROTECT, related_name="services")
    service = models.ForeignKey(Service, models.PROTECT, related_name="agreed")
    open = models.BooleanField(
        default=True, help_text=_("Whether the transfer is proposed or accepted.")
    )
    locked = DateTimeRangeField(_("locked"), null=True, blank=True)

    class Meta:
        verbose_name = _("service of an agreed transfer")
        verbose_name_plural = _("services of agreed transfers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "service"], name="agreed_service_once"),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(open=True),
                name="one_open_agreement_per_service",
                violation_error_message=_("This service is being handed over already."),
            ),
            ExclusionConstraint(
                name="no_agreement_inside_a_lock",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("locked", RangeOperators.OVERLAPS),
                ],
                condition=Q(locked__isnull=False),
                violation_error_message=_("This service is locked against a further transfer."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.service)


class AgreedReversal(TwoPeople):
    """Two people put an executed agreed transfer back within its lock (X5)."""

    transfer = models.ForeignKey(AgreedTransfer, models.PROTECT, related_name="reversals")

    class Meta:
        verbose_name = _("reversal of an agreed transfer")
        verbose_name_plural = _("reversals of agreed transfers")
        ordering = ["id"]
        constraints = [
            two_different("two_different_people_reverse"),
            models.UniqueConstraint(
                fields=["transfer"], condition=PENDING, name="one_reversal_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.transfer)


class AgreedSign(models.Model):
    """Somebody of the holder's side spoke against an agreed transfer, or signed in during its lock
    (X5, C11). Most stop or alarm at once; `seen_at` is when a supervisor took care of an alarm."""

    transfer = models.ForeignKey(AgreedTransfer, models.PROTECT, related_name="signs")
    kind = models.CharField(_("kind"), max_length=10, choices=SignKind.choices)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    emergency_contact = models.ForeignKey(
        EmergencyContact, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sign about an agreed transfer")
        verbose_name_plural = _("signs about agreed transfers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "kind", "user"], name="one_sign_of_a_kind_each"
            )
        ]
        indexes = [
            models.Index(
                fields=["transfer"], name="agreed_sign_unseen", condition=Q(seen_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.transfer} {self.get_kind_display()}"


class AgreedLetter(models.Model):
    """A PDF letter about an agreed transfer; made by a sweep afterwards (X5, X7)."""

    transfer = models.ForeignKey(AgreedTransfer, models.PROTECT, related_name="letters")
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=AgreedLetterKind.choices,
        default=AgreedLetterKind.EXECUTED,
    )
    to_holder = models.BooleanField()
    language = models.CharField(_("language"), max_length=5)
    context = models.JSONField(default=dict)
    queued_at = models.DateTimeField(_("queued at"))
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter about an agreed transfer")
        verbose_name_plural = _("letters about agreed transfers")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="agreed_letter_due",
                condition=Q(next_try_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.transfer} {self.language}"
