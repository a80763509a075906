"""Paid work: what it would cost, and the order that follows from a yes (I1, N6, B4)."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import CustomerAccount
from hosting.lib.money import Amount, Totals, totals
from hosting.models import Service
from hosting.records.models import StoredFile
from interventions.enums import QuoteState, Tax
from interventions.models.tickets import Ticket

CLAIMS_TICKET = (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED)
"""While a quote on a ticket is in one of these, the ticket is paid work, and gets no other quote."""


class Quote(models.Model):
    """What paid work costs. `state` is written by `services.quotes` alone; once sent, the content stays.

    It never refers to an intervention: a ticket is worked on for free or against an order, never both.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=QuoteState.choices)
    ticket = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quotes",
        verbose_name=_("ticket"),
    )
    account = models.ForeignKey(
        CustomerAccount,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quotes",
        verbose_name=_("account"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quotes",
        verbose_name=_("service"),
    )
    service_name = models.CharField(_("site"), max_length=253, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    full_name = models.CharField(_("full name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.TextField(_("postal address"), max_length=500, blank=True)
    vat_number = models.CharField(_("VAT number of the client"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    wish = models.TextField(_("what is wanted"), blank=True)
    introduction = models.TextField(_("words above the lines"), blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    duties = models.JSONField(_("who does what, when it was sent"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    signed_name = models.CharField(_("accepted by"), max_length=200, blank=True)
    terms_version = models.PositiveSmallIntegerField(_("version of the terms"), null=True)
    remark = models.TextField(_("what the client says"), blank=True)
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(state__in=CLAIMS_TICKET),
                name="one_quote_on_a_ticket",
                violation_error_message=_("There is a quote on this ticket already."),
            ),
            models.CheckConstraint(
                condition=~Q(state=QuoteState.SENT)
                | Q(sent_at__isnull=False, valid_until__isnull=False),
                name="sent_with_a_term",
            ),
            models.CheckConstraint(
                condition=~Q(state=QuoteState.ACCEPTED)
                | (Q(answered_at__isnull=False, terms_version__isnull=False) & ~Q(signed_name="")),
                name="accepted_by_name",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="quote_of_account"),
            models.Index(
                fields=["next_try_at"],
                name="quote_pdf_due",
                condition=Q(next_try_at__isnull=False),
            ),
            models.Index(
                fields=["valid_until"],
                name="quote_over",
                condition=Q(state=QuoteState.SENT),
            ),
            models.Index(
                fields=["expires_at"], name="quote_expiry", condition=Q(expires_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The quote's journal."""
        return f"quote:{self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether it went with its ticket (L1); one that was accepted is kept with its order."""
        ticket = self.ticket
        gone = ticket is not None and ticket.erased_at is not None
        return gone and self.state != QuoteState.ACCEPTED


class QuoteLine(models.Model):
    """One line of a quote; prices are without tax. Its percent is kept: a later setting changes none."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines")
    place = models.PositiveSmallIntegerField(_("place"))
    text = models.CharField(_("description"), max_length=300)
    quantity = models.DecimalField(
        _("quantity"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)]
    )
    unit_price = models.DecimalField(
        _("unit price without tax"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    tax = models.CharField(_("tax"), max_length=10, choices=Tax.choices)
    rate = models.DecimalField(_("percent of tax"), max_digits=4, decimal_places=2)

    class Meta:
        verbose_name = _("line of a quote")
        verbose_name_plural = _("lines of a quote")
        ordering = ["quote", "place"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "place"], name="one_line_per_place"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0, rate__gte=0), name="line_of_worth"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def amount(self) -> Amount:
        """What the line comes to."""
        return Amount(self.quantity, self.unit_price, self.rate)


def totals_of(lines: Iterable[QuoteLine]) -> Totals:
    """What `lines` come to, per rate and altogether."""
    return totals(line.amount for line in lines)


class Order(models.Model):
    """A quote that the client accepted (B4); to be paid within two months."""

    number = models.CharField(_("order number"), max_length=20, unique=True)
    quote = models.OneToOneField(Quote, models.PROTECT, related_name="order")
    ordered_at = models.DateTimeField(_("ordered at"))
    pay_by = models.DateField(_("to be paid by"))

    class Meta:
        verbose_name = pgettext_lazy("paid work", "order")
        verbose_name_plural = pgettext_lazy("paid work", "orders")
        ordering = ["-ordered_at"]

    def __str__(self) -> str:
        return self.number
