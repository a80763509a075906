"""Archives with the evidence of a case, for a third party (X6)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cessions.enums import ExportState
from cessions.models.request import Filing
from hosting.records.models import StoredFile


class CaseExport(models.Model):
    """Who took the evidence of a case out, why and when; a worker makes the archive.

    It holds identity documents, so that it is destroyed after some days. The row stays, with the
    archive's hash. `requested_by` is empty where a command wrote it: then there is no `file`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    filing = models.ForeignKey(
        Filing, models.PROTECT, related_name="exports", verbose_name=_("case")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    reason = models.TextField(_("for whom, and why"))
    language = models.CharField(
        _("language of the report"), max_length=5, choices=settings.LANGUAGES
    )
    asked_at = models.DateTimeField(_("asked for at"))
    state = models.CharField(
        _("state"), max_length=9, choices=ExportState.choices, default=ExportState.QUEUED
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    destroy_at = models.DateTimeField(_("to be destroyed at"), null=True, blank=True)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("archive of evidence")
        verbose_name_plural = _("archives of evidence")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="export_due", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(
                fields=["destroy_at"], name="export_over", condition=Q(destroy_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                condition=Q(state="queued"),
                name="one_export_of_a_case_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="export_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.filing} {self.asked_at:%Y-%m-%d}"
