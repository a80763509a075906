"""The page on which the recipient of an agreed transfer accepts or declines (X7)."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cessions.enums import AgreedState, ConsentCode
from cessions.models import AgreedTransfer
from cessions.services import agreed
from cessions.services.agreed.locking import OPEN, services_of
from cessions.views.limits import limit_posts
from hosting.lib import clock, links
from hosting.lib.downloads import send_file
from hosting.lib.private import private_page
from hosting.models import Notice
from hosting.records.services import NotOpenable, open_file
from hosting.services.notices import current_notices, shown

PURPOSE = "cession_agreed"


def transfer_of(token: str) -> AgreedTransfer:
    """The transfer of a private link. Raises Http404 alike for rubbish, another page's token and a
    renewed link."""
    key = links.read_token(token)
    rows = AgreedTransfer.objects.select_related("account", "to_account")
    found = rows.filter(pk=key).first() if key else None
    if found is None or not links.token_holds(PURPOSE, token, found.generation):
        raise Http404("no such link")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; he accepts or declines by a button of his own."""
    transfer = transfer_of(token)
    if request.method != "POST":
        return shown_page(request, transfer, token)
    limit_posts(request)
    error = act(request, transfer)
    if error:
        return shown_page(request, transfer_of(token), token, error)
    return redirect(PURPOSE, token=token)


def act(request: HttpRequest, transfer: AgreedTransfer) -> str:
    """Do what the button says; words where it cannot be done."""
    do = request.POST.get("do", "")
    if do not in ("accept", "decline"):
        return _("We did not understand that. Please use the buttons of this page.")
    if do == "accept" and not request.POST.get("agree"):
        return _("Please tick the box if you accept.")
    try:
        if do == "decline":
            agreed.decline(transfer.pk, now=clock.now())
            return ""
        notices = notices_now()
        if request.POST.get("notices", "") != shown(notices):
            return _("The text has changed meanwhile. Please read it again.")
        agreed.accept(transfer.pk, notices, now=clock.now())
    except agreed.AgreedRefused as refused:
        return str(refused)
    return ""


def shown_page(
    request: HttpRequest, transfer: AgreedTransfer, token: str, error: str = ""
) -> HttpResponse:
    """The page at this moment."""
    late = transfer.state == AgreedState.PROPOSED and transfer.expires_at <= clock.now()
    asks = transfer.state == AgreedState.PROPOSED and not late
    notices = notices_now() if asks else []
    context = {
        "transfer": transfer,
        "account": transfer.account,
        "services": services_of(transfer),
        "late": late,
        "notices": notices,
        "notices_shown": shown(notices),
        "may_decline": transfer.state in OPEN and not late,
        "letter": transfer.letters.filter(to_holder=False, file__isnull=False).exists(),
        "token": token,
        "error": error,
    }
    return render(request, "cessions/agreed.html", context, status=422 if error else 200)


@require_safe
@private_page
def letter(request: HttpRequest, token: str) -> FileResponse:
    """The letter to the recipient as PDF (X5)."""
    transfer = transfer_of(token)
    found = transfer.letters.select_related("file").filter(to_holder=False).first()
    if found is None or found.file is None:
        raise Http404("no letter yet")
    try:
        content = open_file(found.file)
    except NotOpenable as closed:
        raise Http404("this letter was destroyed") from closed
    return send_file(content, name=found.file.original_name, content_type="application/pdf")


def notices_now() -> list[Notice]:
    """What he has to read before: terms, personal data, effects (X4)."""
    return current_notices(ConsentCode.values, get_language() or "en", clock.now())
