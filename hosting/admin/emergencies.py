"""Emergencies in the admin: opened from the account, read on one page, closed with an outcome (H3)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.enums import PowerScope
from accounts.roles import is_supervisor
from hosting.forms import continuity as forms
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin, Verb, first
from hosting.lib.dates import local_date
from hosting.models import ContinuityHold, Emergency
from hosting.services import emergencies, powers
from hosting.services.renewals import zone

SHOWN = 200
OPEN = Verb(
    "emergency",
    gettext_lazy("Open an emergency"),
    forms.OpenEmergencyForm,
    gettext_lazy("Open the emergency"),
    hint=gettext_lazy(
        "For supervisors, on an account with a power of attorney in force. First the holder is sought"
        " by every way, then the emergency contacts are asked."
    ),
)
VERBS = (
    Verb(
        "contacted",
        gettext_lazy("Record a contact with an end client"),
        forms.ClientContactForm,
        gettext_lazy("Record the contact"),
        hint=gettext_lazy("Only what the power of attorney covers may be said."),
    ),
    Verb(
        "close",
        gettext_lazy("Close the emergency"),
        forms.CloseEmergencyForm,
        gettext_lazy("Close the emergency"),
        hint=gettext_lazy("For supervisors. The holds of this emergency end with it."),
    ),
)


@admin.register(Emergency)
class EmergencyAdmin(ReadingAdmin):
    """The list, and a page per emergency."""

    list_display = ("account", "opened_at", "opened_by", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("account", "opened_by")
    search_fields = ("account__number",)
    ordering = ("-id",)
    page_template = "admin/hosting/emergency/page.html"
    verbs = VERBS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Emergency]:
        found: QuerySet[Emergency] = super().get_queryset(request)
        return found.select_related("account", "opened_by", "closed_by")

    def page_context(self, request: HttpRequest, obj: Emergency) -> dict[str, Any]:
        placed = ContinuityHold.objects.filter(source=emergencies.source_of(obj))
        holds, more_holds = first(placed.select_related("service").order_by("pk"), SHOWN)
        spoken = obj.contacted.select_related("service", "by").order_by("-pk")
        contacted, more_contacted = first(spoken, SHOWN)
        return {
            "title": f"{obj._meta.verbose_name} {obj.account}",
            "emergency": obj,
            "contacted": contacted,
            "more_contacted": more_contacted,
            "holds": holds,
            "more_holds": more_holds,
            "source": emergencies.source_of(obj),
            "powers": [
                (power, [PowerScope(scope).label for scope in power.scopes])
                for power in powers.powers_of(obj.account, local_date(clock.now(), zone()))
            ],
            "is_supervisor": is_supervisor(request.user),
        }
