"""What the claimant hands in, accepts and answers (D, T6, N5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cessions.enums import DocumentKind, DocumentState, RefusalReason
from cessions.models.request import Filing, RequestedService
from hosting.records.models import StoredFile


class Document(models.Model):
    """One supporting document, accepted or refused on its own by a named person (D4)."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="documents")
    requested_service = models.ForeignKey(
        RequestedService,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        help_text=_("Empty: for all services of the request."),
    )
    kind = models.CharField(_("kind"), max_length=24, choices=DocumentKind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="documents")
    added_at = models.DateTimeField(_("added at"))
    state = models.CharField(
        _("state"), max_length=10, choices=DocumentState.choices, default=DocumentState.TO_REVIEW
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    refusal = models.CharField(
        _("refused as"), max_length=10, choices=RefusalReason.choices, blank=True
    )
    reason = models.TextField(_("reason"), blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    has_statement = models.BooleanField(_("carries a handwritten statement (P4)"), default=False)
    equivalent_for = models.CharField(
        _("accepted as equivalent of"), max_length=24, choices=DocumentKind.choices, blank=True
    )
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    next_read_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a machine looks at it next (D5).")
    )
    read_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_read_at"],
                name="document_to_read",
                condition=Q(next_read_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "refused"])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="document_judged_by_a_named_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (~Q(reason="") & ~Q(refusal="")),
                name="document_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Reading(models.Model):
    """What a machine read in a document, for the people who judge it: never a judgement (D5).

    `findings` is a `cessions.policies.findings.Findings` as JSON. Text and findings are personal
    content: they go with the document's bytes, the row stays (D7).
    """

    document = models.OneToOneField(Document, models.CASCADE, related_name="reading")
    at = models.DateTimeField(_("read at"))
    text = models.TextField(_("text"), blank=True)
    findings = models.JSONField(_("findings"), default=dict)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reading of a document")
        verbose_name_plural = _("readings of documents")

    def __str__(self) -> str:
        return f"{self.document} {self.at:%Y-%m-%d}"


class Consent(models.Model):
    """Which version of which notice the claimant accepted, and when (N5, X4)."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="consents")
    notice = models.SlugField(_("notice"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["filing", "notice", "version"], name="consent_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.version}"


class StaffQuestion(models.Model):
    """Staff ask the claimant for more; two reminders, then the request lapses (T6)."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    text = models.TextField(_("question"))
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True, blank=True)
    lapses_at = models.DateTimeField(_("lapses at"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question to the claimant")
        verbose_name_plural = _("questions to the claimant")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_step_at"],
                name="question_due",
                condition=Q(next_step_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.filing} {self.asked_at:%Y-%m-%d}"
