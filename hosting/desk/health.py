"""Whether the installation lives and is ready, and its figures for those who may ask."""

import uuid
from collections.abc import Callable

import structlog
from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from kombu.exceptions import OperationalError

from hosting.lib import clamd, client, clock, heartbeat
from hosting.lib.metrics import FILES_WAITING, FILES_WAITING_SECONDS
from hosting.records.services import checking

BROKER_SECONDS = 2
BEAT_MAY_BE_SILENT_SECONDS = 300
log = structlog.get_logger(__name__)


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Each part with "ok" or "down", and 503 when one is down.

    `?parts=database,storage` asks for some only: a balancer should not take every web process away
    because beat is silent.
    """
    asked = [name for name in request.GET.get("parts", "").split(",") if name in CHECKS]
    found = {name: CHECKS[name]() for name in asked or CHECKS}
    words = {name: "ok" if good else "down" for name, good in found.items()}
    return JsonResponse(words, status=200 if all(found.values()) else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' figures, for the addresses of METRICS_ALLOWED; for others there is no such page."""
    if not client.is_within(client.address(request), settings.METRICS_ALLOWED):
        raise Http404("metrics are for allowed addresses")
    count, seconds = checking.waiting(clock.now())
    FILES_WAITING.set(count)
    FILES_WAITING_SECONDS.set(seconds)
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return _down("database", error)
    return True


def broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    except (OperationalError, OSError) as error:
        return _down("broker", error)
    return True


def storage_answers() -> bool:
    """A local folder takes a file; an object store answers (a write each time would cost money)."""
    try:
        if not isinstance(default_storage, FileSystemStorage):
            default_storage.exists("health")
            return True
        default_storage.delete(default_storage.save(f"health/{uuid.uuid4().hex}", ContentFile(b"")))
    except Exception as error:  # every store has errors of its own; any of them means "down"
        return _down("storage", error)
    return True


def scanner_answers() -> bool:
    """Where one is configured: without it uploads wait, and nobody can open them (D6)."""
    return not settings.CLAMD_URL or clamd.answers(settings.CLAMD_URL)


def beat_rings() -> bool:
    age = heartbeat.age()
    return age is not None and age < BEAT_MAY_BE_SILENT_SECONDS


def _down(part: str, error: Exception) -> bool:
    log.warning("not_ready", part=part, error=type(error).__name__, words=str(error)[:200])
    return False


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "broker": broker_answers,
    "storage": storage_answers,
    "scanner": scanner_answers,
    "beat": beat_rings,
}
