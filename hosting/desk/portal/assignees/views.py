"""The list of assignees: by service, and each one's page (P1)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import CustomerAccount
from cessions.models import Assignee
from cessions.services import assignees as verbs
from hosting.desk.portal.access import Visitor, own_running, portal_page
from hosting.desk.portal.assignees.forms import AssigneeForm
from hosting.desk.portal.forms import take
from hosting.enums import ServiceStatus
from hosting.lib import clock
from hosting.models import Service

SECTION = {"section": "assignees"}
PAGE = 100


@portal_page()
def assignees(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Each service and who may receive it; what has nobody says so, and who has no service any more."""
    present = Assignee.objects.filter(account=visitor.account, ended_at__isnull=True)
    services = (
        _still_here(visitor.account)
        .order_by("name", "kind")
        .prefetch_related(Prefetch("assignees", present, to_attr="listed"))
    )
    addresses = verbs.own_addresses(visitor.account)
    page = Paginator(services, PAGE).get_page(request.GET.get("page"))
    himself = {
        assignee.pk
        for service in page
        for assignee in service.listed
        if verbs.is_the_holder(assignee, visitor.account, addresses)
    }
    idle = present.exclude(services__in=_still_here(visitor.account)).order_by("full_name", "pk")
    context = {
        **SECTION,
        "services": page,
        "himself": himself,
        "idle": idle[:PAGE] if page.number == 1 else (),
    }
    return render(request, "portal/assignees/list.html", context)


@portal_page()
def add(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A new assignee; `?service=` ticks one."""
    offered = verbs.offered_services(visitor.account)
    initial = {"language": visitor.account.language, "services": request.GET.getlist("service")}
    form = AssigneeForm(request.POST or None, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            new = verbs.add_assignee(
                visitor.account,
                form.person(),
                form.cleaned_data["services"],
                now=clock.now(),
                actor=visitor.actor,
            )
        except ValidationError as error:
            take(form, error)
        else:
            return _saved(request, visitor, new)
    return render(request, "portal/assignees/form.html", {**SECTION, "form": form})


@portal_page()
def change(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Correct an assignee or his services."""
    assignee = own_running(visitor.account.assignees.all(), pk, back="portal_assignees")
    initial = {
        "full_name": assignee.full_name,
        "organisation": assignee.organisation,
        "emails": "\n".join(assignee.emails),
        "telephone": assignee.telephone,
        "language": assignee.language,
        "services": [str(key) for key in assignee.services.values_list("pk", flat=True)],
    }
    offered = verbs.offered_services(visitor.account)
    form = AssigneeForm(request.POST or None, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_assignee(
                assignee,
                form.person(),
                form.cleaned_data["services"],
                now=clock.now(),
                actor=visitor.actor,
            )
        except ValidationError as error:
            take(form, error)
        else:
            assignee.refresh_from_db()
            return _saved(request, visitor, assignee)
    context = {**SECTION, "form": form, "assignee": assignee}
    return render(request, "portal/assignees/form.html", context)


@require_POST
@portal_page()
def end(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Take somebody off the list."""
    assignee = own_running(visitor.account.assignees.all(), pk, back="portal_assignees")
    try:
        verbs.end_assignee(assignee, now=clock.now(), actor=visitor.actor)
    except ValidationError as error:  # somebody of the account was faster
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("This person is no longer on your list."))
    return redirect("portal_assignees")


def _still_here(account: CustomerAccount) -> "QuerySet[Service]":
    return account.services.exclude(status=ServiceStatus.TERMINATED)


def _saved(request: HttpRequest, visitor: Visitor, assignee: Assignee) -> HttpResponse:
    if verbs.is_the_holder(assignee, visitor.account, verbs.own_addresses(visitor.account)):
        words = _("This seems to be you yourself. An assignee should be your client.")
        messages.warning(request, words)
    messages.success(request, _("Your list is saved."))
    return redirect("portal_assignees")
