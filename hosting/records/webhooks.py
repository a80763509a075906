"""What an e-mail service tells by its webhooks (`/anymail/<service>/tracking/`, `.../inbound/`)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailError,
    AnymailWebhookValidationFailure,
)
from anymail.signals import AnymailTrackingEvent, EventType
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern

from hosting.lib import clock
from hosting.records.services.bounces import Told, record_bounce

View = Callable[..., HttpResponseBase]
log = structlog.get_logger(__name__)
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
    """Anymail's addresses for tracking."""
    return _urls("tracking")


def inbound_urls() -> list[URLPattern]:
    """Anymail's addresses for mail that comes in; closed where replies lead nowhere."""
    if not settings.REPLY_ADDRESS:
        return []
    return [
        URLPattern(url.pattern, forgiving(url.callback), url.default_args, url.name)
        for url in _urls("inbound")
    ]


def forgiving(view: View) -> View:
    """Anymail's `view`, but a mail that anymail cannot read (a sender that is no address, say) is
    logged and taken as done: the service could but send the same again, and would switch us off."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (AnymailConfigurationError, AnymailWebhookValidationFailure):
            raise
        except (AnymailError, ValueError, LookupError, TypeError, AttributeError) as error:
            log.error("incoming_mail_unreadable", error=type(error).__name__)
            return HttpResponse(status=200)

    return answer


def _urls(kind: str) -> list[URLPattern]:
    """Anymail's addresses of one kind.

    They bring a cloud's whole library along, a quarter of the start-up: only who uses them pays.
    """
    from anymail import urls as anymail_urls

    return [url for url in anymail_urls.urlpatterns if kind in str(url.pattern)]
