"""The page on which the registered owner of a domain says whether he knows of a request (V2)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cessions.models import Challenge
from cessions.notifications.challenges import OWNERS_PAGE, owners_key
from cessions.services import challenges
from cessions.views.links import bind_case
from hosting.lib import clock, links
from hosting.lib.private import private_page

BIGGEST_KEY = 2**63


def challenge_of(token: str) -> Challenge:
    """The challenge a token speaks of. Raises Http404 alike for rubbish and for another page's token."""
    key = links.read_token(token)
    if key is None or key.int >= BIGGEST_KEY or not links.token_holds(OWNERS_PAGE, token):
        raise Http404("no such link")
    rows = Challenge.objects.select_related("filing", "requested_service")
    found = rows.filter(pk=key.int).first()
    if found is None or owners_key(found) != key:
        raise Http404("no such link")
    bind_case(found.filing.number or "")
    return found


@private_page
def owner(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; an answer is a POST with its own button."""
    challenge, now = challenge_of(token), clock.now()
    answer = request.POST.get("answer") if request.method == "POST" else None
    if answer == "confirm":
        challenges.confirm_click(challenge, now=now)
    elif answer == "deny":
        challenges.deny_click(challenge, now=now)
    if answer in ("confirm", "deny"):
        return redirect(OWNERS_PAGE, token=token)
    context = {"challenge": challenge, "running": challenges.can_be_passed(challenge, now)}
    return render(request, "cessions/owner.html", context)
