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


class Role(TextChoices):
    """What somebody who signs in is to a customer account."""

    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
    EMERGENCY = "emergency", _("Emergency contact")
    REPRESENTATIVE = "representative", _("Legal representative")


HOLDER_ROLES = (Role.OWNER, Role.REPRESENTATIVE)
"""Who speaks as the holder: objects, agrees, hands over (C10, X7, A12)."""
PREPARING_ROLES = (Role.OWNER, Role.MEMBER, Role.REPRESENTATIVE)
"""Who sees the whole account and prepares for it; an emergency contact sees what concerns him (A8)."""


class EmergencyPower(TextChoices):
    """What an emergency contact may decide, as recorded with him (A8, C11)."""

    LIFT_ABSENCE = "lift_absence", _("Let a request be decided during an announced absence")
    RENEW = "renew", _("Have services renewed at the holder's expense")
    KEEP_RUNNING = "keep_running", _("Give instructions that keep the sites running")


class PowerScope(TextChoices):
    """What a power of attorney lets the provider do (A9)."""

    CONTACT_CLIENTS = "contact_clients", _("Contact the end clients directly in an emergency")
    KEEP_HOSTING = "keep_hosting", _("Keep hosting going")
    RENEW_DOMAINS = "renew_domains", _("Renew domain names at the holder's expense")


class HolderEventKind(TextChoices):
    """What happened to a holder; the first three block a decision (A12, K2)."""

    DEATH = "death", _("Death")
    GUARDIANSHIP = "guardianship", _("Guardianship")
    LIQUIDATION = "liquidation", _("Liquidation")
    ACCIDENT = "accident", _("Accident")
    ILLNESS = "illness", _("Illness")
    OTHER = "other", _("Something else")


ENDING_EVENTS = frozenset({HolderEventKind.DEATH, HolderEventKind.GUARDIANSHIP})
"""What ends the mandates of A8 and A9 (A12)."""


class RepresentativeKind(TextChoices):
    LIQUIDATOR = "liquidator", _("Liquidator")
    HEIR = "heir", _("Heir")
    GUARDIAN = "guardian", _("Guardian")
    DIRECTOR = "director", _("New director")


class Judgement(TextChoices):
    """What staff made of something that was handed to them."""

    PENDING = "pending", _("to be checked")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")


class PaperState(TextChoices):
    """Where a paper to be signed is: a transfer contract (P3) or a power of attorney (A9)."""

    DRAFTED = "drafted", _("to be signed")
    UPLOADED = "uploaded", _("sent, to be checked")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    ENDED = "ended", _("withdrawn")
