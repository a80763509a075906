"""Legal representatives in one list; each is judged on its account's page (A12)."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.enums import Judgement
from accounts.models import LegalRepresentative
from hosting.lib.admin import FastListAdmin


@admin.register(LegalRepresentative)
class RepresentativeAdmin(FastListAdmin):
    """A list to find them by; nothing is added or changed here."""

    list_display = ("full_name", "kind", "account", "recorded_at", "judgement", "judged_by")
    list_filter = ("judgement",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalRepresentative]:
        rows: QuerySet[LegalRepresentative] = super().get_queryset(request)
        return rows.select_related("account", "judged_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """To the account: to its verb while the proof waits, to its page afterwards."""
        someone = self.get_object(request, object_id)
        if someone is None or not self.has_view_permission(request, someone):
            raise Http404
        if someone.judgement == Judgement.PENDING:
            name = "admin:accounts_customeraccount_representatives/judge"
            return redirect(name, someone.account_id, someone.pk)
        return redirect("admin:accounts_customeraccount_change", someone.account_id)
