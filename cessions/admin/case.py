"""Transfer requests in the admin: found on a list, read on one page, changed by verbs alone."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst

from accounts.roles import is_support
from cessions.admin.case_list import case_list
from cessions.admin.case_page import JOURNAL_LINES, case_page
from cessions.admin.case_verbs import DECISION_VERBS
from cessions.admin.contact_verbs import CONTACT_VERBS
from cessions.admin.export_forms import EXPORT_VERB
from cessions.admin.hold_verbs import HOLD_VERBS
from cessions.admin.verification_pages import call_script, challenge_letter
from cessions.admin.verification_verbs import VERIFICATION_VERBS
from cessions.models import TransferRequest
from cessions.snapshot import case_of_request
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin


@admin.register(TransferRequest)
class TransferRequestAdmin(ReadingAdmin):
    """The cases. Nothing is added, saved or deleted through a form of the model (X1)."""

    verbs = (*DECISION_VERBS, *CONTACT_VERBS, *VERIFICATION_VERBS, EXPORT_VERB, *HOLD_VERBS)
    page_template = "admin/cessions/transferrequest/page.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        script = path(
            "<int:pk>/verification-call/<int:part>/",
            self.admin_site.admin_view(partial(call_script, self)),
            name="cessions_transferrequest_verification-call",
        )
        letter = path(
            "<int:pk>/verification-letter/<int:part>/",
            self.admin_site.admin_view(challenge_letter),
            name="cessions_transferrequest_verification-letter",
        )
        return [script, letter, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list of cases, the most urgent first; nothing on it changes anything."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": capfirst(self.opts.verbose_name_plural),
            **case_list(request, clock.now()),
        }
        return TemplateResponse(request, "admin/cessions/transferrequest/list.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a case: one statement for all of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not (object_id.isascii() and object_id.isdigit()):
            raise Http404
        try:
            case = case_of_request(int(object_id), journal=JOURNAL_LINES)
        except TransferRequest.DoesNotExist as error:
            raise Http404 from error
        words = request.GET.get("words", "")
        page = case_page(case, int(object_id), request.user, clock.now(), words)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": page["row"].number,
            **page,
        }
        return TemplateResponse(request, self.page_template, context)
