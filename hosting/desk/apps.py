from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "hosting.desk"
    label = "desk"
    verbose_name = _("Desk")
    default = True


class BackOfficeAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with our site class."""

    default = False
    default_site = "hosting.desk.site.BackOfficeAdminSite"
