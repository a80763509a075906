"""Servers and sites in the admin: supervisors keep them, support reads (I4, S4)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hosting.lib.admin import FastListAdmin
from hosting.lib.clock import now
from hosting.search import find_services
from interventions.admin.rights import KeptBySupervisors
from interventions.admin.site_forms import ServerForm, SiteForm
from interventions.admin.words import who_does_what
from interventions.models import HostingServer, Site
from interventions.services import sites


@admin.register(HostingServer)
class ServerAdmin(KeptBySupervisors, FastListAdmin):
    """The provider's servers. Their private keys are files that a row only names."""

    form = ServerForm
    list_display = ("name", "host", "port", "user", "active")
    list_filter = ("active",)
    search_fields = ("name", "host")
    ordering = ("name",)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        sites.keep_server(obj, changed=form.changed_data, by=request.user, now=now())


@admin.register(Site)
class SiteAdmin(KeptBySupervisors, FastListAdmin):
    """Where each web hosting lies."""

    form = SiteForm
    list_display = ("name", "kind", "server", "root", "database_engine")
    list_filter = ("kind", "server")
    list_select_related = ("service", "server")
    search_fields = ("service__name",)
    ordering = ("-id",)
    kept = ("hosting_link", "plan", "duties")

    def get_fields(self, request: HttpRequest, obj: Site | None = None) -> list[str]:
        """A site stays with its hosting: the name is typed once, then shown with what its plan says."""
        fields = [name for name in SiteForm.Meta.fields if name != "hosting"]
        return [*self.kept, *fields] if obj else ["hosting", *fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Site | None = None) -> tuple[str, ...]:
        return self.kept if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Site]:
        return super().get_queryset(request).select_related("service__plan", "server")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(service__in=find_services(search_term)), False

    @admin.display(description=_("site"))
    def name(self, row: Site) -> str:
        return row.service.display_name

    @admin.display(description=_("Web hosting"))
    def hosting_link(self, row: Site) -> str:
        url = reverse("admin:hosting_service_change", args=[row.service_id])
        return format_html('<a href="{}">{}</a>', url, row.service.display_name)

    @admin.display(description=_("Plan"))
    def plan(self, row: Site) -> Any:
        plan = row.service.plan
        return f"{plan} ({plan.get_kind_display()})" if plan else "–"

    @admin.display(description=_("Who does what"))
    def duties(self, row: Site) -> str:
        """What the plan says of backups, updates, repair and restore (S4)."""
        plan = row.service.plan
        lines = who_does_what(plan.responsibilities if plan else {})
        return format_html_join("", "{}: {}<br>", lines)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """`?hosting=example.fr` from the page of a ticket."""
        return {"hosting": request.GET.get("hosting", "")}

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        sites.keep_site(obj, changed=form.changed_data, by=request.user, now=now())
