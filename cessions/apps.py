from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CessionsConfig(AppConfig):
    name = "cessions"
    verbose_name = _("Transfers")
