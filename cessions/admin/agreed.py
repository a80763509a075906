"""Agreed transfers in the admin: found by number, read on one page, stopped by a supervisor (X7), put back
by two people (X5)."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path

from accounts.roles import is_supervisor, is_support
from cessions.admin.agreed_buttons import agreed_buttons
from cessions.admin.agreed_verbs import AGREED_VERBS
from cessions.models import AgreedTransfer
from cessions.services.transfer_lock import is_locked, lock_end
from hosting.lib.admin import ReadingAdmin
from hosting.lib.clock import now
from hosting.lib.downloads import send_file
from hosting.records.models import JournalEntry
from hosting.records.services import NotOpenable, open_file

JOURNAL_LINES = 30


@admin.register(AgreedTransfer)
class AgreedTransferAdmin(ReadingAdmin):
    """What holders hand over themselves, and how far each is."""

    list_display = ("number", "account", "full_name", "state", "proposed_at", "executes_at")
    list_filter = ("state",)
    list_select_related = ("account",)
    search_fields = ("number", "account__number", "email")
    ordering = ("-proposed_at",)
    page_template = "admin/cessions/agreedtransfer/page.html"
    verbs = AGREED_VERBS

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The case page leads to the transfers of one request."""
        return lookup == "request__exact" or super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To stop is a supervisor's; the service asks again."""
        return is_supervisor(request.user)

    def page_context(self, request: HttpRequest, obj: AgreedTransfer) -> dict[str, Any]:
        """The transfer, its services with their lock, what can be done, its letters, its journal."""
        journal = JournalEntry.objects.filter(stream=obj.stream).order_by("-sequence")
        at = now()
        return {
            "transfer": obj,
            "services": obj.hosted,
            "lock": lock_end(obj),
            "locked": is_locked(obj, at),
            "buttons": list(agreed_buttons(obj, request.user, at)),
            "reversals": obj.reversals.select_related("proposed_by", "confirmed_by"),
            "signs": obj.signs.select_related("user", "emergency_contact"),
            "letters": obj.letters.select_related("file"),
            "journal": journal[:JOURNAL_LINES],
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.letter)
        route = path("<uuid:pk>/letter/<int:number>/", view, name=self.verb_name("letter"))
        return [route, *super().get_urls()]

    def letter(self, request: HttpRequest, pk: str, number: int) -> FileResponse:
        """One of its letters as PDF."""
        if not is_support(request.user):
            raise PermissionDenied
        transfer = self._found(request, str(pk))
        found = transfer.letters.select_related("file").filter(pk=number).first()
        if found is None or found.file is None:
            raise Http404("no such letter")
        try:
            content = open_file(found.file)
        except NotOpenable as closed:
            raise Http404("this letter was destroyed") from closed
        name = found.file.original_name
        return send_file(content, name=name, content_type="application/pdf", inline=True)
