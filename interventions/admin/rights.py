"""Who sees and who does what: staff of the two groups, by group and not by a superuser's power (X1)."""

from typing import Any, ClassVar

from django.http import HttpRequest

from accounts.roles import is_supervisor, is_support
from hosting.lib.admin import FastListAdmin


class SupportMixin(FastListAdmin):
    """Support and supervisors read and use the verbs, which ask again; nothing is added by a form."""

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("css/work.css",)}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class KeptBySupervisors(SupportMixin):
    """Support reads, supervisors add and change."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_supervisor(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_supervisor(request.user)
