"""Continuity holds in the admin, and the radar: what must be confirmed or decided before it is late (H2)."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy

from hosting.forms import continuity as forms
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin, Verb, first
from hosting.lib.dates import local_date
from hosting.models import ContinuityHold
from hosting.services import renewals

SHOWN = 200
VERBS = (
    Verb(
        "confirm",
        gettext_lazy("Confirm the hold"),
        forms.ConfirmHoldForm,
        gettext_lazy("Confirm the hold"),
        hint=gettext_lazy("Nothing is stopped for non-payment while it runs."),
    ),
    Verb(
        "lift",
        gettext_lazy("Lift the hold"),
        forms.LiftHoldForm,
        gettext_lazy("Lift the hold"),
        hint=gettext_lazy("From then on this hold protects the service no longer."),
    ),
    Verb(
        "renew",
        gettext_lazy("Renew the hold"),
        forms.RenewHoldForm,
        gettext_lazy("Let it run 60 days from now"),
        hint=gettext_lazy("For supervisors."),
    ),
    Verb(
        "decide",
        gettext_lazy("Decide on the due date"),
        forms.RenewalForm,
        gettext_lazy("Record the decision"),
        hint=gettext_lazy("For supervisors. The decision is kept and cannot be changed."),
    ),
)


@admin.register(ContinuityHold)
class HoldAdmin(ReadingAdmin):
    """A list, a page per hold, verbs, and the radar."""

    list_display = (
        "service",
        "cause",
        "source",
        "started_at",
        "ends_at",
        "confirmed_at",
        "ended_at",
    )
    list_filter = ("cause", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("service",)
    search_fields = ("source", "service__name")
    ordering = ("-id",)
    page_template = "admin/hosting/continuityhold/page.html"
    verbs = VERBS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContinuityHold]:
        found: QuerySet[ContinuityHold] = super().get_queryset(request)
        return found.select_related("service__account", "confirmed_by", "renewed_by", "ended_by")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.radar)
        return [path("radar/", view, name=self.verb_name("radar")), *super().get_urls()]

    def radar(self, request: HttpRequest) -> HttpResponse:
        """Holds to confirm, the overdue first; due dates inside a hold, the nearest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        at = clock.now()
        to_confirm, more = first(to_be_confirmed(), SHOWN)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext_lazy("Holds and due dates"),
            "now": at,
            "today": local_date(at, renewals.zone()),
            "to_confirm": to_confirm,
            "more": more,
            "due": due_dates(at),
            "may_change": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/hosting/continuityhold/radar.html", context)

    def page_context(self, request: HttpRequest, obj: ContinuityHold) -> dict[str, Any]:
        now = clock.now()
        return {
            "title": obj.service.display_name,
            "hold": obj,
            "now": now,
            "decisions": obj.renewals.select_related("by"),
            "undecided": renewals.undecided(now).filter(pk=obj.pk).exists(),
        }


def to_be_confirmed() -> "QuerySet[ContinuityHold]":
    """Running holds that nobody confirmed yet, the one that waits longest first."""
    waiting = ContinuityHold.objects.filter(ended_at=None, confirmed_at=None)
    return waiting.select_related("service__account").order_by("confirm_by", "pk")


def due_dates(now: datetime) -> list[ContinuityHold]:
    """One hold per service whose due date lies inside it and waits for a decision."""
    return renewals.one_per_service(renewals.undecided(now))[:SHOWN]
