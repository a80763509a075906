"""Files that were sent without saying which paper they are: staff look at those that could not be filed,
say which paper each is, or set it aside (P3)."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PowerOfAttorney
from accounts.roles import is_support
from cessions.models import ScannedPaper, TransferContract
from cessions.services.scanned import NOT_FILED, set_aside, sort_scan
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin, Verb, VerbForm
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, journal, open_file, openable


class SortForm(VerbForm):
    """The reference that stands at the top of each page of the paper."""

    reference = forms.CharField(label=gettext_lazy("Reference of the paper"), max_length=20)

    def clean_reference(self) -> TransferContract | PowerOfAttorney:
        """The paper of this account that bears the reference."""
        bearing = {
            "account_id": self.target.account_id,
            "reference__iexact": self.cleaned_data["reference"].strip(),
        }
        for model in (TransferContract, PowerOfAttorney):
            paper: TransferContract | PowerOfAttorney | None = model._default_manager.filter(
                **bearing
            ).first()
            if paper is not None:
                return paper
        raise ValidationError(_("This account has no paper with this reference."))

    def perform(self, *, at: datetime, user: Any) -> str:
        """File it; it then waits among the papers to check."""
        sort_scan(self.target, self.cleaned_data["reference"], by=user, now=at)
        return _("The file is filed; the paper waits to be checked.")


class AsideForm(VerbForm):
    """Nothing is asked."""

    def perform(self, *, at: datetime, user: Any) -> str:
        """Set it aside."""
        set_aside(self.target, by=user, now=at)
        return _("The file is set aside.")


class NotFiled(admin.SimpleListFilter):
    """What a person must look at, or all."""

    title = gettext_lazy("files to sort")
    parameter_name = "to_sort"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Files to sort"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state__in=NOT_FILED) if self.value() == "yes" else queryset


@admin.register(ScannedPaper)
class ScannedPaperAdmin(ReadingAdmin):
    """What could not be filed first, the longest waiting on top."""

    list_display = ("file_name", "account", "state", "uploaded_at", "code_read")
    list_filter = (NotFiled, "state")
    list_select_related = ("account", "file")
    page_template = "admin/cessions/scan.html"
    verbs = (
        Verb("sort", gettext_lazy("Say which paper it is"), SortForm, gettext_lazy("File it here")),
        Verb(
            "aside",
            gettext_lazy("Set aside"),
            AsideForm,
            gettext_lazy("Set the file aside"),
            hint=gettext_lazy("It is no signed paper of this account. The file is kept."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScannedPaper]:
        found: QuerySet[ScannedPaper] = super().get_queryset(request)
        return found.select_related("account", "file", "uploaded_by", "contract", "power")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        waiting = When(state__in=NOT_FILED, then=0)
        return (Case(waiting, default=1, output_field=IntegerField()), "uploaded_at", "pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.open_scan)
        return [path("<int:pk>/file/", view, name=self.verb_name("file")), *super().get_urls()]

    @admin.display(description=gettext_lazy("File"))
    def file_name(self, scanned: ScannedPaper) -> str:
        return str(scanned.file)

    def page_context(self, request: HttpRequest, obj: ScannedPaper) -> dict[str, Any]:
        """The file, what was read of it, what can be done."""
        waits = obj.state in NOT_FILED
        tools = [(verb.title, f"admin:{self.verb_name(verb.slug)}") for verb in self.verbs]
        return {
            "title": str(obj.file),
            "scanned": obj,
            "openable": openable(obj.file),
            "paper": obj.contract or obj.power,
            "tools": tools if waits else [],
        }

    def open_scan(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, once scanned (D6); each look is journalled (L1)."""
        scanned = self._found(request, str(pk))
        try:
            content = open_file(scanned.file)
        except NotOpenable as closed:
            raise Http404("not scanned, or destroyed") from closed
        actor, facts = f"user:{request.user.pk}", {"scanned": scanned.pk}
        journal(scanned.account.stream, "paper.opened", at=clock.now(), actor=actor, **facts)
        name, kind = scanned.file.original_name, scanned.file.content_type
        return send_file(content, name=name, content_type=kind, inline=True)
