"""Two pages that show a code to staff: the script of a call, and the letter; each look is journalled."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from accounts.enums import ContactKind
from accounts.policies import shown_contact
from accounts.roles import is_support
from cessions.admin.verification_verbs import challenge_of
from cessions.enums import CallResult
from cessions.models import Challenge, TransferRequest
from cessions.services import challenges
from cessions.services.challenges import ChallengeRefused
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, open_file


def call_script(page: ReadingAdmin, request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The number, the words, the code, and what came of the call, one key per result (V1)."""
    case, challenge = _found(request, pk, part)
    try:
        code = challenges.open_script(challenge, by=request.user, now=clock.now())
    except ChallengeRefused as refused:
        raise Http404(refused.code) from refused
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": capfirst(challenge.get_kind_display()),
        "original": case,
        "challenge": challenge,
        "filing": challenge.filing,
        "name": challenge.requested_service.display_name,
        "number": shown_contact(ContactKind.PHONE, challenge.target),
        "code": code,
        "results": CallResult,
    }
    return TemplateResponse(request, "admin/cessions/transferrequest/call.html", context)


def challenge_letter(request: HttpRequest, pk: int, part: int) -> HttpResponseBase:
    """The letter's PDF, made when it is opened first."""
    _case, challenge = _found(request, pk, part)
    try:
        file = challenges.print_letter(challenge, by=request.user, now=clock.now())
        content = open_file(file)
    except (ChallengeRefused, NotOpenable) as closed:
        raise Http404("no letter to print") from closed
    return send_file(content, name=file.original_name, content_type="application/pdf", inline=True)


def _found(request: HttpRequest, pk: int, part: int) -> tuple[TransferRequest, Challenge]:
    if not is_support(request.user):
        raise PermissionDenied
    case = get_object_or_404(TransferRequest, pk=pk)
    return case, challenge_of(case, part)
