"""What a ticket's page shows, and what the client can do there; the same behind his private link and in
his space."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hosting.lib import links
from hosting.models import Notice
from hosting.policies import who_does_what
from interventions import policies
from interventions.enums import InterventionState, TicketState
from interventions.forms import AccessForm, MessageForm
from interventions.models import Intervention, Ticket
from interventions.notifications.client import PAGE, deadline_words
from interventions.services import credentials, tickets
from interventions.services.conversation import client_wrote, conversation_of
from interventions.services.states import NotPossible

LONGEST_ID = 18  # digits


@dataclass(frozen=True)
class ShownIntervention:
    """One intervention, and the way to its answer page."""

    intervention: Intervention
    link: str
    asks: bool
    """Whether the client is asked to check his site now."""
    deadlines: list[str]


def ticket_context(ticket: Ticket) -> dict[str, Any]:
    """The context of `interventions/parts/ticket.html`."""
    works = list(ticket.interventions.order_by("-opened_at"))
    plan = ticket.service.plan if ticket.service else None
    unfinished = any(work.state in policies.UNFINISHED for work in works)
    is_open = ticket.state == TicketState.OPEN
    return {
        "ticket": ticket,
        "is_open": is_open,
        "works": [_shown(work, ticket) for work in works],
        "consents": _consents(ticket),
        "credentials": list(ticket.credentials.all()),
        "access_form": AccessForm(),
        "conversation": conversation_of(ticket, for_client=True),
        "message_form": MessageForm(),
        "may_close": is_open and not unfinished,
        "plan": plan,
        "duties": who_does_what(plan.responsibilities) if plan else [],
    }


def act(request: HttpRequest, ticket: Ticket, *, now: datetime, actor: str = "client") -> str:
    """Do what the button says; words for the client. Raises NotPossible."""
    do, _colon, argument = request.POST.get("do", "").partition(":")
    if do == "close":
        tickets.close(ticket, now=now, actor=actor)
        return _("This request is closed.")
    if do == "erase":
        credentials.take_back(ticket, _row_id(argument), now=now, actor=actor)
        return _("Erased.")
    if do == "give":
        form = AccessForm(request.POST)
        if not form.is_valid():
            raise NotPossible(
                "form", _("Nothing was kept: please choose what it opens, and type it.")
            )
        tickets.give_access(ticket, now=now, actor=actor, **form.cleaned_data)
        return _("Kept, encrypted.")
    if do == "write":
        message = MessageForm(request.POST)
        if not message.is_valid():
            raise NotPossible("form", _("Nothing was sent: please write your message."))
        client_wrote(ticket, text=message.cleaned_data["text"], now=now, actor=actor)
        return _("Your message is with us.")
    raise NotPossible("do", _("We did not understand that. Please use the buttons of this page."))


def _shown(work: Intervention, ticket: Ticket) -> ShownIntervention:
    asks = work.state in (InterventionState.ENDED, InterventionState.ASKED)
    deadlines = (
        deadline_words(policies.answer_by(work.t0_at), ticket, language=get_language())
        if work.t0_at
        else []
    )
    link = links.url(PAGE, work.pk, ticket.link_generation)
    return ShownIntervention(work, link, asks, deadlines if asks else [])


def _consents(ticket: Ticket) -> list[tuple[str, int, datetime]]:
    """Title, version and time of each notice that was accepted (N5)."""
    rows = list(ticket.consents.order_by("pk"))
    found = Notice.objects.filter(code__in=[row.notice for row in rows])
    titles = {(each.code, each.version, each.language): each.title for each in found}
    return [
        (titles.get((row.notice, row.version, row.language), row.notice), row.version, row.at)
        for row in rows
    ]


def _row_id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else 0
