"""Tickets in the admin: what waits for us first; a page with all that is known; the way to the work."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_supervisor
from accounts.services.notes import eligibility_of
from hosting.lib import clock
from hosting.lib.admin import Verb
from hosting.models import Notice
from interventions import worklist
from interventions.admin.conversation import WRITE, ConversationFiles, conversation
from interventions.admin.filters import ToDo
from interventions.admin.rights import SupportMixin
from interventions.admin.search import find_tickets
from interventions.admin.ticket_forms import CloseTicket, JoinAccount, OpenIntervention
from interventions.admin.words import TICKET_TONES, TONES, about, journal_of, who_does_what
from interventions.enums import InterventionState, TicketState
from interventions.models import Site, Ticket

TICKET_VERBS = (
    Verb(
        "open-intervention",
        _("Open an intervention"),
        OpenIntervention,
        _("Open it"),
        hint=_("Free work on the client’s site. Next comes the backup; without it no work starts."),
    ),
    Verb(
        "join",
        _("Join to an account"),
        JoinAccount,
        _("Join it"),
        hint=_("From then on it stands in the space of that account, for all who sign in for it."),
    ),
    Verb(
        "close",
        _("Close the ticket"),
        CloseTicket,
        _("Close it"),
        hint=_("Access that the client gave is erased at once. His own message opens it again."),
    ),
    WRITE,
)


@admin.register(Ticket)
class TicketAdmin(SupportMixin, ConversationFiles):
    """The clients' calls for help."""

    list_display = ("number", "waits", "about", "age", "live_works")
    list_filter = (ToDo,)
    list_select_related = ("account", "service")
    search_fields = ("number",)
    search_help_text = _("Number, name, e-mail address, or site")
    page_template = "admin/interventions/ticket/page.html"
    verbs = TICKET_VERBS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        if request.resolver_match and request.resolver_match.url_name.endswith("changelist"):
            return worklist.tickets()
        return Ticket.objects.select_related("account", "service__plan", "opened_by")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Of the open ones what waits for us first, the one that waits longest on top."""
        if request.GET.get(ToDo.parameter_name) in ("closed", "all") or request.GET.get("q"):
            return ("-created_at", "-id")
        on_list = request.resolver_match and request.resolver_match.url_name.endswith("changelist")
        return ("-waits_for_us", "created_at") if on_list else ("-created_at",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_tickets(search_term)), False

    @admin.display(description=_("waits for"))
    def waits(self, row: Any) -> str:
        """Whose turn it is; of one that is not open, its state."""
        if row.state != TicketState.OPEN:
            tone = TICKET_TONES.get(TicketState(row.state), "")
            return _pill(tone, row.get_state_display())
        if row.account_id is None:
            return _pill("warn", _("us: join it"))
        return _pill("warn", _("us")) if row.waits_for_us else _pill("", _("client or worker"))

    @admin.display(description=_("site, client and account"))
    def about(self, row: Ticket) -> str:
        site = row.service.display_name if row.service else row.service_name
        return about(site, row.full_name, row.account)

    @admin.display(description=_("age"))
    def age(self, row: Ticket) -> str:
        return timesince(row.created_at, clock.now(), depth=1)

    @admin.display(description=_("under way"))
    def live_works(self, row: Any) -> str:
        return str(row.live or "–")

    def page_context(self, request: HttpRequest, obj: Ticket) -> dict[str, Any]:
        """The ticket, its account's standing, what was given and said, and its work."""
        account, service = obj.account, obj.service
        sites = Site.objects.filter(service__account=account) if account else Site.objects.none()
        known = set(sites.values_list("service", flat=True))
        eligible = eligibility_of(account) if account else None
        return {
            "ticket": obj,
            "now": clock.now(),
            "tone": TICKET_TONES.get(TicketState(obj.state), ""),
            "account": account,
            "eligible": eligible,
            "why_not_open": why_not_open(obj, eligible, has_site=bool(known)),
            "may_add_site": is_supervisor(request.user) and obj.service_id not in known,
            "plan": service.plan if service else None,
            "duties": who_does_what(service.plan.responsibilities)
            if service and service.plan
            else [],
            "consents": consents(obj),
            **conversation(obj),
            "credentials": obj.credentials.defer("sealed"),
            "works": [
                {"row": work, "tone": TONES.get(InterventionState(work.state), "")}
                for work in obj.interventions.select_related("technician", "site__service")
            ],
            "journal": journal_of(obj.stream),
        }


def why_not_open(ticket: Ticket, eligible: Any, *, has_site: bool) -> str:
    """Why no intervention can be opened on the ticket; empty when one can (I14)."""
    if ticket.state != TicketState.OPEN:
        return gettext("The ticket is not open.")
    if ticket.account is None:
        return gettext("Join the ticket to an account first.")
    if not eligible.eligible:
        return gettext("This account gets no courtesy interventions (I14).")
    return "" if has_site else gettext("No site of this account is recorded yet.")


def consents(ticket: Ticket) -> list[dict[str, Any]]:
    """What the client accepted, each with the title of the very version he saw (N5)."""
    rows = list(ticket.consents.order_by("at", "notice"))
    notices = Notice.objects.filter(code__in={row.notice for row in rows})
    titles = {
        (notice.code, notice.version, notice.language): notice.title
        for notice in notices.only("code", "version", "language", "title")
    }
    return [
        {"row": row, "title": titles.get((row.notice, row.version, row.language), row.notice)}
        for row in rows
    ]


def _pill(tone: str, words: Any) -> str:
    return format_html('<span class="pill pill-{}">{}</span>', tone, words)
