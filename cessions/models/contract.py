"""What the reseller prepares for the day he cannot answer: assignees and transfer contracts (P)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount, PowerOfAttorney, SignedPaper
from cessions.enums import PackState, ScanFiling
from hosting.models import Service
from hosting.records.models import StoredFile


class Assignee(models.Model):
    """Somebody to whom services may be transferred: an end client, as the reseller lists him (P1)."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="assignees")
    services = models.ManyToManyField(Service, related_name="assignees")
    full_name = models.CharField(_("full name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    emails = ArrayField(models.EmailField(), verbose_name=_("e-mail addresses"))
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    created_at = models.DateTimeField(_("listed at"))
    verified_at = models.DateTimeField(_("last found right"), null=True, blank=True)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignee")
        verbose_name_plural = _("assignees")
        ordering = ["full_name", "id"]
        indexes = [
            models.Index(
                fields=["account"], name="assignee_present", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class ServicePreparation(models.Model):
    """What the reseller told his client of a service (P5): invoice and proof of payment handed over."""

    service = models.OneToOneField(Service, models.PROTECT, related_name="preparation")
    papers_handed_at = models.DateTimeField(
        _("invoice and proof of payment handed over"), null=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("preparation of a service")
        verbose_name_plural = _("preparations of services")

    def __str__(self) -> str:
        return str(self.service)


class ContractPack(models.Model):
    """Contracts that were asked for together: a worker makes their PDFs and one ZIP (P2, P6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="contract_packs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(
        _("state"), max_length=8, choices=PackState.choices, default=PackState.QUEUED
    )
    total = models.PositiveIntegerField(_("contracts"))
    done = models.PositiveIntegerField(_("made"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)

    class Meta:
        verbose_name = _("contract pack")
        verbose_name_plural = _("contract packs")
        ordering = ["-asked_at"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="pack_due", condition=Q(next_try_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.asked_at:%Y-%m-%d}"


class TransferContract(SignedPaper):
    """The holder authorises the provider to transfer named services to one assignee (P2, P3)."""

    assignee = models.ForeignKey(Assignee, models.PROTECT, related_name="contracts")
    services = models.ManyToManyField(Service, related_name="contracts")
    pack = models.ForeignKey(
        ContractPack, models.PROTECT, null=True, blank=True, related_name="contracts"
    )

    class Meta(SignedPaper.Meta):
        verbose_name = _("transfer contract")
        verbose_name_plural = _("transfer contracts")


class ScannedPaper(models.Model):
    """A file that the reseller sent without saying which paper it is: its code is read back (P3)."""

    account = models.ForeignKey(CustomerAccount, models.PROTECT, related_name="scanned_papers")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("sent at"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=8, choices=ScanFiling.choices, default=ScanFiling.WAITING
    )
    code_read = models.CharField(max_length=20, blank=True)
    contract = models.ForeignKey(
        TransferContract, models.PROTECT, null=True, blank=True, related_name="+"
    )
    power = models.ForeignKey(
        PowerOfAttorney, models.PROTECT, null=True, blank=True, related_name="+"
    )
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("scanned paper")
        verbose_name_plural = _("scanned papers")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="scan_due", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(
                fields=["uploaded_at"],
                name="scan_to_sort",
                condition=Q(state__in=[ScanFiling.UNREAD, ScanFiling.FOREIGN]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.uploaded_at:%Y-%m-%d}"
