"""The admin site: Django's own, with the provider's name and the desk's sign-in."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class BackOfficeAdminSite(AdminSite):
    site_header = _("Back office")
    site_title = _("Back office")
    index_title = _("Back office")
    enable_nav_sidebar = True
