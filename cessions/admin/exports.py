"""The archives of evidence in the admin: who took what out, and the bytes while they are there (X6)."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from accounts.roles import is_supervisor
from cessions.enums import ExportState
from cessions.models import CaseExport
from cessions.services.export_asking import note_fetched
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, open_file


@admin.register(CaseExport)
class CaseExportAdmin(ReadingAdmin):
    """For supervisors alone."""

    list_display = ("asked_at", "filing", "requested_by", "state", "made_at", "destroyed_at")
    list_filter = ("state",)
    list_select_related = ("filing", "requested_by")
    search_fields = ("filing__number__iexact", "sha256__iexact")
    page_template = "admin/cessions/export.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("filing", "requested_by", "file")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_supervisor(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_supervisor(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page_context(self, request: HttpRequest, obj: CaseExport) -> dict[str, Any]:
        return {
            "export": obj,
            "requests": list(obj.filing.requests.order_by("pk")),
            "waits": obj.state == ExportState.QUEUED,
            "ready": obj.state == ExportState.READY,
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.fetch)
        return [path("<uuid:pk>/zip/", view, name=self.verb_name("zip")), *super().get_urls()]

    def fetch(self, request: HttpRequest, pk: Any) -> FileResponse:
        """The bytes, to be saved; each time is journalled."""
        if not is_supervisor(request.user):
            raise PermissionDenied
        rows = CaseExport.objects.select_related("filing", "file")
        export = get_object_or_404(rows, pk=pk, state=ExportState.READY)
        file = export.file
        if file is None:
            raise Http404("no such archive")
        try:
            content = open_file(file)
        except (NotOpenable, FileNotFoundError) as gone:
            raise Http404("this archive was destroyed") from gone
        note_fetched(export, by=request.user, now=clock.now())
        return send_file(content, name=file.original_name, content_type=file.content_type)
