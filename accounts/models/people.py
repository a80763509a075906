"""Who signs in for an account, who is trusted in an emergency, who stands for the holder (A8, A12)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    GRAVE_EVENTS,
    MANDATE_ENDS,
    EmergencyPower,
    HolderEventKind,
    Judgement,
    RepresentativeKind,
    Role,
)
from accounts.models.accounts import CustomerAccount
from hosting.records.models import StoredFile


class EmergencyContact(models.Model):
    """A trusted person whom the holder named (A8). Nobody is written to in an emergency before he
    confirmed himself. Never edited: a change of powers is a new row and asks him again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="emergency_contacts")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    full_name = models.CharField(_("full name"), max_length=200)
    relation = models.CharField(_("who it is to you"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"))
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    powers = ArrayField(
        models.CharField(max_length=20, choices=EmergencyPower.choices),
        verbose_name=_("what this person may decide"),
        default=list,
        blank=True,
    )
    remark = models.TextField(_("what else was agreed"), blank=True)
    created_at = models.DateTimeField(_("named at"))
    invited_at = models.DateTimeField(_("invited at"))
    generation = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")
        ordering = ["order", "created_at"]
        constraints = [
            models.UniqueConstraint(
                "account",
                Lower("email"),
                condition=Q(ended_at__isnull=True),
                name="emergency_contact_once",
                violation_error_message=_("This person is an emergency contact already."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class Membership(models.Model):
    """Somebody who signs in for an account, and as what. It ends; it is never deleted."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=15, choices=Role.choices)
    emergency_contact = models.ForeignKey(
        EmergencyContact, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    representative = models.ForeignKey(
        "LegalRepresentative", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "user"],
                condition=Q(ended_at__isnull=True),
                name="one_membership_at_a_time",
                violation_error_message=_("This person has access to the account already."),
            ),
            models.CheckConstraint(
                condition=Q(emergency_contact__isnull=True) | Q(role=Role.EMERGENCY),
                name="emergency_membership_of_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(representative__isnull=True) | Q(role=Role.REPRESENTATIVE),
                name="membership_of_a_representative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    @property
    def joined(self) -> bool:
        """Whether he signed in since he was named; whom an emergency link let in has come already."""
        seen = self.user.last_login
        return self.role == Role.EMERGENCY or (seen is not None and seen >= self.created_at)

    @property
    def shown_name(self) -> str:
        """How the people of the account see him: until he has joined by his address alone, so that
        inviting an address tells nobody whose it is, or whether he has an account here."""
        return str(self.user) if self.joined else self.user.email


class HolderEventQuerySet(models.QuerySet["HolderEvent"]):
    def standing(self) -> "HolderEventQuerySet":
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at__isnull=True)

    def end_mandates(self) -> "HolderEventQuerySet":
        """A known death or guardianship, with which A8 and A9 end (A12)."""
        return self.standing().filter(kind__in=MANDATE_ENDS)

    def grave(self) -> "HolderEventQuerySet":
        """A known death, guardianship or liquidation (A12)."""
        return self.standing().filter(kind__in=GRAVE_EVENTS)


class HolderEvent(models.Model):
    """What is known to have happened to the holder. Death or guardianship ends A8 and A9; death,
    guardianship and liquidation block a decision (A12, K2)."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="events")
    kind = models.CharField(_("kind"), max_length=12, choices=HolderEventKind.choices)
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    source = models.TextField(_("how we know"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = HolderEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-recorded_at", "-id"]

    def __str__(self) -> str:
        return self.get_kind_display()


class LegalRepresentative(models.Model):
    """Somebody who says, with proof, that he stands for the holder (A12)."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="representatives")
    kind = models.CharField(_("kind"), max_length=12, choices=RepresentativeKind.choices)
    full_name = models.CharField(_("full name"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    proof = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proof")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    judgement = models.CharField(
        _("judgement"), max_length=10, choices=Judgement.choices, default=Judgement.PENDING
    )
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ending_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("legal representative")
        verbose_name_plural = _("legal representatives")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(judgement=Judgement.PENDING)
                | Q(judged_by__isnull=False, judged_at__isnull=False) & ~Q(reason=""),
                name="representative_judged_by_a_named_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.get_kind_display()})"
