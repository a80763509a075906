"""Filings in the admin: what waits for its confirmation, what was entered by staff (T2, T3)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_support
from cessions.admin.filing_verbs import ALLOWED, ENTER, VERBS, Enter
from cessions.enums import FilingState
from cessions.models import Filing
from hosting.lib.admin import ReadingAdmin, perform


@admin.register(Filing)
class FilingAdmin(ReadingAdmin):
    """Drafts are the claimant's own business and stay out of sight."""

    list_display = ("number", "state", "full_name", "email", "origin", "submitted_at")
    list_filter = ("state", "origin")
    search_fields = ("number__istartswith", "email__iexact")
    search_help_text = _("Case number or e-mail address")
    ordering = ("-created_at",)
    page_template = "admin/cessions/filing.html"
    verbs = VERBS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Filing]:
        found: QuerySet[Filing] = super().get_queryset(request)
        return found.exclude(state=FilingState.DRAFT)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def page_context(self, request: HttpRequest, obj: Filing) -> dict[str, Any]:
        requests = list(obj.requests.select_related("account").order_by("pk"))
        is_open = any(each.is_open for each in requests)
        return {
            "filing": obj,
            "requests": requests,
            "services": obj.services.select_related("request"),
            "documents": obj.documents.select_related("file"),
            "questions": obj.questions.select_related("asked_by"),
            "consents": obj.consents.order_by("at", "pk"),
            "anew": obj.entered_anew_as.all(),
            "tools": [
                (verb.title, f"admin:{self.verb_name(verb.slug)}")
                for verb in VERBS
                if verb.slug in ALLOWED and ALLOWED[verb.slug](obj, is_open)
            ],
        }

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Enter a case that came by e-mail or letter, then show it (T2)."""
        if not self.has_add_permission(request):
            return self._get_obj_does_not_exist_redirect(request, self.opts, "")
        form = Enter(request.POST if request.method == "POST" else None, target=None)
        if request.method == "POST" and form.is_valid() and perform(request, form):
            return redirect(self.page_url(form.entered))
        return self.verb_page(request, ENTER, form, back="../")
