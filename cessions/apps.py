from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CessionsConfig(AppConfig):
    name = "cessions"
    verbose_name = _("Transfers")

    def ready(self) -> None:
        """Whoever signs in for an account gives a sign of life on its open requests (C9)."""
        import_module("cessions.receivers")
