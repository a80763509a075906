from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "hosting.desk"
    label = "desk"
    verbose_name = _("Desk")
    default = True


class BackOfficeAdminConfig(AdminConfig):
    """Django's admin, with our site class."""

    default_site = "hosting.desk.site.BackOfficeAdminSite"
