"""What an e-mail service tells by its webhook (`/anymail/.../tracking/`)."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from django.urls import URLPattern

from hosting.lib import clock
from hosting.records.services.bounces import Told, record_bounce

COME_BACK = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}


def mail_tracked(event: AnymailTrackingEvent, **_: Any) -> Told:
    """A receiver of anymail's `tracking`: records a bounce; opens and clicks are not tracked."""
    if event.event_type not in COME_BACK:
        return Told.IGNORED
    reason = " ".join(str(word) for word in (event.mta_response, event.description) if word)
    text = reason or str(event.reject_reason or event.event_type)
    return record_bounce(message_id_of(event), text, now=clock.now())


def message_id_of(event: AnymailTrackingEvent) -> str:
    """Our Message-ID: as we gave it along, or the service's own word for it."""
    given = (event.metadata or {}).get("message_id")
    told = str(given or event.message_id or "").strip("<>")
    return f"<{told}>"


def tracking_urls() -> list[URLPattern]:
    """Anymail's addresses for tracking; those for incoming mail stay closed.

    They bring a cloud's whole library along, a quarter of the start-up: only who uses them pays.
    """
    from anymail import urls as anymail_urls

    return [url for url in anymail_urls.urlpatterns if "tracking" in str(url.pattern)]
