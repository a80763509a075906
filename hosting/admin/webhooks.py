"""What the outside systems were told, and whether they heard it: for reading, and to send again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from hosting.forms.continuity import ResendForm
from hosting.lib.admin import ReadingAdmin, Verb
from hosting.models import WebhookDelivery

RESEND = Verb(
    "resend",
    gettext_lazy("Send it again"),
    ResendForm,
    gettext_lazy("Send it again now"),
    hint=gettext_lazy("It goes out under its own id, so that the receiver can tell a repetition."),
)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadingAdmin):
    """The newest first."""

    list_display = (
        *("endpoint", "kind", "service", "queued_at"),
        *("tries", "delivered_at", "given_up_at", "answer"),
    )
    list_filter = (
        "endpoint",
        ("delivered_at", admin.EmptyFieldListFilter),
        ("given_up_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("event__service__name",)
    ordering = ("-queued_at", "-id")
    page_template = "admin/hosting/webhookdelivery/page.html"
    verbs = (RESEND,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        found: QuerySet[WebhookDelivery] = super().get_queryset(request)
        return found.select_related("event__service")

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, delivery: WebhookDelivery) -> str:
        return delivery.event.kind

    @admin.display(description=gettext_lazy("service"))
    def service(self, delivery: WebhookDelivery) -> str:
        return delivery.event.service.display_name

    def page_context(self, request: HttpRequest, obj: WebhookDelivery) -> dict[str, Any]:
        return {"delivery": obj, "event": obj.event}
