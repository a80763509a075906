"""Signed papers in the admin: what waits to be checked first, the copy beside its draft (P3, A9)."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.enums import PaperState, PowerScope
from accounts.models import PowerOfAttorney, SignedPaper
from accounts.roles import is_support
from cessions.admin.paper_signs import signs_of
from cessions.admin.paper_verbs import VERBS, possible
from cessions.models import TransferContract
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, journal, open_file, openable

FILES = ("draft", "scan", "identity_copy")


class ToCheck(admin.SimpleListFilter):
    """Papers to check, or all."""

    title = _("papers to check")
    parameter_name = "to_check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Papers to check"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=PaperState.UPLOADED) if self.value() == "yes" else queryset


class PaperAdmin(ReadingAdmin):
    """A list with the longest waiting paper first, a page per paper, three verbs, its files."""

    list_display = ("reference", "account", "state", "uploaded_at", "signed_on", "judged_by")
    list_filter = (ToCheck, "state")
    list_select_related = ("account", "judged_by")
    search_fields = ("reference__iexact", "account__number__iexact")
    search_help_text = _("Reference or account number")
    page_template = "admin/cessions/paper.html"
    verbs = VERBS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.select_related(
            "account", "draft", "scan", "identity_copy", "uploaded_by", "judged_by", "ended_by"
        )

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        waiting = When(state=PaperState.UPLOADED, then=0)
        return (Case(waiting, default=1, output_field=IntegerField()), "uploaded_at", "-pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.open_paper)
        route = path("<int:pk>/file/<slug:which>/", view, name=self.verb_name("file"))
        return [route, *super().get_urls()]

    def page_context(self, request: HttpRequest, obj: SignedPaper) -> dict[str, Any]:
        """The paper, its files, what to look at twice, what can be done."""
        return {
            "title": f"{obj._meta.verbose_name} {obj.reference}",
            "paper": obj,
            "files": [self._file(obj, name) for name in FILES if getattr(obj, name)],
            "signs": signs_of(obj),
            "says": self.says(obj),
            "tools": [
                (verb.title, f"admin:{self.verb_name(verb.slug)}") for verb in possible(obj.state)
            ],
        }

    def says(self, obj: Any) -> list[tuple[Any, str]]:
        """What this kind of paper says, as pairs of a label and words."""
        raise NotImplementedError

    def open_paper(self, request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
        """One file of a paper, once scanned (D6); each look is journalled (L1)."""
        paper = self._found(request, str(pk))
        file = getattr(paper, which) if which in FILES else None
        if file is None:
            raise Http404("no such file")
        try:
            content = open_file(file)
        except NotOpenable as closed:
            raise Http404("not scanned, or destroyed") from closed
        journal(
            paper.account.stream,
            "paper.opened",
            at=clock.now(),
            actor=f"user:{request.user.pk}",
            reference=paper.reference,
            file=which,
        )
        return send_file(
            content, name=file.original_name, content_type=file.content_type, inline=True
        )

    def _file(self, paper: SignedPaper, name: str) -> dict[str, Any]:
        file = getattr(paper, name)
        return {
            "label": paper._meta.get_field(name).verbose_name,
            "file": file,
            "url_name": f"admin:{self.verb_name('file')}",
            "which": name,
            "openable": openable(file),
        }


@admin.register(TransferContract)
class ContractAdmin(PaperAdmin):
    """Transfer contracts (P3)."""

    def says(self, obj: TransferContract) -> list[tuple[Any, str]]:
        assignee = obj.context.get("assignee", {})
        services = obj.context.get("services", [])
        names = (assignee.get("full_name", ""), assignee.get("organisation", ""))
        return [
            (_("Assignee"), ", ".join(name for name in names if name)),
            (_("Services"), ", ".join(service["name"] for service in services)),
        ]


@admin.register(PowerOfAttorney)
class PowerAdmin(PaperAdmin):
    """Powers of attorney (A9)."""

    def says(self, obj: PowerOfAttorney) -> list[tuple[Any, str]]:
        scopes = ", ".join(str(PowerScope(scope).label) for scope in obj.scopes)
        ends = date_format(obj.ends_on, "SHORT_DATE_FORMAT") if obj.ends_on else ""
        days = f"{date_format(obj.starts_on, 'SHORT_DATE_FORMAT')} – {ends}"
        return [(_("Scope"), scopes), (_("From, until"), days)]
