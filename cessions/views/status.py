"""The claimant's private status page, and what he can do there (T5, T6, D4, X4)."""

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cessions.enums import ChallengeKind, ChallengeState, ConsentCode, DocumentKind
from cessions.facts import provider_zone
from cessions.forms import LONGEST_TEXT
from cessions.models import Decision, Filing, Letter
from cessions.services import decisions, documents
from cessions.services.conversation import write_to_staff
from cessions.services.filing import accept_effects
from cessions.services.locks import NotPossible
from cessions.services.questions import answer_question
from cessions.services.refused import Refused
from cessions.services.withdrawal import withdraw
from cessions.snapshot.own_file import TO_CLAIMANT, OwnFile, own_file
from cessions.views.limits import limit_files, limit_posts
from cessions.views.links import bind_case, row_number
from cessions.views.status_check_acts import ACTS as CHECK_ACTS
from cessions.views.status_checks import file_of as check_file_of
from cessions.views.status_page import StatusPage
from hosting.lib import clock, links
from hosting.lib.downloads import send_file
from hosting.lib.private import private_page
from hosting.records.services import UploadRefused
from hosting.services.notices import current_notices, shown

PURPOSE = "cession_status"


def file_of(token: str) -> OwnFile:
    """The file of a status link. Raises Http404."""
    key = links.read_token(token)
    file = own_file(key) if key else None
    if file is None or not links.token_holds(PURPOSE, token, file.link_generation):
        raise Http404("no such link")
    bind_case(file.number)
    return file


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def status(request: HttpRequest, token: str) -> HttpResponse:
    """The page, or one act of the claimant and then the page again."""
    file = file_of(token)
    if request.method != "POST":
        return shown_page(request, file)
    limit_posts(request)
    limit_files(request, len(request.FILES.getlist("file")))
    try:
        messages.success(request, act(request, Filing.objects.get(pk=file.id)))
    except (Refused, UploadRefused) as error:
        return shown_page(request, file_of(token), error=str(error))
    except NotPossible:
        messages.warning(
            request, _("This is no longer possible: something has changed. Please look again.")
        )
    return redirect(resolve_url(PURPOSE, token=token) + place_of(request.POST.get("do", "")))


def place_of(do: str) -> str:
    """Where the page is opened after a button: at the checks, whose words stand there."""
    return "#checks" if do.partition(":")[0] in ("begin", "check") else ""


def shown_page(request: HttpRequest, file: OwnFile, error: str = "") -> HttpResponse:
    """The page, with what was typed when something was wrong."""
    page = StatusPage(file, clock.now(), provider_zone())
    did = request.POST.get("do", "")
    notices = (
        current_notices(page.must_accept, get_language() or "en", clock.now())
        if page.must_accept
        else []
    )
    context = {
        "page": page,
        "token": links.token(PURPOSE, file.id, file.link_generation),
        "file": file,
        "notices": notices,
        "notices_shown": shown(notices),
        "document_kinds": DocumentKind.choices,
        "error": error,
        "most_bytes": settings.UPLOAD_MAX_BYTES,
        "too_heavy": too_heavy(),
        "did": did,
        "has_place": page.has_place(did),
        "typed": request.POST.get("text", "").replace("\0", ""),
    }
    return render(request, "cessions/status.html", context, status=422 if error else 200)


def act(request: HttpRequest, filing: Filing) -> str:
    """Do what the button says; words for the claimant. Raises Refused, UploadRefused, NotPossible."""
    verb, _colon, argument = request.POST.get("do", "").partition(":")
    acts = {
        "upload": upload,
        "replace": replace,
        "answer": answer,
        "message": message,
        "accept": accept,
        "withdraw": take_back,
        "contest": contest_refusal,
        **CHECK_ACTS,
    }
    if verb not in acts:
        raise Refused(_("We did not understand that. Please use the buttons of this page."))
    return acts[verb](request, filing, argument)


def upload(request: HttpRequest, filing: Filing, kind: str) -> str:
    """More documents, of the kind that the form names or that was chosen."""
    kind = kind or request.POST.get("kind", "")
    files = request.FILES.getlist("file")
    if kind not in DocumentKind.values or not files:
        raise Refused(_("Please choose a file first."))
    for file in files:
        documents.add_document(filing, file, kind=kind, now=clock.now())
    return ngettext("Thank you, we have your file.", "Thank you, we have your files.", len(files))


def replace(request: HttpRequest, filing: Filing, number: str) -> str:
    """A better copy of one document."""
    file = request.FILES.get("file")
    if file is None:
        raise Refused(_("Please choose a file first."))
    old = filing.documents.filter(pk=row_number(number)).first()
    if old is None:
        raise NotPossible("no such document")
    documents.replace_document(filing, old, file, now=clock.now())
    return _("Thank you, we have your file.")


def answer(request: HttpRequest, filing: Filing, number: str) -> str:
    """The answer to a question of ours. Words for one that a document has answered meanwhile, sent from
    the same page, come as a message: nothing that was written is lost (T5, T6)."""
    text = request.POST.get("text", "").replace("\0", "").strip()
    if not text:
        raise Refused(_("Please write your answer."))
    if len(text) > LONGEST_TEXT:
        raise Refused(too_long())
    if not answer_question(filing, row_number(number), text, now=clock.now()):
        question = filing.questions.filter(pk=row_number(number), closed_at=None).first()
        if question is None:
            raise NotPossible("no such question, or over")
        if question.answer != text:
            write_to_staff(filing, text, now=clock.now())
    return _("Thank you, we have your answer.")


def message(request: HttpRequest, filing: Filing, _argument: str) -> str:
    """A message to staff; it waits for nobody and lets nothing lapse (T5)."""
    write_to_staff(filing, request.POST.get("text", ""), now=clock.now())
    return _("Thank you, we have your message. A person reads it and answers.")


def accept(request: HttpRequest, filing: Filing, _argument: str) -> str:
    """He has read what a transfer changes, and accepts it (X4)."""
    known = {*request.POST.get("notices", "").split()}
    codes = {each.partition(":")[0] for each in known} & set(ConsentCode.values)
    notices = current_notices(codes, get_language() or "en", clock.now())
    if not request.POST.get("agree"):
        raise Refused(_("Please tick the box if you accept."))
    if not notices or {f"{n.code}:{n.version}" for n in notices} != known:
        raise Refused(_("The text has changed meanwhile. Please read it again."))
    accept_effects(filing, notices, now=clock.now())
    return _("Thank you. Your acceptance is recorded.")


def take_back(request: HttpRequest, filing: Filing, _argument: str) -> str:
    """The claimant withdraws, and says so twice."""
    if not request.POST.get("sure"):
        raise Refused(_("Please tick the box if you are sure."))
    withdraw(filing, now=clock.now())
    return _("Your request is withdrawn.")


def contest_refusal(request: HttpRequest, filing: Filing, number: str) -> str:
    """The claimant contests a refusal, once (X1)."""
    text = request.POST.get("text", "").replace("\0", "").strip()
    if not text:
        raise Refused(_("Please tell us why you disagree."))
    if len(text) > LONGEST_TEXT:
        raise Refused(too_long())
    found = Decision.objects.filter(pk=row_number(number), request__filing=filing).first()
    if found is None or not decisions.may_be_contested(found, clock.now()):
        raise NotPossible("no refusal that may be contested")
    decisions.contest(found.pk, text=text, now=clock.now())
    return _("Thank you. Another person will look at the refusal and write to you.")


def too_heavy() -> str:
    """What to say of a file that is too large, before it is sent."""
    megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    return _("This file is larger than %(size)d MB.") % {"size": megabytes}


def too_long() -> str:
    """What to say of a text that is too long."""
    return _("Please be a little shorter: up to %(count)d characters.") % {"count": LONGEST_TEXT}


@require_safe
@private_page
def letter(request: HttpRequest, token: str, number: int) -> FileResponse:
    """A letter to the claimant as PDF (X5)."""
    file = file_of(token)
    found = get_object_or_404(
        Letter.objects.select_related("file"),
        pk=number,
        filing_id=file.id,
        kind__in=TO_CLAIMANT,
        file__destroyed_at__isnull=True,
        file__isnull=False,
    )
    return send_file(
        default_storage.open(found.file.storage_name),
        name=f"{file.number}-{found.kind}.pdf",
        content_type="application/pdf",
    )


@require_safe
@private_page
def check_file(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The file to put on the site, to be downloaded while its check runs (V2)."""
    file = file_of(token)
    row = next((row for row in file.challenges if row.id == number), None)
    if row is None or row.kind != ChallengeKind.FILE or row.state != ChallengeState.OPEN:
        raise Http404("no such file")
    name, content = check_file_of(row)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(f"{content}\n", content_type="text/plain; charset=utf-8", headers=headers)
