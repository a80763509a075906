"""Filters of the lists: what to do, whose, what is late."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hosting.lib import clock
from interventions import worklist
from interventions.enums import TicketState


class ToDo(admin.SimpleListFilter):
    """Which tickets; without a word the open ones."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("ours", _("Waiting for us")),
            ("wrote", _("The client wrote last")),
            ("join", _("To join to an account")),
            ("closed", _("Closed")),
            ("all", _("All")),
        ]

    def choices(self, changelist: Any) -> Any:
        """As Django's, but the one without a word is called by what it shows."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        is_open = Q(state=TicketState.OPEN)
        wanted = {
            "ours": is_open & Q(waits_for_us=True),
            "wrote": Q(pk__in=worklist.client_wrote_last().values("pk")),
            "join": is_open & Q(account=None),
            "closed": Q(state__in=(TicketState.CLOSED, TicketState.EXPIRED)),
            "all": Q(),
        }
        return queryset.filter(wanted.get(self.value() or "", is_open))


class Whose(admin.SimpleListFilter):
    """Whose interventions."""

    title = _("technician")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Mine")), ("nobody", _("Nobody’s"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "mine":
            return queryset.filter(technician=request.user)
        if self.value() == "nobody":
            return queryset.filter(technician=None)
        return queryset


class Late(admin.SimpleListFilter):
    """What has waited too long, or went wrong; the start page leads here."""

    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("late", _("Overdue or failed")),
            ("call", _("Client to be called")),
            ("purge", _("Destruction overdue")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = clock.now()
        if self.value() == "late":
            return queryset.filter(worklist.late(now))
        if self.value() == "call":
            return queryset.filter(pk__in=worklist.waits_for_call(now).values("pk"))
        if self.value() == "purge":
            return queryset.filter(backup__in=worklist.purge_overdue(now).values("pk"))
        return queryset


class Answered(admin.SimpleListFilter):
    """Contests that wait, or that were answered."""

    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("Waiting for an answer")), ("given", _("Answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "waiting":
            return queryset.filter(answered_at=None)
        if self.value() == "given":
            return queryset.filter(answered_at__isnull=False)
        return queryset
