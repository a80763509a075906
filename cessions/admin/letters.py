"""Letters in the admin: a list to read, and each PDF to open, print and post (C3, X5)."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_support
from cessions.models import Letter
from hosting.lib.admin import FastListAdmin
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, open_file


@admin.register(Letter)
class LetterAdmin(FastListAdmin):
    """What was written on paper, to whom, and when it was made and posted."""

    list_display = (
        "queued_at",
        "case_number",
        "kind",
        "language",
        "made_at",
        "posted_at",
        "pdf_link",
    )
    list_filter = ("kind",)
    list_select_related = ("request", "file")
    ordering = ("-id",)
    fields = ("case_number", "kind", "language", "queued_at", "made_at", "posted_at", "pdf_link")
    readonly_fields = fields

    @admin.display(description=_("Case"))
    def case_number(self, letter: Letter) -> str:
        """The request that the letter is about."""
        return letter.request.number

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("PDF"))
    def pdf_link(self, letter: Letter) -> str:
        """A link once it is made."""
        if letter.file_id is None:
            return "–"
        address = reverse("admin:cessions_letter_pdf", args=[letter.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open the PDF"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.pdf)
        return [path("<int:pk>/pdf/", view, name="cessions_letter_pdf"), *super().get_urls()]

    def pdf(self, request: HttpRequest, pk: int) -> FileResponse:
        """The PDF, shown in the browser."""
        if not is_support(request.user):
            raise PermissionDenied
        letter = Letter.objects.select_related("file").filter(pk=pk, file__isnull=False).first()
        if letter is None or letter.file is None:
            raise Http404("no such letter")
        try:
            content = open_file(letter.file)
        except NotOpenable as closed:
            raise Http404("this letter was destroyed") from closed
        name = letter.file.original_name
        return send_file(content, name=name, content_type="application/pdf", inline=True)
