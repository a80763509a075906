"""One page to confirm or correct everything in half a minute (A11). It is there the whole year."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import ContactMethod
from accounts.services.checkin import StillRight, confirm
from cessions.models import Assignee
from cessions.services.preparation_check import verify_assignees
from hosting.desk.portal.access import Visitor, portal_page
from hosting.desk.portal.checkin.groups import Group, groups_of, ticked_in
from hosting.lib import clock

LEFT = "portal_checkin_left"
"""Session: the keys of what was not ticked just now, per group."""
IDENTITY = "identity"


@portal_page()
def check_in(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Everything on file with a box each, and one button."""
    groups = groups_of(visitor.account)
    if request.method == "POST":
        ticked = {group.key: ticked_in(group, request.POST, visitor.account) for group in groups}
        identity = IDENTITY in request.POST
        _confirm(visitor, ticked, identity)
        left = {group.key: _keys(group.without(ticked[group.key])) for group in groups}
        request.session[LEFT] = {"identity": not identity, "groups": left}
        return redirect("portal_checkin_done")
    check_ins = visitor.account.check_ins.filter(closed_at__isnull=True)
    context = {
        "section": "checkin",
        "account": visitor.account,
        "groups": groups,
        "running": check_ins.filter(confirmed_at__isnull=True).first(),
        "last": check_ins.filter(confirmed_at__isnull=False).order_by("-confirmed_at").first(),
    }
    return render(request, "portal/checkin/page.html", context)


@portal_page()
def done(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Thanks, and what was left unticked, each with the page on which it is corrected."""
    left = request.session.get(LEFT, {"identity": False, "groups": {}})
    groups = [
        _only(group, left["groups"].get(group.key, [])) for group in groups_of(visitor.account)
    ]
    context = {
        "section": "checkin",
        "account": visitor.account,
        "identity": left["identity"],
        "left": [group for group in groups if group.rows or group.rest],
    }
    return render(request, "portal/checkin/done.html", context)


@transaction.atomic
def _confirm(visitor: Visitor, ticked: dict[str, list[str]], identity: bool) -> None:
    """Both apps take note of what is still right, or neither does."""
    account, now = visitor.account, clock.now()
    facts: dict[str, object] = {
        "contracts": [int(pk) for pk in ticked["contract"]],
        "powers": [int(pk) for pk in ticked["power"]],
        "emergency_contacts": ticked["emergency"],
        "identity": identity,
    }
    contacts = ContactMethod.objects.filter(account=account, pk__in=ticked["contact"])
    confirm(account, StillRight(contacts, facts), by=visitor.user, now=now)
    assignees = Assignee.objects.filter(account=account, pk__in=ticked["assignee"])
    verify_assignees(account, assignees, now=now, actor=visitor.actor)


def _keys(group: Group) -> list[str]:
    return [*(row.pk for row in group.rows), *group.rest]


def _only(group: Group, keys: list[str]) -> Group:
    wanted = set(keys)
    return group.without(pk for pk in _keys(group) if pk not in wanted)
