"""Interventions in the admin: the list, the page, and what goes round the verbs: progress, pictures,
and the one look at a credential (I3, I4, I9)."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin, Verb, perform
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, open_file
from interventions.admin.filters import Late, Whose
from interventions.admin.progress import told
from interventions.admin.rights import SupportMixin
from interventions.admin.search import find_works
from interventions.admin.words import TONES, about
from interventions.admin.work_forms import Reveal
from interventions.admin.work_page import work_page
from interventions.admin.work_verbs import WORK_VERBS
from interventions.enums import InterventionState
from interventions.models import Intervention

REVEAL = Verb(
    "reveal",
    _("Show the access to the site"),
    Reveal,
    _("Show it once"),
    hint=_("It is shown on the next page alone, and this look is journalled in your name."),
)


@admin.register(Intervention)
class InterventionAdmin(SupportMixin, ReadingAdmin):
    """Nothing is added or saved through a form of the model; each verb asks again (I4)."""

    list_display = ("number", "shown_state", "about", "technician", "opened_at")
    list_filter = (Late, Whose, "state")
    list_select_related = ("site__service", "ticket__account", "technician")
    search_fields = ("number",)
    search_help_text = _("Number, e-mail address, or site")
    ordering = ("-opened_at", "-id")
    page_template = "admin/interventions/intervention/page.html"
    verbs = WORK_VERBS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intervention]:
        found: QuerySet[Intervention] = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("changelist"):
            return found
        return found.select_related(
            "ticket__account",
            "site__service__plan",
            "site__server",
            "technician",
            "opened_by",
            "backup",
            "restore",
            "request_mail",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_works(search_term)), False

    @admin.display(description=_("site, client and account"))
    def about(self, row: Intervention) -> str:
        ticket = row.ticket
        return about(row.site.service.display_name, ticket.full_name, ticket.account)

    @admin.display(description=_("state"))
    def shown_state(self, row: Intervention) -> str:
        tone = TONES.get(InterventionState(row.state), "")
        return format_html('<span class="pill pill-{}">{}</span>', tone, row.get_state_display())

    def page_context(self, request: HttpRequest, obj: Intervention) -> dict[str, Any]:
        return work_page(obj, request.user, clock.now())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<uuid:pk>/progress/", view(self.progress), name=self.verb_name("progress")),
            path(
                "<uuid:pk>/picture/<int:probe>/", view(self.picture), name=self.verb_name("picture")
            ),
            path(
                "<uuid:pk>/reveal/<int:credential>/",
                view(self.reveal),
                name=self.verb_name("reveal"),
            ),
        ]
        return [*own, *super().get_urls()]

    def progress(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """How far the worker is, for the page's script."""
        return JsonResponse(told(self._found(request, str(pk))))

    def picture(self, request: HttpRequest, pk: UUID, probe: int) -> HttpResponseBase:
        """The screenshot of one look at one of the client's pages."""
        intervention = self._found(request, str(pk))
        looks = intervention.probes.select_related("screenshot")
        found = get_object_or_404(looks, pk=probe, screenshot__isnull=False)
        try:
            content = open_file(found.screenshot)
        except NotOpenable as closed:
            raise Http404("this picture was destroyed") from closed
        file = found.screenshot
        return send_file(
            content, name=file.original_name, content_type=file.content_type, inline=True
        )

    def reveal(self, request: HttpRequest, pk: UUID, credential: int) -> HttpResponse:
        """Ask the factor; then show one credential, on a page that nothing keeps (I3)."""
        intervention = self._found(request, str(pk))
        if not self.has_change_permission(request, intervention):
            raise PermissionDenied
        found = get_object_or_404(intervention.ticket.credentials, pk=credential)
        posted = request.POST if request.method == "POST" else None
        form = Reveal(posted, request=request, target=intervention, credential=found)
        back = self.page_url(intervention)
        if form.is_bound and form.is_valid() and perform(request, form):
            return self._shown(request, intervention, found, form.plain)
        return self.verb_page(request, REVEAL, form, back=back, obj=intervention)

    def _shown(
        self, request: HttpRequest, work: Intervention, row: Any, plain: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": row.get_kind_display(),
            "original": work,
            "back": self.page_url(work),
            "plain": plain,
        }
        return TemplateResponse(request, "admin/interventions/intervention/secret.html", context)
