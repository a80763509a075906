"""Looking at the pages that a client named, before the work and after it, side by side (V3)."""

import time
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from hosting.lib.fetch import NotFetched, fetch
from hosting.lib.screenshot import NoPicture, picture
from hosting.lib.sweeps import each
from hosting.records.models import StoredFile
from hosting.records.services import store_made
from interventions.enums import InterventionState
from interventions.models import Intervention, Probe
from interventions.pages import read_page

BROKEN_FROM = 400
LINKS_WITHIN_SECONDS = 20
AFTER = (
    InterventionState.ENDED,
    InterventionState.ASKED,
    InterventionState.VALIDATED,
    InterventionState.UNANSWERED,
)
BEFORE = (InterventionState.BACKING_UP, InterventionState.READY)
log = structlog.get_logger(__name__)


def probe_due(now: datetime, limit: int = 10) -> int:
    """Look at the pages of the interventions that wait for it; how many were looked at."""
    due = Intervention.objects.filter(next_probe_at__lte=now).order_by("next_probe_at")
    keys = due.values_list("pk", flat=True)[:limit]
    return each(keys, lambda key: probe(key, now=now), name="probes")


def probe(key: UUID, *, now: datetime) -> bool:
    """Look at the pages of one intervention, outside any transaction; a look once made is kept.

    False when its state asks for no look any more: a look "before" that came too late shows nothing.
    """
    intervention = Intervention.objects.select_related("ticket").get(pk=key)
    after = intervention.state in AFTER
    wanted = after or intervention.state in BEFORE
    for url in intervention.ticket.pages if wanted else ():
        if not intervention.probes.filter(after=after, url=url).exists():
            look(intervention, url, after=after, now=now)
    Intervention.objects.filter(pk=key, next_probe_at__lte=now).update(next_probe_at=None)
    return wanted


def look(intervention: Intervention, url: str, *, after: bool, now: datetime) -> None:
    """One look: status, title, broken links and a picture, or why there are none."""
    seen = Probe(intervention=intervention, after=after, url=url, at=now)
    try:
        page = fetch(url)
        seen.status = page.status
        seen.title, links = read_page(page.url, page.body)
        seen.broken_links = broken(links)
        seen.screenshot, seen.error = shot(url, now)
    except NotFetched as error:
        seen.error = words_of(error)
    with transaction.atomic():
        Probe.objects.bulk_create([seen], ignore_conflicts=True)


def words_of(error: NotFetched) -> str:
    """Why a page could not be looked at, in the provider's language: staff read it."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "address": gettext("The address is not public, so it was not looked at."),
            "name": gettext("The name leads nowhere."),
            "elsewhere": gettext("It leads to another site."),
            "time": gettext("It did not answer in time."),
            "tls": gettext("Its certificate does not belong to the name, or has run out."),
            "refused": gettext("The connection was refused, or broke off."),
        }
    return words[error.code]


def broken(links: list[str]) -> list[str]:
    """Those of the site's own `links` that answer with an error, or not at all; not more than there is
    time for."""
    found, until = [], time.monotonic() + LINKS_WITHIN_SECONDS
    for link in links:
        if time.monotonic() > until:
            break
        try:
            if fetch(link, limit=0).status >= BROKEN_FROM:
                found.append(link)
        except NotFetched as error:
            if error.code != "elsewhere":
                found.append(link)
    return found


def shot(url: str, now: datetime) -> tuple[StoredFile | None, str]:
    """The picture as a file of ours, or why there is none."""
    try:
        png = picture(url)
    except (NoPicture, NotFetched) as error:
        return None, words_of(error) if isinstance(error, NotFetched) else str(error)[:300]
    return store_made(png, name="page.png", content_type="image/png", now=now), ""
