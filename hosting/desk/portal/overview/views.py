"""Where the space begins: the services, how well each is prepared, what to do next (P6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.enums import Role
from hosting.desk.portal.access import Visitor, portal_page


@portal_page(*Role)
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The account at a glance."""
    return render(request, "portal/home.html", {"visitor": visitor})
