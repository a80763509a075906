"""The list of cases: what to look at first, with the reason why it cannot be decided yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cessions import reasoning, worklist
from cessions.admin.case_page import TONES
from cessions.admin.next_step import next_step
from cessions.enums import DecisionState, RequestState
from cessions.models import TransferRequest
from cessions.naming import names
from cessions.reasoning import Reasoning
from cessions.snapshot import cases_of_requests
from hosting.lib.admin import EstimatedCountPaginator

PER_PAGE = 25
RANKS = {
    worklist.ALARM: ("bad", lambda: _("ALARM")),
    worklist.OVERDUE: ("bad", lambda: _("not carried out")),
    worklist.VOIDED: ("bad", lambda: _("approval voided")),
    worklist.CONTESTED: ("warn", lambda: _("contested")),
    worklist.TO_JUDGE: ("warn", lambda: _("answer to judge")),
    worklist.NOT_TODAY: ("bad", lambda: _("today does not count yet")),
    worklist.WROTE: ("warn", lambda: _("message to read")),
    worklist.RECOMMENDED: ("info", lambda: _("to approve")),
}


def case_list(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The context of the list: the view and the search that the address asks for, one page of it."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    views = {
        "todo": (_("To do"), lambda: worklist.to_do(now)),
        "decide": (_("To decide"), lambda: worklist.to_decide(now)),
        "mine": (_("Mine"), lambda: worklist.mine(now, request.user)),
        "wrote": (_("Messages"), worklist.wrote),
        "locked": (_("In the lock"), lambda: worklist.in_the_lock(now)),
        "ended": (_("Ended"), worklist.ended),
        "all": (_("All"), worklist.everything),
    }
    chosen = request.GET.get("view", "todo")
    chosen = chosen if chosen in views else "todo"
    rows = worklist.found(text) if text else views[chosen][1]()
    page = EstimatedCountPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "query": text,
        "view": "" if text else chosen,
        "views": [(code, label) for code, (label, _rows) in views.items()],
        "page": page,
        "more": getattr(page.paginator, "more", False),
        "rows": shown_rows(page, now),
    }


def shown_rows(page: Page[TransferRequest], now: datetime) -> list[dict[str, Any]]:
    """The rows of a page, judged from one statement for all of them."""
    requests = list(page.object_list)
    cases = cases_of_requests([row.pk for row in requests])
    return [
        shown_row(row, reasoning.reason(cases[row.pk], cases[row.pk].request(row.pk), now))
        for row in requests
    ]


def shown_row(row: TransferRequest, why: Reasoning) -> dict[str, Any]:
    """One case in a line: urgency, state, services, what stands in the way, what comes next."""
    tone, words = RANKS.get(row.rank, ("", lambda: ""))  # type: ignore[attr-defined]
    blockers = why.open_services[0].blockers if why.open_services else ()
    return {
        "request": row,
        "claimant": why.case.filing.full_name,
        "account": why.request.account,
        "who": why.request.assigned_to,
        "rank": words(),
        "rank_tone": tone,
        "state": RequestState(row.state).label,
        "tone": TONES.get(RequestState(row.state), ""),
        "names": names(view.service for view in why.services),
        "ripe": why.is_ripe and row.state == RequestState.RECEIVED,
        "blockers": blockers,
        "first": blockers[0].words if blockers else "",
        "run": why.period,
        "step": next_step(row.rank, why),  # type: ignore[attr-defined]
        "next": next_instant(row, why),
    }


def next_instant(row: TransferRequest, why: Reasoning) -> tuple[str, datetime] | None:
    """What happens next by itself, and when."""
    approved = [d for d in why.request.decisions if d.state == DecisionState.APPROVED]
    if approved and approved[-1].executes_at:
        return _("takes effect"), approved[-1].executes_at
    locks = [view.service.locked_until for view in why.services]
    if row.state == RequestState.EXECUTED and (ends := _later(locks, why.at)):
        return _("lock ends"), ends
    if row.waits_until and row.waits_until > why.at:
        return _("waits until"), row.waits_until
    lifts = [view.lifts_at for view in why.open_services]
    if ripe_from := _later(lifts, why.at):
        return _("can be decided"), ripe_from
    if why.open_services and why.earliest_at > why.at:
        return _("ten days over"), why.earliest_at
    return None


def _later(times: Sequence[datetime | None], now: datetime) -> datetime | None:
    return min((at for at in times if at is not None and at > now), default=None)
