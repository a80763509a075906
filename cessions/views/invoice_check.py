"""“Is this invoice good enough?”: for anybody, before a request; nothing is kept (D2, P5, T4)."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cessions.policies.invoice_check import CheckLine, InvoiceCheck, Met, Point
from cessions.services.invoice_check import Busy, look_at
from cessions.views.limits import limit_checks
from hosting.records.services import UploadRefused

PILLS = {Met.YES: "good", Met.UNSURE: "warn", Met.NO: "bad", Met.REMARK: "info"}
RETRY_SECONDS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The form; after a file was sent, what we see in it."""
    if request.method != "POST":
        return shown(request)
    limit_checks(request)
    upload = request.FILES.get("invoice")
    if upload is None:
        return shown(request, error=_("Please choose a file."), status=422)
    try:
        return shown(request, check=look_at(upload), name=name_of(upload))
    except UploadRefused as refused:
        return shown(request, error=str(refused), status=422)
    except Busy:
        answer = shown(request, busy=True, status=503)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    finally:
        upload.close()


def shown(
    request: HttpRequest,
    *,
    check: InvoiceCheck | None = None,
    name: str = "",
    error: str = "",
    busy: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page at this moment."""
    context = {
        "check": check,
        "lines": [shown_line(line) for line in check.lines] if check else [],
        "name": name,
        "error": error,
        "busy": busy,
    }
    return render(request, "cessions/invoice_check.html", context, status=status)


def shown_line(line: CheckLine) -> dict[str, object]:
    """A line with its values as the reader writes them."""
    write = {Point.ISSUED: day, Point.PERIOD: day, Point.AMOUNT: amount}.get(line.point, str)
    return {
        "words": line.words,
        "advice": line.advice,
        "seen": [write(value) for value in line.seen],
        "pill": PILLS[line.met],
        "label": label(line.met),
    }


def day(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value))
    except ValueError:  # by the embedded data, which say what they like
        return value


def amount(value: str) -> str:
    try:
        return number_format(Decimal(value), decimal_pos=2)
    except InvalidOperation:
        return value


def label(met: Met) -> str:
    """A word for the pill of a line."""
    return {
        Met.YES: _("good"),
        Met.UNSURE: _("not sure"),
        Met.NO: _("not found"),
        Met.REMARK: _("note"),
    }[met]


def name_of(upload: "UploadedFile[bytes]") -> str:
    """The name that the file had on the visitor's device, to be shown as text."""
    return "".join(sign for sign in upload.name or "" if sign.isprintable())[-200:]
