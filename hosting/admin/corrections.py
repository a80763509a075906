"""Corrections that wait for staff, in one list; each is judged on its account's page (L2)."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.enums import Judgement
from accounts.models import CorrectionRequest
from hosting.lib.admin import FastListAdmin


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(FastListAdmin):
    """A list to find them by; nothing is added or changed here."""

    list_display = ("account", "asked_at", "asked_by", "judgement", "judged_by")
    list_filter = ("judgement",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CorrectionRequest]:
        rows: QuerySet[CorrectionRequest] = super().get_queryset(request)
        return rows.select_related("account", "asked_by", "judged_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """To the account: to its verb while the correction waits, to its page afterwards."""
        correction = self.get_object(request, object_id)
        if correction is None or not self.has_view_permission(request, correction):
            raise Http404
        if correction.judgement == Judgement.PENDING:
            name = "admin:accounts_customeraccount_corrections/judge"
            return redirect(name, correction.account_id, correction.pk)
        return redirect("admin:accounts_customeraccount_change", correction.account_id)
