"""Who decided what, when it takes effect, and the letters that tell of it (X)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cessions.enums import DecisionKind, DecisionState, LetterKind, TwoPersonKind
from cessions.models.request import Filing, RequestedService, TransferRequest
from cessions.models.two_people import PENDING, TwoPeople, two_different
from hosting.records.models import StoredFile


class Decision(models.Model):
    """A recommendation and what became of it; it names the services it covers (T7, X1)."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="decisions")
    services = models.ManyToManyField(RequestedService, related_name="decisions")
    kind = models.CharField(_("kind"), max_length=10, choices=DecisionKind.choices)
    state = models.CharField(_("state"), max_length=12, choices=DecisionState.choices)
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recommended_at = models.DateTimeField(null=True, blank=True)
    recommendation = models.TextField(_("why"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    executes_at = models.DateTimeField(_("executes at"), null=True, blank=True)
    executed_at = models.DateTimeField(_("executed at"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)
    contested_at = models.DateTimeField(null=True, blank=True)
    contest_text = models.TextField(blank=True)
    contest_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    contest_decided_at = models.DateTimeField(null=True, blank=True)
    contest_upheld = models.BooleanField(null=True, blank=True)
    contest_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="approval")
                | Q(decided_by__isnull=True)
                | Q(recommended_by__isnull=False) & ~Q(recommended_by=F("decided_by")),
                name="approval_takes_two_people",
                violation_error_message=_("A second person must approve."),
            ),
            models.CheckConstraint(
                condition=Q(contest_decided_by__isnull=True)
                | ~Q(contest_decided_by=F("decided_by")),
                name="contest_goes_to_another_person",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state="recommended"),
                name="one_recommendation_at_a_time",
                violation_error_message=_("A recommendation is waiting already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["executes_at"], name="decision_due", condition=Q(state="approved")
            ),
            models.Index(
                fields=["contested_at"],
                name="contest_waiting",
                condition=Q(contested_at__isnull=False, contest_decided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"


class TwoPersonAct(TwoPeople):
    """An act of two people on a request (T7, X5)."""

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="two_person_acts")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=14, choices=TwoPersonKind.choices)

    class Meta:
        verbose_name = _("act of two people")
        verbose_name_plural = _("acts of two people")
        ordering = ["id"]
        constraints = [
            two_different("two_different_people"),
            models.UniqueConstraint(
                fields=["request", "kind"], condition=PENDING, name="one_proposal_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"


class Letter(models.Model):
    """A PDF letter; the row is written with the act, the file by a sweep afterwards (X5)."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="letters")
    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="letters")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=LetterKind.choices)
    language = models.CharField(_("language"), max_length=5)
    context = models.JSONField(default=dict)
    queued_at = models.DateTimeField(_("queued at"))
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="letter_due", condition=Q(next_try_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"
