"""Transfer requests in the admin: read there, changed by verbs alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.roles import is_support
from cessions.admin.contact_verbs import CONTACT_VERBS
from cessions.models import TransferRequest
from hosting.lib.admin import ReadingAdmin


@admin.register(TransferRequest)
class TransferRequestAdmin(ReadingAdmin):
    """The cases. Nothing is added, saved or deleted through a form of the model (X1)."""

    list_display = ("number", "state", "received_at", "assigned_to")
    verbs = CONTACT_VERBS

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
