"""Papers that the holder signs: one lifecycle for transfer contracts (P3) and powers of attorney (A9)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import PaperState, PowerScope
from accounts.models.accounts import CustomerAccount, InternalNote
from hosting.records.models import StoredFile


class SignedPaper(models.Model):
    """Drafted from the account's data, signed by hand or electronically, sent back, checked by staff.

    `context` is what the draft says, frozen; `reference` stands on every page and in its code.
    """

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="%(class)ss")
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=PaperState.choices, default=PaperState.DRAFTED
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    context = models.JSONField(default=dict)
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    draft = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed copy"),
    )
    identity_copy = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("copy of the identity document"),
    )
    uploaded_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    code_read = models.CharField(
        _("code read from the scan"), max_length=20, blank=True, default=""
    )
    signatures = models.JSONField(
        _("electronic signatures"),
        null=True,
        blank=True,
        help_text=_("Empty: not looked at yet. A list: what was found."),
    )
    identity_findings = models.JSONField(
        _("read in the identity copy"),
        null=True,
        blank=True,
        help_text=_("Empty: not looked at yet, or destroyed with it."),
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    identity_valid_until = models.DateField(_("identity valid until"), null=True, blank=True)
    identity_accepted = models.BooleanField(default=False)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.ForeignKey(InternalNote, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                name="%(class)s_to_check",
                condition=Q(state=PaperState.UPLOADED),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[PaperState.ACCEPTED, PaperState.REFUSED])
                | Q(judged_by__isnull=False, judged_at__isnull=False, scan__isnull=False),
                name="%(class)s_judged_by_a_named_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.ACCEPTED)
                | Q(accepted_at__isnull=False, signed_on__isnull=False),
                name="%(class)s_accepted_with_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.REFUSED) | ~Q(reason=""),
                name="%(class)s_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(state=PaperState.ENDED) & Q(ended_at__isnull=False))
                | (~Q(state=PaperState.ENDED) & Q(ended_at__isnull=True)),
                name="%(class)s_ended_with_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PowerOfAttorney(SignedPaper):
    """The holder lets the provider turn to his end clients in an emergency (A9)."""

    scopes = ArrayField(
        models.CharField(max_length=20, choices=PowerScope.choices), verbose_name=_("scope")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta(SignedPaper.Meta):
        verbose_name = _("power of attorney")
        verbose_name_plural = _("powers of attorney")
        constraints = [
            *SignedPaper.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="power_ends_after_it_starts",
                violation_error_message=_("The end lies before the start."),
            ),
        ]
