"""The filing a claimant makes, and the requests per account that it becomes on reception (T1-T7)."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from cessions.enums import (
    OPEN_STATES,
    ConfirmedHow,
    EventKind,
    FilingOrigin,
    FilingState,
    RequestState,
)
from hosting.enums import ServiceKind
from hosting.lib.names import to_unicode
from hosting.models import Service


class Filing(models.Model):
    """What one claimant files and follows: one number, one status page (T1, T5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("case number"), max_length=20, unique=True, null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=FilingState.choices, default=FilingState.DRAFT
    )
    origin = models.CharField(
        _("came by"), max_length=10, choices=FilingOrigin.choices, default=FilingOrigin.FORM
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    country = models.CharField(_("country"), max_length=2, default="FR")
    is_registered_owner = models.BooleanField(_("is the registered owner"), null=True, blank=True)
    silent_since = models.DateField(_("silent since"), null=True, blank=True)
    already_tried = models.TextField(_("what was tried already"), blank=True)
    event = models.CharField(
        _("event, if known"), max_length=12, choices=EventKind.choices, default=EventKind.UNKNOWN
    )
    event_details = models.TextField(_("what is known of it"), blank=True)
    created_at = models.DateTimeField(_("begun at"))
    submitted_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("draft kept until"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_anew_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="entered_anew_as"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_how = models.CharField(
        _("confirmed how"), max_length=10, choices=ConfirmedHow.choices, blank=True
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    link_generation = models.PositiveSmallIntegerField(default=0)
    email_domain_since = models.DateField(
        _("e-mail domain registered on"),
        null=True,
        blank=True,
        help_text=_("By the registry (V4)."),
    )
    email_domain_due_at = models.DateTimeField(null=True, blank=True)
    destroy_identity_at = models.DateTimeField(
        _("identity documents go at"), null=True, blank=True, help_text=_("After its end (D7).")
    )
    identity_destroyed_at = models.DateTimeField(
        _("identity documents destroyed at"), null=True, blank=True
    )
    erase_at = models.DateTimeField(
        _("file goes at"), null=True, blank=True, help_text=_("Years after its end (L1).")
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["destroy_identity_at"],
                name="filing_identity_due",
                condition=Q(destroy_identity_at__isnull=False),
            ),
            models.Index(
                fields=["email_domain_due_at"],
                name="filing_domain_due",
                condition=Q(email_domain_due_at__isnull=False),
            ),
            models.Index(
                fields=["erase_at"], name="filing_file_due", condition=Q(erase_at__isnull=False)
            ),
            models.Index(
                fields=["expires_at"], name="filing_expiry", condition=Q(expires_at__isnull=False)
            ),
            models.Index(fields=["email"], name="filing_by_email"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)

    @property
    def stream(self) -> str:
        """The filing's journal; its requests write into the same one."""
        return f"case:{self.pk}"


class RequestQuerySet(models.QuerySet["TransferRequest"]):
    def open(self) -> "RequestQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def due_for_attempt(self, now: datetime) -> "RequestQuerySet":
        return self.filter(next_attempt_at__lte=now)


class TransferRequest(models.Model):
    """The part of a filing that concerns one account (or none that is here, T4), from reception on.

    `state` sums up the states of its services and is written with them in one place.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="requests")
    number = models.CharField(_("number"), max_length=24, unique=True)
    account = models.ForeignKey(
        CustomerAccount,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfer_requests",
        verbose_name=_("account"),
    )
    state = models.CharField(
        _("state"), max_length=14, choices=RequestState.choices, default=RequestState.RECEIVED
    )
    received_at = models.DateTimeField(_("received at"))
    first_attempt_due_at = models.DateTimeField(_("first attempt due at"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    run_from = models.DateTimeField(
        _("new run from"), null=True, blank=True, help_text=_("Attempts before it do not count.")
    )
    waits_until = models.DateTimeField(
        _("waits for an agreed transfer until"), null=True, blank=True
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    advice = models.TextField(
        _("advice taken"), blank=True, help_text=_("On a death, guardianship or liquidation (A12).")
    )
    advice_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    advice_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_requests",
        verbose_name=_("assigned to"),
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer request")
        verbose_name_plural = _("transfer requests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "account"],
                name="one_request_per_account",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="request_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                fields=["received_at"],
                name="request_open",
                condition=Q(state__in=["received", "approved"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def holder(self) -> CustomerAccount:
        """The account that is spoken of. Raises ValueError for names that are not here (T4)."""
        if self.account is None:
            raise ValueError(f"{self.number} speaks of no account")
        return self.account

    @property
    def stream(self) -> str:
        """The journal of the filing."""
        return f"case:{self.filing_id}"


class RequestedService(models.Model):
    """One service of a filing: as typed, and the service it is, if it is here (T4, T7)."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="services")
    request = models.ForeignKey(
        TransferRequest, models.PROTECT, null=True, blank=True, related_name="services"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ServiceKind.choices)
    name = models.CharField(_("name"), max_length=253)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="requests"
    )
    state = models.CharField(
        _("state"), max_length=14, choices=RequestState.choices, default=RequestState.RECEIVED
    )
    locked = DateTimeRangeField(_("locked"), null=True, blank=True)

    class Meta:
        verbose_name = _("requested service")
        verbose_name_plural = _("requested services")
        ordering = ["id"]
        indexes = [models.Index(fields=["name"], name="requested_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["filing", "kind", "name"], name="service_named_once"),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(state="approved"),
                name="one_approval_per_service",
                violation_error_message=_("Another request for this service is approved already."),
            ),
            ExclusionConstraint(
                name="no_transfer_inside_a_lock",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("locked", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="executed"),
                violation_error_message=_("This service is locked against a further transfer."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return to_unicode(self.name)


class PeriodExtension(models.Model):
    """Staff want to seek the holder longer (C7)."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="extensions")
    dates = models.PositiveSmallIntegerField(_("further dates"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("extension of the period")
        verbose_name_plural = _("extensions of the period")
        constraints = [
            models.CheckConstraint(
                condition=Q(dates__gte=1, dates__lte=30), name="extension_up_to_30_dates"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} +{self.dates}"


class CaseComment(models.Model):
    """A remark of staff on a case; never shown outside."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("comment"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.author} {self.at:%Y-%m-%d}"
