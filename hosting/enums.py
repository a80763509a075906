"""Words of the services."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ServiceKind(TextChoices):
    DOMAIN = "domain", _("Domain name")
    HOSTING = "hosting", _("Web hosting")
    OTHER = "other", _("Other service")


class ServiceStatus(TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")


class PlanKind(TextChoices):
    STANDARD = "standard", _("standard")
    MANAGED = "managed", _("managed")


class StatusCause(TextChoices):
    """Why a service's status is changed; non-payment yields to a hold, abuse does not (H2)."""

    NON_PAYMENT = "non_payment", _("Not paid")
    ABUSE = "abuse", _("Abuse")
    CLIENT = "client", _("The customer wants it")
    OTHER = "other", _("Other reason")


class HoldCause(TextChoices):
    REQUEST = "request", _("transfer request")
    EMERGENCY = "emergency", _("emergency")


class RenewalChoice(TextChoices):
    RENEW = "renew", _("renewed on behalf")
    LET_GO = "let_go", _("let go")


class ClientChannel(TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    POST = "post", _("Post")
    OTHER = "other", _("Other")
