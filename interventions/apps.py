from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterventionsConfig(AppConfig):
    name = "interventions"
    verbose_name = _("Assistance")

    def ready(self) -> None:
        """Hear of mails that an e-mail service took in for us."""
        import_module("interventions.receivers")
