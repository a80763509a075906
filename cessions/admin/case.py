"""Transfer requests in the admin: found on a list, read on one page, changed by verbs alone."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst

from accounts.roles import is_support
from cessions.admin.case_list import case_list
from cessions.admin.case_page import JOURNAL_LINES, case_page
from cessions.admin.case_verbs import DECISION_VERBS, document_of
from cessions.admin.contact_verbs import CONTACT_VERBS
from cessions.admin.hold_verbs import HOLD_VERBS
from cessions.models import TransferRequest
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.snapshot import case_of_request
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, journal, open_file


@admin.register(TransferRequest)
class TransferRequestAdmin(ReadingAdmin):
    """The cases. Nothing is added, saved or deleted through a form of the model (X1)."""

    verbs = (*DECISION_VERBS, *CONTACT_VERBS, *HOLD_VERBS)
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
        view = self.admin_site.admin_view(self.open_document)
        route = path(
            "<int:pk>/document/<int:document>/", view, name="cessions_transferrequest_document"
        )
        return [route, *super().get_urls()]

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
        page = case_page(case, int(object_id), request.user, clock.now())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": page["row"].number,
            **page,
        }
        return TemplateResponse(request, self.page_template, context)

    def open_document(self, request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
        """A document, once it was scanned; each look at an identity document is journalled (D6, L1)."""
        if not is_support(request.user):
            raise PermissionDenied
        found = document_of(get_object_or_404(TransferRequest, pk=pk), document)
        try:
            content = open_file(found.file)
        except NotOpenable as closed:
            raise Http404("not scanned, or destroyed") from closed
        if found.kind in IDENTITY_KINDS:
            journal(
                found.filing.stream,
                "document_opened",
                at=clock.now(),
                actor=f"user:{request.user.pk}",
                document=found.pk,
                kind=found.kind,
            )
        file = found.file
        return send_file(
            content, name=file.original_name, content_type=file.content_type, inline=True
        )
