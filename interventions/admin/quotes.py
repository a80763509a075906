"""Quotes in the admin: what waits to be written, what was sent, what was ordered (N6, B4)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_support
from hosting.lib.admin import ReadingAdmin, Verb, VerbForm, perform
from interventions.admin.quote_verbs import LINES, NEW, VERBS, NewQuoteForm
from interventions.enums import QuoteState
from interventions.letters import quote_words
from interventions.models import Order, Quote
from interventions.quoting import may_move
from interventions.services.quotes import blockers

LEADS_TO = {"lines": QuoteState.SENT, "send": QuoteState.SENT, "withdraw": QuoteState.WITHDRAWN}


@admin.register(Quote)
class QuoteAdmin(ReadingAdmin):
    """The list, a page per quote, and its verbs. What nobody has confirmed stays out of sight."""

    list_display = ("number", "state", "full_name", "service_name", "created_at", "valid_until")
    list_filter = ("state",)
    search_fields = ("number__istartswith", "email__iexact", "order__number__istartswith")
    search_help_text = _("Number of the quote or order, or e-mail address")
    ordering = ("-created_at",)
    page_template = "admin/interventions/quote/page.html"
    verbs = VERBS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quote]:
        found: QuerySet[Quote] = super().get_queryset(request)
        seen = found.exclude(state=QuoteState.UNCONFIRMED)
        return seen.exclude(state=QuoteState.EXPIRED, sent_at__isnull=True).select_related(
            "account", "ticket", "service__plan", "file", "drafted_by", "sent_by"
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def page_context(self, request: HttpRequest, obj: Quote) -> dict[str, Any]:
        return {
            **quote_words(obj),
            "order": Order.objects.filter(quote=obj).first(),
            "blockers": blockers(obj) if obj.state == QuoteState.DRAFT else [],
            "tools": [
                (verb.title, f"admin:{self.verb_name(verb.slug)}")
                for verb in VERBS
                if may_move(obj.state, LEADS_TO[verb.slug])
            ],
        }

    def verb_page(
        self, request: HttpRequest, verb: Verb, form: VerbForm, *, back: str, obj: Any = None
    ) -> HttpResponse:
        """The lines have a page of their own: a table to fill in."""
        shown = super().verb_page(request, verb, form, back=back, obj=obj)
        if verb.slug == LINES.slug and isinstance(shown, TemplateResponse):
            shown.template_name = "admin/interventions/quote/lines.html"
        return shown

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Begin a quote, then show it; `?ticket=` names the ticket it is for."""
        if not self.has_add_permission(request):
            return self._get_obj_does_not_exist_redirect(request, self.opts, "")
        posted = request.POST if request.method == "POST" else None
        initial = {"ticket": request.GET.get("ticket", "")[:20]}
        form = NewQuoteForm(posted, target=None, initial=initial)
        if request.method == "POST" and form.is_valid() and perform(request, form) and form.begun:
            return redirect(self.page_url(form.begun))
        return self.verb_page(request, NEW, form, back="../")
