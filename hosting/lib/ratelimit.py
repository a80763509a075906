"""Limits of rate, counted in the shared cache; when it is down, requests pass (`hosting.lib.cache`)."""

from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited
from django_ratelimit.exceptions import Ratelimited

from hosting.lib.metrics import LIMITED


def refuse_flood(request: HttpRequest, what: str, rate: str, *, value: str = "") -> None:
    """Count one more `what` and raise Ratelimited (answered by a page, 429) over `rate` ("5/h").

    Counted per client address (an IPv6 network of 64 bits is one client), or per `value`, as an
    e-mail address, whoever sends it.
    """
    if flooded(request, what, rate, value=value):
        raise Ratelimited


def flooded(request: HttpRequest, what: str, rate: str, *, value: str = "") -> bool:
    """Count one more `what`; whether that was too often."""
    key = (lambda group, request: value.casefold()) if value else "ip"
    limited = bool(is_ratelimited(request, group=what, key=key, rate=rate, increment=True))
    if limited:
        LIMITED.labels(what=what).inc()
    return limited
