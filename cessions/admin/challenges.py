"""Verifications in the admin: a list to find those that wait; all else is done on the case's page (V2)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_support
from cessions.models import Challenge
from cessions.services.challenges import waits_for_staff
from hosting.lib.admin import FastListAdmin


class WaitingFilter(admin.SimpleListFilter):
    """Those that wait for a member of staff."""

    title = _("waits for us")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(pk__in=waits_for_staff()) if self.value() == "yes" else queryset


@admin.register(Challenge)
class ChallengeAdmin(FastListAdmin):
    """What was begun, on which case, and how it stands."""

    list_display = ("asked_at", "case_link", "kind", "state", "expires_at")
    list_display_links = None
    list_filter = (WaitingFilter, "kind", "state")
    list_select_related = ("requested_service__request",)
    ordering = ("-id",)
    fields = ("asked_at", "case_link", "kind", "state", "expires_at", "ended_at", "outcome_note")
    readonly_fields = fields

    @admin.display(description=_("Case"))
    def case_link(self, challenge: Challenge) -> str:
        """The case, at the place of this challenge."""
        request = challenge.requested_service.request
        if request is None:
            return "–"
        page = reverse("admin:cessions_transferrequest_change", args=[request.pk])
        name = challenge.requested_service.display_name
        return format_html(
            '<a href="{}#challenge-{}">{} {}</a>', page, challenge.pk, request.number, name
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
