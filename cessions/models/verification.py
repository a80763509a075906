"""How a claimant is verified, and what he and staff write to each other (V1, V2, A10)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cessions.enums import ChallengeKind, ChallengeState
from cessions.models.request import Filing, RequestedService
from hosting.records.models import OutgoingMail, StoredFile


class Challenge(models.Model):
    """One way to show the link with a service: a one-time code, few tries, an outcome (V2).

    The code is derived from `nonce` and the secret key, never stored. `target` is where it goes or
    where it is looked for: a name in the DNS, an address of a page, an e-mail address, a telephone
    number, a postal address. `source` says where staff found the target.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="challenges")
    requested_service = models.ForeignKey(
        RequestedService, models.PROTECT, related_name="challenges", verbose_name=_("service")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ChallengeKind.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=ChallengeState.choices, default=ChallengeState.OPEN
    )
    target = models.TextField(_("where"))
    source = models.TextField(_("where it was found"), blank=True)
    question = models.TextField(_("question"), blank=True)
    nonce = models.CharField(max_length=32)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Empty: the claimant began it himself."""
    asked_at = models.DateTimeField(_("begun at"))
    expires_at = models.DateTimeField(_("expires at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tries_allowed = models.PositiveSmallIntegerField(_("tries allowed"))
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    seen = models.TextField(_("what was seen at the last try"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Empty: a machine saw the code itself."""
    outcome_note = models.TextField(_("remark"), blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+")
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("verification of the claimant")
        verbose_name_plural = _("verifications of claimants")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["requested_service", "kind"],
                condition=Q(state="open") & ~Q(kind="question"),
                name="one_open_challenge_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="challenge_ended_with_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=models.F("tries_allowed")), name="challenge_tries_limited"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="challenge_expiry", condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class CaseMessage(models.Model):
    """A message between claimant and staff; it lives in the case (A10).

    `by` is the member of staff who wrote it, empty: the claimant. `template` is the code of the
    words staff began from. The text is personal content: it can be erased (L2), its hash stays.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="messages")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("message"))
    sha256 = models.CharField("SHA-256", max_length=64)
    template = models.SlugField(_("template"), max_length=40, blank=True)
    seen_at = models.DateTimeField(_("read at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message in a case")
        verbose_name_plural = _("messages in cases")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["filing"],
                name="message_unread",
                condition=Q(by__isnull=True, seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.filing} {self.at:%Y-%m-%d}"


class LegalHold(models.Model):
    """A supervisor keeps the evidence of a case beyond its time, with a reason (D7)."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="legal_holds")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    at = models.DateTimeField(_("set at"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_because = models.TextField(_("why it was lifted"), blank=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                condition=Q(lifted_at__isnull=True),
                name="one_legal_hold_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="legal_hold_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.filing} {self.at:%Y-%m-%d}"
