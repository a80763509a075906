"""Words of the accounts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    RESELLER = "reseller", _("Reseller")
    DIRECT = "direct", _("Direct client")


class RegistrationKind(TextChoices):
    NONE = "", _("None")
    SIREN = "siren", "SIREN"
    SIRET = "siret", "SIRET"
    VAT = "vat", _("VAT number")
    HRB = "hrb", "HRB"
    OTHER = "other", _("Other")


class ContactKind(TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    MESSENGER = "messenger", "Messenger"
    LINKEDIN = "linkedin", "LinkedIn"
    WHATSAPP = "whatsapp", "WhatsApp"
    TELEGRAM = "telegram", "Telegram"
    SIGNAL = "signal", "Signal"
    FAX = "fax", _("Fax")
    POST = "post", _("Post")
    OTHER = "other", _("Other")


class IdentityField(TextChoices):
    TRADE_NAME = "trade_name", _("Trade name")
    REGISTRATION_NUMBER = "registration_number", _("Registration number")
    FULL_NAME = "full_name", _("Full name of the holder")


class NoteKind(TextChoices):
    GENERAL = "general", _("General")
    CONTACT = "contact", _("Contacts")
    CONTRACT = "contract", _("Transfer contract")
    TRANSFER = "transfer", _("Transfer")
    INTERVENTION = "intervention", _("Intervention")
    BILLING = "billing", _("Billing")


class NoteEffect(TextChoices):
    NONE = "", _("No effect")
    INELIGIBLE = "ineligible", _("Not eligible for courtesy interventions")
    ELIGIBLE = "eligible", _("Eligible for courtesy interventions again")
