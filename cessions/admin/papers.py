"""Signed papers in the admin: what waits to be checked first, the copy beside its draft (P3, A9)."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.enums import PaperState, PowerScope
from accounts.models import PowerOfAttorney, SignedPaper
from accounts.roles import is_supervisor, is_support
from cessions.admin import page_images
from cessions.admin.paper_signs import signs_of
from cessions.admin.paper_verbs import ORIGINAL, VERBS, possible
from cessions.admin.review_page import marks as marks_of
from cessions.admin.review_page import shown_findings
from cessions.models import TransferContract
from cessions.policies.findings import Findings
from cessions.services import looks
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin, form_of, perform
from hosting.lib.downloads import send_file
from hosting.records.models import StoredFile
from hosting.records.services import NotOpenable, open_file, openable

FILES = ("draft", "scan", "identity_copy")
GUARDED = frozenset({"identity_copy"})


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
        wrap, name = self.admin_site.admin_view, self.verb_name
        own = [
            path("<int:pk>/file/<slug:which>/", wrap(self.open_paper), name=name("file")),
            path("<int:pk>/look/<slug:which>/", wrap(self.look), name=name("look")),
            path(
                "<int:pk>/look/<slug:which>/<int:page>/",
                wrap(require_GET(self.page), cacheable=True),
                name=name("page"),
            ),
        ]
        return [*own, *super().get_urls()]

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

    def look(self, request: HttpRequest, pk: int, which: str) -> HttpResponse:
        """The pages of a file as pictures; the identity copy with the viewer's watermark (D6)."""
        paper, file = self._file_of(request, pk, which)
        shown = page_images.shown(file)
        if shown.pages:
            self._note(request, paper, which)
        address = partial(reverse, f"admin:{self.verb_name('page')}")
        findings = found_in(paper) if which in GUARDED and shown.pages else None
        marks = marks_of(findings.findings) if findings else {}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{paper.reference} · {paper._meta.get_field(which).verbose_name}",
            "paper": paper,
            "back": self.page_url(paper),
            "shown": shown,
            "pages": [(n, address(args=[pk, which, n]), marks.get(n, ())) for n in shown.pages],
            "findings": shown_findings(findings.findings) if findings else (),
            "reading": self._reading(paper, findings) if which in GUARDED else "",
            "turn": page_images.turn_of(request),
            "original": self._original_url(request, paper, which) if openable(file) else "",
            "guarded": which in GUARDED,
        }
        return TemplateResponse(request, "admin/cessions/document/look.html", context)

    def page(self, request: HttpRequest, pk: int, which: str, page: int) -> HttpResponse:
        """One page of a file as a picture; each look at the identity copy is journalled (L1)."""
        paper, file = self._file_of(request, pk, which)
        if which not in GUARDED:
            return page_images.picture(request, file, page)
        if openable(file):
            self._note(request, paper, which)
        purpose = gettext("check of a signed paper")
        mark = page_images.watermark(paper.reference, purpose, request.user, clock.now())
        return page_images.picture(request, file, page, mark)

    def open_paper(self, request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
        """One file of a paper as it is kept, once scanned (D6); each look is journalled (L1). The
        identity copy is for supervisors, with a reason."""
        paper, file = self._file_of(request, pk, which)
        if not openable(file):
            raise Http404("not scanned, or destroyed")
        if which in GUARDED:
            return self._take(request, paper, file)
        self._note(request, paper, which)
        return _sent(file, inline=True)

    def _take(self, request: HttpRequest, paper: SignedPaper, file: StoredFile) -> HttpResponseBase:
        if not is_supervisor(request.user):
            raise PermissionDenied
        form = form_of(request, ORIGINAL, paper)
        if form.is_bound and form.is_valid() and perform(request, form):
            return _sent(file, inline=False)
        return self.verb_page(request, ORIGINAL, form, back=self.page_url(paper), obj=paper)

    def _reading(self, paper: SignedPaper, findings: Findings | None) -> str:
        """Where the findings in the identity copy come from, or why there are none (P3, D5)."""
        if findings is not None:
            return gettext(
                "To be compared with the day of the signature, which stands on the paper."
            )
        if paper.state == PaperState.UPLOADED:
            return gettext(
                "A machine is about to read this document. Load the page again in a moment."
            )
        return gettext("No machine has read this document: it is judged by eye alone.")

    def _original_url(self, request: HttpRequest, paper: SignedPaper, which: str) -> str:
        """Where the file is had as it is kept; empty for who may not have it."""
        if which in GUARDED and not is_supervisor(request.user):
            return ""
        return reverse(f"admin:{self.verb_name('file')}", args=[paper.pk, which])

    def _file_of(self, request: HttpRequest, pk: int, which: str) -> tuple[SignedPaper, StoredFile]:
        """A paper and one of its files. Raises Http404."""
        paper = self._found(request, str(pk))
        file = getattr(paper, which) if which in FILES else None
        if file is None:
            raise Http404("no such file")
        return paper, file

    def _note(self, request: HttpRequest, paper: SignedPaper, which: str) -> None:
        looks.note_look(
            paper.account.stream,
            "paper.opened",
            by=request.user,
            now=clock.now(),
            reference=paper.reference,
            file=which,
        )

    def _file(self, paper: SignedPaper, name: str) -> dict[str, Any]:
        file = getattr(paper, name)
        return {
            "label": paper._meta.get_field(name).verbose_name,
            "file": file,
            "url_name": f"admin:{self.verb_name('look')}",
            "which": name,
            "why_not": page_images.why_closed(file),
        }


def found_in(paper: SignedPaper) -> Findings | None:
    """What a machine read in the identity copy; None where none looked, or it is destroyed (P3)."""
    said = paper.identity_findings
    return None if said is None else Findings.of_json(said)


def _sent(file: StoredFile, *, inline: bool) -> HttpResponseBase:
    try:
        content = open_file(file)
    except NotOpenable as closed:
        raise Http404("not scanned, or destroyed") from closed
    return send_file(
        content, name=file.original_name, content_type=file.content_type, inline=inline
    )


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
