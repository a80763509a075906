from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "hosting.desk"
    label = "desk"
    verbose_name = _("Desk")
    default = True

    def ready(self) -> None:
        from hosting.desk.permissions import grant

        # Not by our own name: apps without tables are told of no migration. The one that owns the
        # permissions is told after all of ours (INSTALLED_APPS).
        owner = apps.get_app_config("auth")
        post_migrate.connect(grant, sender=owner, dispatch_uid="hosting.desk.permissions")


class BackOfficeAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with our site class."""

    default = False
    default_site = "hosting.desk.site.BackOfficeAdminSite"
