"""Services in the admin: found by both forms of a name, read on one page, changed by verbs (S1-S5)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from accounts.enums import ContactKind
from hosting.admin.account_page import is_own
from hosting.admin.history import changes
from hosting.forms import services as forms
from hosting.lib.admin import ReadingAdmin, Verb
from hosting.models import Service
from hosting.search import find_services

VERBS = (
    Verb(
        "terms",
        gettext_lazy("Change plan and dates"),
        forms.TermsForm,
        gettext_lazy("Save plan and dates"),
    ),
    Verb(
        "status",
        gettext_lazy("Change the status"),
        forms.StatusForm,
        gettext_lazy("Save the status"),
        hint=gettext_lazy("A terminated service does not come back."),
    ),
    Verb(
        "owner",
        gettext_lazy("Change the registered owner"),
        forms.OwnerForm,
        gettext_lazy("Save the owner"),
        hint=gettext_lazy(
            "The registered owner should be the end client; the reseller may be the technical contact."
        ),
    ),
)
FIELDS = ("account", "plan", "status", "due_on", "paid_until")
OWNER_FIELDS = (*forms.OWNER_FIELDS, "registrar_locked_until")


@admin.register(Service)
class ServiceAdmin(ReadingAdmin):
    """A list and a page for reading; new services are added on their account's page."""

    list_display = ("shown_name", "kind", "account_link", "status", "due_on", "paid_until")
    list_filter = ("kind", "status")
    list_select_related = ("account",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name or domain, as people or as machines write it")
    ordering = ("-id",)
    page_template = "admin/hosting/service/page.html"
    verbs = VERBS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The account's page links to the list of its services."""
        return lookup == "account__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        found: QuerySet[Service] = super().get_queryset(request).defer("search")
        return found.select_related("account")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_services(search_term)), False

    @admin.display(description=gettext_lazy("name"))
    def shown_name(self, service: Service) -> str:
        return service.display_name

    @admin.display(description=gettext_lazy("account"))
    def account_link(self, service: Service) -> str:
        url = reverse("admin:accounts_customeraccount_change", args=[service.account_id])
        return format_html('<a href="{}">{}</a>', url, service.account)

    def page_context(self, request: HttpRequest, obj: Service) -> dict[str, Any]:
        registration = getattr(obj, "registration", None)
        emails = obj.account.contact_methods.current().filter(kind=ContactKind.EMAIL)
        periods = obj.ownership.select_related("account").order_by("-during")
        changed = changes(obj, FIELDS) + (
            changes(registration, OWNER_FIELDS) if registration else []
        )
        return {
            "title": obj.display_name,
            "service": obj,
            "account": obj.account,
            "registration": registration,
            "own": is_own(obj, obj.account, list(emails.values_list("value", flat=True))),
            "periods": periods,
            "holds": obj.holds.filter(ended_at=None).order_by("-ends_at"),
            "changes": sorted(changed, key=lambda change: change.at, reverse=True),
        }
