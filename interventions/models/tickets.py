"""What a client asks for, what he accepted, what he gave us to do it with (I2, I3, N5)."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from hosting.models import Service
from hosting.records.models import OutgoingMail
from interventions.enums import CredentialKind, OpenedAs, TicketState


class Ticket(models.Model):
    """A client's call for help. One from the public form waits for the POST that confirms its address,
    and is joined to an account by staff; one from the space is the account's from the start."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("ticket number"), max_length=20, unique=True)
    state = models.CharField(
        _("state"), max_length=12, choices=TicketState.choices, default=TicketState.OPEN
    )
    account = models.ForeignKey(
        CustomerAccount,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("account"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("service"),
    )
    service_name = models.CharField(_("site"), max_length=253)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_as = models.CharField(_("opened by"), max_length=12, choices=OpenedAs.choices)
    full_name = models.CharField(_("full name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    what = models.TextField(_("what is wrong"))
    changed = models.TextField(_("since when, and what was changed"), blank=True)
    pages = models.JSONField(_("pages to look at"), default=list, blank=True)
    areas = models.JSONField(_("areas to check"), default=list, blank=True)
    created_at = models.DateTimeField(_("opened at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    erase_at = models.DateTimeField(
        _("content goes at"), null=True, blank=True, help_text=_("Years after its end (L1).")
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    link_generation = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="ticket_of_account"),
            models.Index(
                fields=["expires_at"], name="ticket_expiry", condition=Q(expires_at__isnull=False)
            ),
            models.Index(
                fields=["erase_at"], name="ticket_erasure_due", condition=Q(erase_at__isnull=False)
            ),
            models.Index(
                fields=["-created_at"], name="ticket_open", condition=Q(state=TicketState.OPEN)
            ),
            models.Index(fields=["-created_at", "-id"], name="ticket_newest"),
            models.Index(Upper("email"), name="ticket_by_email"),
            GinIndex(OpClass(Upper("full_name"), name="gin_trgm_ops"), name="ticket_by_name"),
            GinIndex(OpClass(Upper("service_name"), name="gin_trgm_ops"), name="ticket_by_site"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The ticket's journal; its interventions write into the same one."""
        return f"ticket:{self.pk}"


class TicketConsent(models.Model):
    """Which version of which notice the client accepted, and when (I2, N5)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="consents")
    notice = models.SlugField(_("notice"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "notice", "version"], name="ticket_consent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.version}"


class SiteCredential(models.Model):
    """Access to a site, encrypted from the start; shown one at a time; erased with the backup (I3)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="credentials")
    kind = models.CharField(_("kind"), max_length=10, choices=CredentialKind.choices)
    sealed = models.TextField(blank=True)
    given_at = models.DateTimeField(_("given at"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("site credential")
        verbose_name_plural = _("site credentials")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(sealed=""), name="erased_is_empty"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class TicketMessage(models.Model):
    """One message of the conversation; never edited. `by` is staff; the client otherwise."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"))
    content_hash = models.CharField(max_length=64)
    mail = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+")
    came_by_mail = models.CharField(_("Message-ID"), max_length=200, blank=True)
    automatic = models.BooleanField(_("automatic reply"), default=False)
    other_address = models.CharField(
        _("from another address"),
        max_length=254,
        blank=True,
        db_default="",
        help_text=_(
            "Empty for the ticket’s own: what comes from another is not the client’s word."
        ),
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["came_by_mail"],
                condition=~Q(came_by_mail=""),
                name="incoming_message_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.at:%Y-%m-%d %H:%M}"
