"""The public form and its drafts (T1). Nothing that was typed or sent is lost over an error."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cessions.enums import ConsentCode, DocumentKind, FilingState
from cessions.facts import provider_zone
from cessions.forms import FilingForm
from cessions.models import Filing
from cessions.services import documents, intake
from cessions.services.claims import Claim
from cessions.services.filing import submit
from cessions.services.locks import NotPossible
from cessions.views import form_page
from cessions.views.limits import limit_files, limit_mails, limit_posts
from cessions.views.links import address, filing_of, is_over
from hosting.lib import clock, links
from hosting.lib.dates import local_date
from hosting.lib.private import private_page
from hosting.models import Notice
from hosting.records.services import UploadRefused
from hosting.services.notices import current_notices, recent_versions, shown

NOTICES = (ConsentCode.TERMS, ConsentCode.PRIVACY)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def form(request: HttpRequest) -> HttpResponse:
    """A fresh form. It carries a key, so that sending it twice files one request."""
    if request.method == "POST":
        key = read_key(request.POST.get("key", ""))
        filing = filing_of_key(key) if key else None
        if filing is not None and is_another(request, filing):
            return answer(request, None, key=None)
        return answer(request, filing, key=key)
    token = links.token("cession_form", uuid4())
    versions = recent_versions(NOTICES, language_now(), clock.now())
    return form_page.blank(request, key=token, versions=versions, load=notices_now)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """A draft, resumed by its private link within 30 days."""
    filing = filing_of("cession_draft", token)
    if filing.state == FilingState.EXPIRED or is_over(filing, clock.now()):
        raise Http404("expired")
    if request.method == "POST" or filing.state != FilingState.DRAFT:
        return answer(request, filing, key=None)
    return form_page.of_draft(request, filing, notices=notices_now())


def answer(request: HttpRequest, filing: Filing | None, *, key: UUID | None) -> HttpResponse:
    """What follows from a form that was sent: keep it, then do what the button says.

    `key` is the id that a new draft shall have.
    """
    if filing is not None and filing.state != FilingState.DRAFT:
        return redirect(address("cession_sent", filing))
    limit_posts(request)
    now = clock.now()
    do = request.POST.get("do", "submit")
    if filing is not None and do == "discard":
        return discard(request, filing, now)
    data = FilingForm(request.POST, today=local_date(now, provider_zone()))
    data.is_valid()
    uploads = list(read_uploads(request))
    limit_files(request, len(uploads))
    try:
        filing, refused = keep(filing, data, do, uploads, now, key)
    except NotPossible as gone:
        raise Http404("expired meanwhile") from gone
    if filing is not None and do == "save" and not data.typed_wrong() and not refused:
        return saved(request, filing, now)
    notices = notices_now()
    if do == "submit":
        agreed = request.POST.get("notices", "") == shown(notices)
        if not agreed:
            data.add_error(
                None, _("The terms have changed while you were writing. Please read them again.")
            )
        if filing is not None and data.is_valid() and not refused:
            limit_mails(request, filing.email)
            return redirect(address("cession_sent", submit(filing, notices=notices, now=now)))
    return form_page.with_errors(
        request, data, filing=filing, do=do, refused=refused, notices=notices
    )


def keep(
    filing: Filing | None,
    data: FilingForm,
    do: str,
    uploads: list[tuple[str, UploadedFile]],
    now: datetime,
    key: UUID | None,
) -> tuple[Filing | None, dict[str, list[str]]]:
    """Keep what is valid: in the draft, or in a new one where there is something to keep.

    Gives the draft, if there is one now, and the files that could not be taken, by their kind.
    """
    claim = data.claim(language_now())
    if filing is not None:
        filing = intake.save_draft(filing, claim, now=now)
    elif uploads or do == "save" or (do == "submit" and data.is_valid()):
        filing = begin(key, claim, now)
    refused: dict[str, list[str]] = {}
    if filing is not None:
        if do.startswith("remove:") and do[7:].isdecimal():
            documents.remove_document(filing, int(do[7:19]), now=now)
        for kind, upload in uploads:
            try:
                documents.add_document(filing, upload, kind=kind, now=now)
            except UploadRefused as error:
                words = {"words": upload.name, "detail": error}
                refused.setdefault(kind, []).append(_("%(words)s: %(detail)s") % words)
    return filing, refused


def begin(key: UUID | None, claim: Claim, now: datetime) -> Filing:
    """A new draft under the form's key; the one that is there when the form was sent twice at once."""
    try:
        return intake.start_draft(claim, now=now, key=key)
    except IntegrityError:
        if key is None:
            raise
        return Filing.objects.get(pk=key)


def saved(request: HttpRequest, filing: Filing, now: datetime) -> HttpResponse:
    """The draft is kept; its link is sent when there is an address, and shown in any case."""
    if filing.email:
        limit_mails(request, filing.email)
        intake.send_draft_link(filing, now=now)
        messages.success(request, _("Saved. We have sent the link to your e-mail address."))
    else:
        messages.success(request, _("Saved. Please keep the link below."))
    return redirect(address("cession_draft", filing))


def discard(request: HttpRequest, filing: Filing, now: datetime) -> HttpResponse:
    """The claimant wants nothing kept: draft and files are destroyed at once."""
    intake.expire(filing, now=now, actor="claimant")
    messages.success(request, _("Your draft and its files are destroyed."))
    return redirect("cession_form")


def read_uploads(request: HttpRequest) -> list[tuple[str, UploadedFile]]:
    """The files that were sent, each with the kind of document of its field."""
    return [
        (kind.value, upload)
        for kind in DocumentKind
        for upload in request.FILES.getlist(f"document_{kind.value}")
    ]


def read_key(key: str) -> UUID | None:
    """The id in a form's key, if the key is ours."""
    return links.read_token(key) if links.token_holds("cession_form", key) else None


def filing_of_key(key: UUID) -> Filing | None:
    """The filing that this very form has become already, if it has."""
    filing = Filing.objects.filter(pk=key).first()
    if filing is not None and (filing.state == FilingState.EXPIRED or is_over(filing, clock.now())):
        raise Http404("expired")
    return filing


def is_another(request: HttpRequest, filing: Filing) -> bool:
    """Whether somebody went back from a request he had sent and now asks for something else."""
    if filing.state == FilingState.DRAFT:
        return False
    data = FilingForm(request.POST, today=local_date(clock.now(), provider_zone()))
    data.is_valid()
    claim = data.claim(language_now())
    sent = {(service.kind, service.name) for service in filing.services.all()}
    return {(each.kind, each.name) for each in claim.services} != sent


def language_now() -> str:
    """The language of the page, one of ours."""
    return get_language() or "en"


def notices_now() -> list[Notice]:
    """The notices that the form shows."""
    return current_notices(NOTICES, language_now(), clock.now())
