"""Users, customer accounts, and what is known of how to reach their holders (RULES A)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    AccountKind,
    ContactKind,
    IdentityField,
    NoteEffect,
    NoteKind,
    RegistrationKind,
)
from hosting.lib.rowhistory import kept_before_change
from hosting.lib.searchtext import search_column
from hosting.records.models import StoredFile

FORMER_CONTACT_USABLE = timedelta(days=365)  # A4: 12 months after the change


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """Somebody who signs in; his e-mail address is his name."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    _user_perm_cache: frozenset[str] = frozenset()
    """Rights come with groups alone: Django finds its answer here and asks no query for single ones."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("A user with this e-mail address exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()


@kept_before_change("account")
class CustomerAccount(models.Model):
    """A reseller or a direct client, and the identity of its holder (A1)."""

    number = models.CharField(_("account number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AccountKind.choices)
    trade_name = models.CharField(_("trade name"), max_length=200, blank=True)
    registration_kind = models.CharField(
        _("kind of number"), max_length=10, choices=RegistrationKind.choices, blank=True
    )
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    full_name = models.CharField(_("full name of the holder"), max_length=200)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="FR", help_text="ISO 3166-1")
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    created_at = models.DateTimeField(_("created at"))
    next_check_in_at = models.DateTimeField(
        _("next check-in"), null=True, blank=True, help_text=_("Empty: never asked (A11).")
    )
    search = search_column("number", "trade_name", "full_name", "registration_number")

    class Meta:
        verbose_name = _("customer account")
        verbose_name_plural = _("customer accounts")
        ordering = ["-id"]
        indexes = [
            GinIndex(fields=["search"], name="account_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["registration_number"], name="account_by_registration"),
            models.Index(
                fields=["next_check_in_at"],
                name="account_check_in_due",
                condition=Q(next_check_in_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.trade_name or self.full_name}"

    @property
    def stream(self) -> str:
        """The account's journal."""
        return f"account:{self.pk}"


class ContactMethodQuerySet(models.QuerySet["ContactMethod"]):
    def current(self) -> "ContactMethodQuerySet":
        return self.filter(ended_at__isnull=True)

    def usable(self, now: datetime) -> "ContactMethodQuerySet":
        """Present ones, and former ones within 12 months of the change (A4, C6)."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now - FORMER_CONTACT_USABLE))


class ContactMethod(models.Model):
    """One way to reach the holder: e-mail, telephone, or another (A2-A4). Never edited: a change
    ends this row and adds another, so that former ones stay usable for 12 months."""

    account = models.ForeignKey(
        CustomerAccount, models.CASCADE, related_name="contact_methods", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ContactKind.choices)
    value = models.CharField(_("address or number"), max_length=300)
    label = models.CharField(_("label"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    verified_at = models.DateTimeField(_("last verified"), null=True, blank=True)
    verified_how = models.CharField(_("how it was verified"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("former since"), null=True, blank=True)
    search = search_column("value")

    objects = ContactMethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact method")
        verbose_name_plural = _("contact methods")
        ordering = ["order", "id"]
        indexes = [
            GinIndex(fields=["search"], name="contact_search", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["search"], name="contact_by_start", opclasses=["text_pattern_ops"]
            ),
            models.Index(
                OpClass(Reverse("search"), name="text_pattern_ops"), name="contact_by_end"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "account",
                "kind",
                Lower("value"),
                condition=Q(ended_at__isnull=True),
                name="contact_method_once",
                violation_error_message=_("This contact method is on the account already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"


class FormerIdentity(models.Model):
    """A name or number the account had before (A4), for matching older invoices (D4)."""

    account = models.ForeignKey(CustomerAccount, models.CASCADE, related_name="former_identities")
    field = models.CharField(_("field"), max_length=20, choices=IdentityField.choices)
    value = models.CharField(_("value"), max_length=200)
    ended_at = models.DateTimeField(_("until"))
    search = search_column("value")

    class Meta:
        verbose_name = _("former identity")
        verbose_name_plural = _("former identities")
        indexes = [GinIndex(fields=["search"], name="former_search", opclasses=["gin_trgm_ops"])]
        ordering = ["-ended_at"]

    def __str__(self) -> str:
        return self.value


class InternalNote(models.Model):
    """Staff only, append-only (A5). The present effect is derived from the notes (A6)."""

    account = models.ForeignKey(
        CustomerAccount, models.PROTECT, related_name="notes", verbose_name=_("account")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("author"),
        help_text=_("Empty: written by the software."),
    )
    created_at = models.DateTimeField(_("written at"))
    kind = models.CharField(_("kind"), max_length=20, choices=NoteKind.choices)
    text = models.TextField(_("text"))
    content_hash = models.CharField(max_length=64, editable=False)
    attachment = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name=_("attachment")
    )
    pinned = models.BooleanField(_("pinned"), default=False)
    effect = models.CharField(
        _("effect"), max_length=20, choices=NoteEffect.choices, blank=True, default=NoteEffect.NONE
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-pinned", "-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d}"
