"""The form of a ticket, public or for a member of an account (I2, N1-N5, I14)."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from hosting.enums import PlanKind
from hosting.lib import clock, links
from hosting.models import Notice, Service
from hosting.services.notices import current_notices, shown
from interventions import policies
from interventions.forms import PublicTicketForm, TicketForm
from interventions.models import Ticket
from interventions.notifications.tickets import PAGE
from interventions.services import tickets
from interventions.services.states import NotPossible
from interventions.views.limits import limit_mails, limit_posts
from interventions.views.links import address
from interventions.views.mine import Standing, services_of, standing_of

FORM = "assistance"
SENT = "assistance_sent"


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assistance(request: HttpRequest) -> HttpResponse:
    """Somebody who signs in for an account asks for one of its services; everybody else is asked who
    he is, and learns nothing of what is hosted here (T4)."""
    if request.method == "POST":
        limit_posts(request)
    mine = list(services_of(request.user)) if request.user.is_authenticated else []
    if mine:
        return of_member(request, mine)
    return answer(request, None) if request.method == "POST" else page(request, None)


def of_member(request: HttpRequest, mine: list[Service]) -> HttpResponse:
    """First which service it is about, because the notices depend on its plan; then the form."""
    wanted = request.POST.get("service") or request.GET.get("service")
    standings = {each.account_id: each.account for each in mine}
    judged = {key: standing_of(account) for key, account in standings.items()}
    eligible = [service for service in mine if judged[service.account_id].eligible]
    if not eligible:
        return ineligible(request, judged.values())
    if wanted is None:
        if len(eligible) == 1 and request.method != "POST":
            return page(request, eligible[0])
        return choice(request, eligible, [each for each in judged.values() if not each.eligible])
    service = next((each for each in mine if str(each.pk) == wanted), None)
    if service is None:
        raise Http404("none of his services")
    if not judged[service.account_id].eligible:
        return ineligible(request, [judged[service.account_id]])
    return answer(request, service) if request.method == "POST" else page(request, service)


@sensitive_variables("form")
def answer(request: HttpRequest, service: Service | None) -> HttpResponse:
    """What follows from a form that was sent."""
    form = TicketForm(request.POST) if service else PublicTicketForm(request.POST)
    form.is_valid()
    key = read_key(request.POST.get("key", ""))
    before = Ticket.objects.filter(pk=key).first() if key else None
    if before is not None:
        if is_same(request, before, form, service):
            return redirect(after(before))
        key = None
    notices = notices_now(service)
    if request.POST.get("notices", "") != shown(notices):
        form.add_error(
            None, _("The notices have changed while you were writing. Please read them again.")
        )
    if not form.is_valid():
        return page(request, service, form=form, status=422)
    if isinstance(form, PublicTicketForm):
        limit_mails(request, form.cleaned_data["email"])
    try:
        return redirect(after(opened(request, form, service, notices, key)))
    except NotPossible:
        if service is None:
            raise
        return ineligible(request, [standing_of(service.account)])


@sensitive_variables("form", "call")
def opened(
    request: HttpRequest,
    form: TicketForm,
    service: Service | None,
    notices: list[Notice],
    key: UUID | None,
) -> Ticket:
    """A new ticket under the form's key; the one that is there when it was sent twice at once."""
    call, now = form.call(language_now()), clock.now()
    try:
        if isinstance(form, PublicTicketForm):
            site = form.cleaned_data["site"]
            return tickets.open_public(
                call, form.caller(), site=site, notices=notices, now=now, key=key
            )
        if service is None:
            raise ValueError("a member asks for one of his services")
        return tickets.open_for_member(
            call, service, by=request.user, notices=notices, now=now, key=key
        )
    except IntegrityError:
        if key is None:
            raise
        return Ticket.objects.get(pk=key)


def page(
    request: HttpRequest,
    service: Service | None,
    *,
    form: TicketForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form, fresh or with what is wrong; what opens a site is not drawn again (I3)."""
    notices = notices_now(service)
    fresh = links.token(FORM, uuid4())
    context = {
        "form": form or (TicketForm() if service else PublicTicketForm()),
        "service": service,
        "key": request.POST.get("key", "").replace("\0", "")[:200] or fresh,
        "access": [each for each in notices if each.code == policies.ACCESS_NOTICE],
        "notices": [each for each in notices if each.code != policies.ACCESS_NOTICE],
        "shown": shown(notices),
    }
    return render(request, "interventions/assistance.html", context, status=status)


def choice(request: HttpRequest, services: list[Service], refused: list[Standing]) -> HttpResponse:
    """Which of his services it is about."""
    context = {"services": services, "refused": refused}
    return render(request, "interventions/assistance_choice.html", context)


def ineligible(request: HttpRequest, standings: Iterable[Standing]) -> HttpResponse:
    """Why not, how to contest it, and the paid way (I14)."""
    status = 403 if request.method == "POST" else 200
    context = {"standings": list(standings)}
    return render(request, "interventions/ineligible.html", context, status=status)


def after(ticket: Ticket) -> str:
    """Where the client goes from the form: to wait for a mail, or to his ticket."""
    return address(SENT if ticket.opened_by_id is None else PAGE, ticket)


def is_same(
    request: HttpRequest, before: Ticket, form: TicketForm, service: Service | None
) -> bool:
    """Whether the ticket that the form's key became is what is asked for now, by the same visitor:
    somebody may go back and ask for something else."""
    by = request.user.pk if service else None
    site = service.display_name if service else form.cleaned_data.get("site")
    return (before.opened_by_id, before.service_name) == (by, site)


def notices_now(service: Service | None) -> list[Notice]:
    """The notices that fit the plan of the service; those of the standard plan where none is known."""
    plan = service.plan if service else None
    codes = policies.notices_for(
        managed=plan is not None and plan.kind == PlanKind.MANAGED,
        automatic_backups=plan is not None and plan.automatic_backups,
    )
    return current_notices(codes, language_now(), clock.now())


def read_key(key: str) -> UUID | None:
    """The id in a form's key, if the key is ours."""
    return links.read_token(key) if links.token_holds(FORM, key) else None


def language_now() -> str:
    """The language of the page, one of ours."""
    return get_language() or "en"
