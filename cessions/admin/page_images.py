"""Stored files on staff's pages: page by page as pictures, guarded ones with a watermark (D6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cessions.facts import provider_zone
from hosting.lib import pageimages
from hosting.lib.child import Limits
from hosting.lib.downloads import send_picture
from hosting.lib.pageimages import TURNS, Unreadable
from hosting.records.enums import NEVER_OPENED
from hosting.records.models import StoredFile
from hosting.records.services import NotOpenable, open_file, openable

KEEP_SECONDS = 600  # of what bears no watermark, in the viewer's own browser
COUNT_KEPT = 24 * 3600
ONE_PAGE = frozenset({"image/jpeg", "image/png", "image/heic", "image/webp"})


@dataclass(frozen=True)
class Shown:
    """What a page shows of a file: the numbers of its pages, or why there is none to see."""

    pages: range = range(0)
    why_not: str = ""
    more: int = 0
    """How many further pages are not shown."""


def shown(file: StoredFile) -> Shown:
    """What can be seen of `file` now; words instead where nobody may open it, or no machine can."""
    why_not = why_closed(file)
    if why_not:
        return Shown(why_not=why_not)
    try:
        count = pages_of(file)
    except Unreadable:
        return Shown(
            why_not=_("The pages of this file cannot be shown: it is damaged, or too heavy.")
        )
    most = limits().pages
    return Shown(range(1, min(count, most) + 1), more=max(0, count - most))


def why_closed(file: StoredFile) -> str:
    """Why nobody may open `file`, in words; empty where staff may (D6)."""
    if openable(file):
        return ""
    if file.destroyed_at is not None:
        at = date_format(localtime(file.destroyed_at), "SHORT_DATE_FORMAT")
        return _("This file was destroyed on %(at)s.") % {"at": at}
    if file.scan_state in NEVER_OPENED:
        return capfirst(file.state_words)
    return _("This file has not been checked yet: nobody can open it until then.")


def pages_of(file: StoredFile) -> int:
    """How many pages `file` has: what its check counted, else counted now. Raises Unreadable."""
    if file.pages:
        return file.pages
    if file.content_type in ONE_PAGE:
        return 1
    key = f"pages-of-{file.pk}"
    count: int | None = cache.get(key)
    if count is None:
        count = pageimages.count_pages(_bytes(file), file.content_type)
        cache.set(key, count, COUNT_KEPT)
    return count


def picture(
    request: HttpRequest, file: StoredFile, page: int, watermark: Sequence[str] = ()
) -> HttpResponse:
    """Page `page` of `file` as a picture. 404 where nobody may open it or there is no such page, 422
    in words where it cannot be drawn. A watermarked picture is drawn anew each time and kept nowhere."""
    turn = turn_of(request)
    try:
        content = _bytes(file)
        known = range(1, pages_of(file) + 1)
        if page not in known:
            raise Http404("no such page")
        drawn = pageimages.draw_page(
            content, file.content_type, page, turn=turn, watermark=watermark, limits=limits()
        )
    except NotOpenable as closed:
        raise Http404("not scanned, or destroyed") from closed
    except Unreadable:
        words = _("This page cannot be shown: it is damaged, or too heavy.")
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    return send_picture(
        drawn,
        name=f"page-{page}.jpg",
        content_type=pageimages.CONTENT_TYPE,
        keep_seconds=0 if watermark else KEEP_SECONDS,
    )


def limits() -> Limits:
    """As many pages and pixels as an upload may have (D6)."""
    return replace(
        pageimages.LIMITS,
        pages=settings.UPLOAD_MAX_PAGES,
        megapixels=settings.UPLOAD_MAX_MEGAPIXELS,
    )


def turn_of(request: HttpRequest) -> int:
    """By how many degrees the pages are turned: 0 for what is no quarter of a turn."""
    said = request.GET.get("turn", "")
    return int(said) if said in {str(turn) for turn in TURNS} else 0


def watermark(number: str, purpose: str, user: Any, now: datetime) -> tuple[str, ...]:
    """Whose eyes a guarded page is for: case, purpose, viewer, instant."""
    local = localtime(now, provider_zone())
    at = f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {local.tzname()}"
    name = user.full_name or user.email
    return (f"{number} · {purpose}", name, f"{settings.PROVIDER['name']} · {at}")


def _bytes(file: StoredFile) -> bytes:
    with open_file(file) as content:
        return content.read()
