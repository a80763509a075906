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
