"""The provider's servers, the sites on them, and the backups made of these (I4, I8-I11, N7)."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hosting.enums import ServiceStatus
from hosting.models import Service
from interventions.enums import (
    BackupPurpose,
    BackupState,
    DatabaseEngine,
    RestoreState,
    SiteKind,
)

GOOD = (BackupState.READY, BackupState.RESTORING)
"""A verified backup, whose bytes exist."""


class HostingServer(models.Model):
    """A server of ours, reached by SSH. Its private key is a secret that this row only names."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    host = models.CharField(_("host"), max_length=253)
    port = models.PositiveIntegerField(
        _("port"), default=22, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    host_key = models.TextField(
        _("host key"), help_text=_("One line, as in known_hosts: type and key. Others are refused.")
    )
    user = models.CharField(_("user"), max_length=64)
    secret = models.SlugField(
        _("secret"), max_length=80, help_text=_("Name of the file with the private key.")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("hosting server")
        verbose_name_plural = _("hosting servers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    def backed_up_nightly(self) -> "SiteQuerySet":
        """Those whose plan includes automatic backups, as long as the service is not terminated (S4)."""
        return self.filter(service__plan__automatic_backups=True).exclude(
            service__status=ServiceStatus.TERMINATED
        )


class Site(models.Model):
    """Where the files and the database of a hosting service are."""

    service = models.OneToOneField(
        Service, models.PROTECT, related_name="site", verbose_name=_("service")
    )
    server = models.ForeignKey(
        HostingServer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("server"),
        help_text=_("Empty: a folder on this machine."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SiteKind.choices)
    root = models.CharField(_("folder"), max_length=500)
    database_engine = models.CharField(
        _("database"), max_length=10, choices=DatabaseEngine.choices, blank=True
    )
    database_host = models.CharField(_("database host"), max_length=253, blank=True)
    database_name = models.CharField(_("database name"), max_length=64, blank=True)
    database_user = models.CharField(_("database user"), max_length=64, blank=True)
    database_secret = models.SlugField(
        _("secret of the database"),
        max_length=80,
        blank=True,
        help_text=_("WordPress says it by itself."),
    )
    next_backup_at = models.DateTimeField(_("next automatic backup"), null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_backup_at"],
                name="site_backup_due",
                condition=Q(next_backup_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.service.display_name


class SiteBackupQuerySet(models.QuerySet["SiteBackup"]):
    def of_client(self) -> "SiteBackupQuerySet":
        """What a client sees and may restore: all but those of interventions (N7)."""
        return self.exclude(purpose=BackupPurpose.INTERVENTION)

    def due_for_purge(self, now: datetime) -> "SiteBackupQuerySet":
        """Those whose bytes may go at `now`, and those left half destroyed. A site's last good automatic
        one is not among them until a newer is verified, as long as the plan makes them (N7)."""
        newer = SiteBackup.objects.filter(
            site=OuterRef("site"),
            purpose=BackupPurpose.AUTOMATIC,
            state__in=GOOD,
            verified_at__gt=OuterRef("verified_at"),
        )
        nightly = Site.objects.backed_up_nightly().filter(pk=OuterRef("site"))
        automatic = Q(purpose=BackupPurpose.AUTOMATIC, state=BackupState.READY)
        due = self.filter(purge_after__lte=now, purged_at__isnull=True)
        return due.exclude(automatic & ~Exists(newer) & Exists(nightly))


class SiteBackup(models.Model):
    """One backup of a site. Its bytes go; the row stays, with size, hashes and dates (I8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="backups")
    purpose = models.CharField(_("purpose"), max_length=12, choices=BackupPurpose.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=BackupState.choices, default=BackupState.QUEUED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    stored_as = models.CharField(max_length=200, blank=True)
    sealed_key = models.TextField(
        blank=True, help_text=_("Opens these bytes alone; gone with them.")
    )
    manifest = models.JSONField(_("what it holds"), default=dict, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    purge_after = models.DateTimeField(_("destroyed from"), null=True, blank=True)
    purge_before = models.DateTimeField(_("destroyed by"), null=True, blank=True)
    purged_at = models.DateTimeField(_("destroyed at"), null=True, blank=True)

    objects = SiteBackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("site backup")
        verbose_name_plural = _("site backups")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=BackupState.READY) | Q(verified_at__isnull=False),
                name="ready_is_verified",
            ),
            models.CheckConstraint(
                condition=~Q(state=BackupState.PURGED)
                | Q(purged_at__isnull=False, sealed_key="", stored_as=""),
                name="purged_without_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="backup_due", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(
                fields=["purge_after"],
                name="backup_purge_due",
                condition=Q(purge_after__isnull=False, purged_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def stream(self) -> str:
        """The site's journal."""
        return f"site:{self.site_id}"


class SiteRestoreQuerySet(models.QuerySet["SiteRestore"]):
    def under_way(self) -> "SiteRestoreQuerySet":
        """Those that wait or run."""
        return self.filter(state__in=(RestoreState.QUEUED, RestoreState.RUNNING))


class SiteRestore(models.Model):
    """One restore of a backup; its marks on the server say how far it came (I11)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    backup = models.ForeignKey(SiteBackup, models.PROTECT, related_name="restores")
    safety = models.ForeignKey(SiteBackup, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(
        _("state"), max_length=12, choices=RestoreState.choices, default=RestoreState.QUEUED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = SiteRestoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("restore")
        verbose_name_plural = _("restores")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["backup"],
                condition=Q(state__in=[RestoreState.QUEUED, RestoreState.RUNNING]),
                name="one_restore_at_a_time",
                violation_error_message=_("This backup is being restored already."),
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="restore_due", condition=Q(next_try_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.backup} {self.get_state_display()}"
