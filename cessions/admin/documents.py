"""Documents in the admin: what waits to be judged, and the page on which one is judged by keyboard
(D4, D5, D6)."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case as Ranked
from django.db.models import Exists, IntegerField, OuterRef, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import is_supervisor, is_support
from cessions.admin import page_images, review_page
from cessions.admin.case_page import DOCUMENT_TONES, case_is_open
from cessions.admin.review_forms import Accept, JudgingForm, OtherKind, Refuse, TakeOriginal
from cessions.enums import DocumentState
from cessions.models import Document, TransferRequest
from cessions.policies.checklist import GUARDED_KINDS, IDENTITY_KINDS
from cessions.services import looks, reading
from cessions.snapshot import Case, case_of_filing
from cessions.worklist import documents_to_review
from hosting.lib import clock
from hosting.lib.admin import FastListAdmin, Verb, form_of, perform
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, open_file, openable

FORMS: dict[str, type[JudgingForm]] = {"accept": Accept, "refuse": Refuse, "kind": OtherKind}
ORIGINAL = Verb(
    "original",
    gettext_lazy("Take the original"),
    TakeOriginal,
    gettext_lazy("Take the original"),
    hint=gettext_lazy(
        "Normally the pages with their watermark are enough. The original bears none: keep it no"
        " longer than you need it."
    ),
)


class ToReview(admin.SimpleListFilter):
    """What waits in open cases, or all."""

    title = gettext_lazy("documents to check")
    parameter_name = "to_review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Documents to check"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=documents_to_review().values("pk"))


@admin.register(Document)
class DocumentAdmin(FastListAdmin):
    """The longest waiting first; each leads to the page on which it is judged."""

    list_display = ("what", "case_number", "about", "state", "added_at", "reviewed_by")
    list_display_links = None
    list_filter = (ToReview, "state", "kind")
    list_select_related = ("filing", "requested_service", "reviewed_by")
    search_fields = ("filing__number__istartswith",)
    search_help_text = gettext_lazy("Case number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """What was received; a draft is the claimant's own business."""
        found: QuerySet[Document] = super().get_queryset(request)
        return found.filter(Exists(TransferRequest.objects.filter(filing=OuterRef("filing"))))

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        waiting = When(state=DocumentState.TO_REVIEW, then=0)
        return (Ranked(waiting, default=1, output_field=IntegerField()), "added_at", "pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Document"))
    def what(self, document: Document) -> str:
        return format_html('<a href="{}">{}</a>', review_url(document.pk), document)

    @admin.display(description=gettext_lazy("Case"))
    def case_number(self, document: Document) -> str:
        return document.filing.number or ""

    @admin.display(description=gettext_lazy("Service"))
    def about(self, document: Document) -> str:
        service = document.requested_service
        return service.display_name if service else ""

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "cessions_document_{}".format
        page = wrap(require_GET(self.page), cacheable=True)  # it says itself who may keep it
        own = [
            path("<int:pk>/review/", wrap(self.review), name=name("review")),
            path("<int:pk>/page/<int:page>/", page, name=name("page")),
            path("<int:pk>/read/", wrap(require_POST(self.read_again)), name=name("read")),
            path("<int:pk>/original/", wrap(self.original), name=name("original")),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A document has one page: that on which it is judged."""
        if not (object_id.isascii() and object_id.isdigit()):
            raise Http404
        return redirect(review_url(received(request, int(object_id)).pk))

    # -- Looking and judging ------------------------------------------------------------------------

    def review(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page of a document; a POST accepts it, refuses it (which leads to the next one), or says
        that it is of another kind."""
        document = received(request, pk)
        case = case_of_filing(document.filing_id)
        do = request.POST.get("do", "") if request.method == "POST" else ""
        forms = {name: made(form, name, do, request, document) for name, form in FORMS.items()}
        posted = forms.get(do)
        if posted is not None and posted.is_valid() and perform(request, posted):
            return redirect(review_url(pk) if do == "kind" else after(case, document))
        context = {
            **self.admin_site.each_context(request),
            "is_nav_sidebar_enabled": False,  # the room is the document's
            "opts": self.opts,
            **self.page_context(request, document, case),
            "accept": forms["accept"],
            "refuse": forms["refuse"],
            "other_kind": forms["kind"],
        }
        return TemplateResponse(request, "admin/cessions/document/review.html", context)

    def page_context(self, request: HttpRequest, document: Document, case: Case) -> dict[str, Any]:
        """The pages, the rule, the findings, what may be done."""
        now = clock.now()
        shown = page_images.shown(document.file)
        if shown.pages:
            look(request, document)
        findings = review_page.findings_of(document)
        found = findings.findings if findings else ()
        boxes = review_page.marks(found)
        row = review_page.request_of(case, document)
        state = DocumentState(document.state)
        guarded = document.kind in GUARDED_KINDS
        return {
            "title": f"{document.get_kind_display()}, {_('no. %(id)s') % {'id': document.pk}}",
            "document": document,
            "row": row,
            "back": review_page.case_url(row),
            "shown": shown,
            "pages": [
                (number, page_url(document.pk, number), boxes.get(number, ()))
                for number in shown.pages
            ],
            "turn": page_images.turn_of(request),
            "tone": DOCUMENT_TONES.get(state, ""),
            "rules": review_page.rules(case, document, now),
            "wanted": list(review_page.wanted(case, document)),
            "reading": review_page.reading_words(document, findings),
            "again": address("read", document.pk) if may_be_read_again(document) else "",
            "findings": review_page.shown_findings(found),
            "suggestions": review_page.suggestions(document.kind, found),
            "way": review_page.way(case, document),
            "judge": state != DocumentState.REPLACED and case_is_open(case),
            "openable": openable(document.file),
            "guarded": guarded,
            "may_have_original": not guarded or is_supervisor(request.user),
            "equivalent": is_supervisor(request.user) and document.kind not in IDENTITY_KINDS,
        }

    def page(self, request: HttpRequest, pk: int, page: int) -> HttpResponse:
        """One page as a picture; of a guarded document with the viewer's watermark, journalled (L1)."""
        document = received(request, pk)
        if document.kind not in GUARDED_KINDS:
            return page_images.picture(request, document.file, page)
        if openable(document.file):
            look(request, document)
        number, now = document.filing.number or "", clock.now()
        mark = page_images.watermark(number, gettext_lazy("check of a transfer"), request.user, now)
        return page_images.picture(request, document.file, page, mark)

    def read_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Machines read a document once more: the account's names changed, tesseract came (D5)."""
        document = received(request, pk)
        reading.read_again(document.pk, by=request.user, now=clock.now())
        messages.success(
            request, _("A machine is about to read this document. Load the page again in a moment.")
        )
        return redirect(review_url(pk))

    def original(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file as it is kept: for staff; of a guarded document for supervisors, with a reason (D6)."""
        document = received(request, pk)
        if not openable(document.file):
            raise Http404("not scanned, or destroyed")
        guarded = document.kind in GUARDED_KINDS
        if not guarded:
            return sent(document, inline=True)
        if not is_supervisor(request.user):
            raise PermissionDenied
        form = form_of(request, ORIGINAL, document)
        if form.is_bound and form.is_valid() and perform(request, form):
            return sent(document, inline=False)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": ORIGINAL.title,
            "original": document,
            "verb": ORIGINAL,
            "form": form,
            "back": review_url(pk),
            "target": document,
        }
        return TemplateResponse(request, "admin/verb.html", context)


def received(request: HttpRequest, pk: int) -> Document:
    """A document of a case that was received, for staff. Raises PermissionDenied, Http404."""
    if not is_support(request.user):
        raise PermissionDenied
    rows = Document.objects.select_related(
        "filing", "file", "reading", "reviewed_by", "requested_service"
    )
    document = rows.filter(pk=pk, filing__requests__isnull=False).order_by("pk").first()
    if document is None:
        raise Http404("no such document")
    return document


def made(
    form: type[JudgingForm], name: str, do: str, request: HttpRequest, document: Document
) -> JudgingForm:
    """One of the page's forms: with what was posted to it, else with what the reviewer took over."""
    more: dict[str, Any] = {"by": request.user} if form is OtherKind else {}
    if name == do:
        return form(request.POST, target=document, **more)
    if form is Accept:
        more["taken"] = taken(request)
    return form(target=document, **more)


def taken(request: HttpRequest) -> dict[str, date]:
    """Dates that the reviewer took over from the findings, by a link beside the field."""
    days = {
        name: review_page.day_of(request.GET.get(name, "")) for name in ("valid_until", "issued_on")
    }
    return {name: day for name, day in days.items() if day}


def may_be_read_again(document: Document) -> bool:
    """Whether reading it once more can be asked for: not while it waits to be read anyway."""
    return document.next_read_at is None and openable(document.file)


def look(request: HttpRequest, document: Document) -> None:
    """Journal that the viewer sees a guarded document."""
    if document.kind in GUARDED_KINDS:
        looks.note_look(
            document.filing.stream,
            looks.OPENED,
            by=request.user,
            now=clock.now(),
            document=document.pk,
            kind=document.kind,
        )


def after(case: Case, document: Document) -> str:
    """Where a reviewer goes from a document that he judged: to the next one, else to the case."""
    following = review_page.next_to_review(case.documents, document.pk)
    if following is not None:
        return review_url(following)
    return review_page.case_url(review_page.request_of(case, document))


def sent(document: Document, *, inline: bool) -> HttpResponseBase:
    """The bytes of a document. 404 where nobody may open it."""
    file = document.file
    try:
        content = open_file(file)
    except NotOpenable as closed:
        raise Http404("not scanned, or destroyed") from closed
    return send_file(
        content, name=file.original_name, content_type=file.content_type, inline=inline
    )


def address(name: str, *words: int) -> str:
    """One of the addresses above."""
    return reverse(f"admin:cessions_document_{name}", args=words)


def review_url(pk: int) -> str:
    """The page on which a document is judged."""
    return address("review", pk)


def page_url(pk: int, page: int) -> str:
    """A page of a document as a picture."""
    return address("page", pk, page)
