"""Agreed transfers in the admin: found by number, read on one page, stopped by a supervisor (X7)."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import is_supervisor, is_support
from cessions.models import AgreedTransfer
from cessions.services import agreed
from cessions.services.agreements import OPEN
from cessions.services.refused import Refused
from hosting.lib.admin import ReadingAdmin, Verb, VerbForm
from hosting.lib.downloads import send_file
from hosting.records.models import JournalEntry
from hosting.records.services import NotOpenable, open_file

JOURNAL_LINES = 30


class StopForm(VerbForm):
    """Why a supervisor stops it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )

    def perform(self, *, at: datetime, user: Any) -> str:
        """Stop it; both sides are told why."""
        try:
            agreed.stop(self.target.pk, reason=self.cleaned_data["reason"], by=user, now=at)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        return _("The agreed transfer is stopped. Both sides are told.")


@admin.register(AgreedTransfer)
class AgreedTransferAdmin(ReadingAdmin):
    """What holders hand over themselves, and how far each is."""

    list_display = ("number", "account", "full_name", "state", "proposed_at", "executes_at")
    list_filter = ("state",)
    list_select_related = ("account",)
    search_fields = ("number", "account__number", "email")
    ordering = ("-proposed_at",)
    page_template = "admin/cessions/agreedtransfer/page.html"
    verbs = (
        Verb(
            "stop",
            gettext_lazy("Stop the agreed transfer"),
            StopForm,
            gettext_lazy("Stop it"),
            hint=gettext_lazy("Both sides read the reason. The services stay where they are."),
        ),
    )

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
        """The transfer, its services with their lock, its letters and its journal."""
        journal = JournalEntry.objects.filter(stream=obj.stream).order_by("-sequence")
        return {
            "transfer": obj,
            "services": obj.hosted,
            "lock": obj.services.filter(locked__isnull=False).first(),
            "letters": obj.letters.select_related("file"),
            "journal": journal[:JOURNAL_LINES],
            "may_stop": obj.state in OPEN and is_supervisor(request.user),
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
