"""Plans, services, domain registrations, and who owned what when (RULES S)."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from hosting.enums import PlanKind, ServiceKind, ServiceStatus
from hosting.lib.names import to_unicode
from hosting.lib.rowhistory import kept_before_change
from hosting.lib.searchtext import search_column


class Plan(models.Model):
    """What a hosting plan includes, and who does what (S4)."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=PlanKind.choices)
    responsibilities = models.JSONField(
        _("who does what"),
        default=dict,
        help_text=_("backups, updates, repair, restore: provider or client"),
    )
    automatic_backups = models.BooleanField(_("automatic backups"), default=False)
    backup_retention_days = models.PositiveSmallIntegerField(_("backups kept, days"), default=0)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@kept_before_change("service")
class Service(models.Model):
    """What an account pays for: a domain name, web hosting, or another kind (S1)."""

    account = models.ForeignKey(
        CustomerAccount, models.PROTECT, related_name="services", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ServiceKind.choices)
    name = models.CharField(_("name"), max_length=253, help_text=_("A-label form for domains."))
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="services", verbose_name=_("plan")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ServiceStatus.choices, default=ServiceStatus.ACTIVE
    )
    due_on = models.DateField(_("due date"), null=True, blank=True)
    paid_until = models.DateField(_("paid until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    unicode_name = models.CharField(max_length=253, blank=True, editable=False)
    search = search_column("name", "unicode_name")

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                condition=~Q(status=ServiceStatus.TERMINATED),
                name="service_once",
                violation_error_message=_("A service of this kind and name exists already."),
            )
        ]
        indexes = [
            models.Index(fields=["name"], name="service_by_name"),
            GinIndex(fields=["search"], name="service_search", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["search"], name="service_by_start", opclasses=["text_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.display_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new service is found by the U-label form of its name, too (S2); names never change."""
        if self._state.adding:
            self.unicode_name = self.searched_name
        super().save(*args, **kwargs)

    @property
    def searched_name(self) -> str:
        """The U-label form where it differs from the stored name; for those who write in bulk."""
        return "" if self.display_name == self.name else self.display_name

    @property
    def display_name(self) -> str:
        """The name in U-label form (S2)."""
        return to_unicode(self.name)


class TopLevelDomain(models.Model):
    """Registrar locks per top-level domain, as data (S2)."""

    name = models.CharField(_("name"), max_length=63, unique=True)
    lock_days_after_transfer = models.PositiveSmallIntegerField(
        _("registrar lock after a transfer, days"), default=0
    )
    registry_procedure_url = models.URLField(_("the registry's own procedure"), blank=True)

    class Meta:
        verbose_name = _("top-level domain")
        verbose_name_plural = _("top-level domains")
        ordering = ["name"]

    def __str__(self) -> str:
        return f".{self.name}"


@kept_before_change("registration")
class DomainRegistration(models.Model):
    """Registered owner and technical contact of a domain service (S2, S3)."""

    service = models.OneToOneField(Service, models.CASCADE, related_name="registration")
    owner_name = models.CharField(_("registered owner"), max_length=200, blank=True)
    owner_organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    owner_email = models.EmailField(_("e-mail of the owner"), blank=True)
    owner_address = models.TextField(_("address of the owner"), blank=True)
    technical_contact = models.CharField(_("technical contact"), max_length=200, blank=True)
    registrar_locked_until = models.DateField(_("registrar lock until"), null=True, blank=True)
    owner_changed_at = models.DateTimeField(_("owner changed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("domain registration")
        verbose_name_plural = _("domain registrations")

    def __str__(self) -> str:
        return self.owner_organisation or self.owner_name


class OwnershipPeriod(models.Model):
    """Which account owned a service from when to when; the database refuses overlaps (S5)."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="ownership")
    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="ownership")
    during = DateTimeRangeField(_("during"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ownership period")
        verbose_name_plural = _("ownership history")
        ordering = ["service", "during"]
        constraints = [
            ExclusionConstraint(
                name="ownership_without_overlap",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Two accounts cannot own a service at the same time."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.account}"


class Notice(models.Model):
    """A text people accept, in versions and languages (N5, X4, T1). Lawyers change it without code."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["code", "-version", "language"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version", "language"], name="notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version} {self.language}"


class ServiceEvent(models.Model):
    """What outside systems (provisioning, billing) must learn of a service (X4); only ever added."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="events")
    kind = models.SlugField(_("kind"), max_length=40)
    at = models.DateTimeField(_("at"))
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("service event")
        verbose_name_plural = _("service events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.service} {self.kind}"
