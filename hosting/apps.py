from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostingConfig(AppConfig):
    name = "hosting"
    verbose_name = _("Services")

    def ready(self) -> None:
        """Every process knows the queue's application, so that a bell reaches our broker."""
        import_module("hosting.celery")
