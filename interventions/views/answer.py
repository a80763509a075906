"""The client's page of an intervention: what was done, until when he can answer, and his answer (I5)."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, override
from django.views import View
from django.views.decorators.http import require_safe

from hosting.lib import clock, links
from hosting.lib.downloads import send_file
from hosting.lib.private import private_page
from hosting.lib.ratelimit import refuse_flood
from hosting.records.services import NotOpenable, open_file
from interventions import policies
from interventions.enums import BackupState, InterventionState, RestoreState
from interventions.models import Intervention, Probe, Ticket
from interventions.notifications.client import PAGE, deadline_words
from interventions.policies import may_move
from interventions.services import answers, restoring
from interventions.services.states import NotPossible

POSTS = "60/h"
PICTURE = "intervention_picture"
State = InterventionState


@dataclass
class PageLook:
    """One page of the client's site, before the work and after it."""

    url: str
    before: Probe | None = None
    after: Probe | None = None
    before_picture: str = ""
    after_picture: str = ""


@method_decorator(private_page, name="dispatch")
class InterventionView(View):
    """Looking changes nothing, nor does a mail scanner's visit; an answer is a POST (I5)."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Where the intervention is, and what he can do now."""
        return page(request, intervention_of(token), token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """One answer; then the same page, which says what follows from it."""
        refuse_flood(request, "intervention-posts", POSTS)
        intervention = intervention_of(token)
        do = request.POST.get("do", "")
        areas, remark = request.POST.getlist("area"), request.POST.get("remark", "")[:5000]
        now = clock.now()
        try:
            with override(intervention.ticket.language):
                if do == "validate":
                    answers.validate(intervention, areas=areas, remark=remark, now=now)
                elif do == "invalidate":
                    answers.invalidate(intervention, areas=areas, remark=remark, now=now)
                elif do == "restore":
                    restoring.ask_restore(intervention, now=now)
                elif do == "decline":
                    answers.decline_restore(intervention, now=now)
                else:
                    return page(request, intervention, token, status=400)
        except NotPossible as refused:
            current = intervention_of(token)
            typed = {"refused": refused.messages, "ticked": areas, "remark": remark}
            return page(request, current, token, status=409, **typed)
        return redirect(PAGE, token=token)


def intervention_of(token: str) -> Intervention:
    """The intervention of a private link. Raises Http404 for rubbish, and for a renewed link."""
    key = links.read_token(token)
    found = Intervention.objects.select_related("ticket", "site__service", "backup", "restore")
    intervention = found.filter(pk=key).first() if key else None
    if intervention is None:
        raise Http404("no such link")
    if not links.token_holds(PAGE, token, intervention.ticket.link_generation):
        raise Http404("no such link")
    return intervention


def looks_of(intervention: Intervention, token: str) -> list[PageLook]:
    """The client's pages as they were before the work and after it, side by side; only those that were
    looked at a second time, for before that there is nothing to compare."""
    found: dict[str, PageLook] = {}
    for probe in intervention.probes.all():
        picture = reverse(PICTURE, args=[token, probe.pk]) if probe.screenshot_id else ""
        look = found.setdefault(probe.url, PageLook(probe.url))
        if probe.after:
            look.after, look.after_picture = probe, picture
        else:
            look.before, look.before_picture = probe, picture
    return [look for look in found.values() if look.after is not None]


@require_safe
@private_page
def picture(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """One picture of a page of his, for his page alone (V3)."""
    probes = intervention_of(token).probes.select_related("screenshot")
    probe = probes.filter(pk=pk, screenshot__isnull=False).first()
    if probe is None or probe.screenshot is None:
        raise Http404("no such picture")
    try:
        file = open_file(probe.screenshot)
    except NotOpenable as error:
        raise Http404("destroyed") from error
    return send_file(file, name="page.png", content_type="image/png", inline=True)


def page(
    request: HttpRequest,
    intervention: Intervention,
    token: str,
    *,
    status: int = 200,
    **typed: object,
) -> HttpResponse:
    """The page as things stand; `typed` keeps what was ticked and written when it was refused."""
    now, t0, backup = clock.now(), intervention.t0_at, intervention.backup
    kept = backup is not None and backup.state in answers.BYTES_EXIST
    restore = intervention.restore
    may_answer = intervention.state in policies.WORKED_ON
    if t0 is not None and not policies.answer_in_time(t0, now):
        may_answer = False
    context = {
        "intervention": intervention,
        "ticket": intervention.ticket,
        "may_validate": may_answer,
        "may_invalidate": kept and (may_answer or may_move(intervention.state, State.INVALIDATED)),
        "asks_restore": intervention.state == State.INVALIDATED and restore is None,
        "restoring": restore is not None and restore.state in ACTIVE,
        "restore_failed": restore is not None and restore.state == RestoreState.FAILED,
        "deadlines": _deadlines(t0, intervention.ticket) if t0 else [],
        "backup_until": backup.purge_before if backup else None,
        "backup_gone": backup is not None and backup.state in GONE,
        "ticked": intervention.checked_areas,
        "looks": looks_of(intervention, token),
        **typed,
    }
    return render(request, "interventions/answer.html", context, status=status)


ACTIVE = (RestoreState.QUEUED, RestoreState.RUNNING)
GONE = (BackupState.PURGING, BackupState.PURGED)


def _deadlines(t0: datetime, ticket: Ticket) -> list[str]:
    """Until when he can answer, in the language of the page."""
    return deadline_words(policies.answer_by(t0), ticket, language=get_language())
