"""Where the space begins: the services, how well each is prepared, what to do next (P6)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import ContactKind, Role
from accounts.policies import shown_contact
from cessions.services.preparation import papers_handed, papers_not_handed
from hosting.desk.portal.access import Visitor, own, portal_page
from hosting.desk.portal.overview.page import home_context
from hosting.lib.clock import now
from hosting.models import Service


@portal_page(*Role)
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The account at a glance; an emergency contact sees what concerns him alone (A8)."""
    if visitor.role == Role.EMERGENCY:
        contact = visitor.emergency_contact
        telephone = shown_contact(ContactKind.PHONE, contact.telephone) if contact else ""
        shown = {"section": "home", "contact": contact, "telephone": telephone}
        return render(request, "portal/overview/emergency.html", shown)
    context = home_context(visitor, request.GET.get("page", ""), now())
    return render(request, "portal/overview/home.html", context)


@require_POST
@portal_page()
def papers(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The reseller says that his client has the invoice and the proof of payment, or takes it back
    (P5)."""
    service: Service = own(visitor.account.services, pk)
    if request.POST.get("handed") == "no":
        papers_not_handed(service, by=visitor.user, now=now())
        messages.success(request, _("Taken back for %(name)s.") % {"name": service.display_name})
    else:
        papers_handed(service, by=visitor.user, now=now())
        said = _("Noted: your client has the papers for %(name)s.")
        messages.success(request, said % {"name": service.display_name})
    page = request.POST.get("page", "")
    place = f"?page={page}" if page.isdecimal() else ""
    return redirect(f"{reverse('portal_home')}{place}#service-{service.pk}")
