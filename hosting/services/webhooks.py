"""What outside systems are told: recorded with the deed itself, sent by a sweep (X4, H2; docs/webhooks.md).

A claim is a lease, as in the outbox of mails: who is killed between the answer and the record sends
the same delivery again, under the same id. Of one service an endpoint hears one event after the
other: a later one is not claimed while an earlier one is still to be tried.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from hosting import notifications as notify
from hosting.lib.bell import ring_on_commit
from hosting.lib.dates import after
from hosting.models import Service, ServiceEvent, WebhookDelivery
from hosting.policies import next_try_at, signature
from hosting.records.services import journal

SEND = "hosting.tasks.send_webhooks"
BATCH = 20
LEASE = timedelta(minutes=5)  # longer than a batch of answers that time out
TIMEOUT_SECONDS = 10
TROUBLES_IN_A_ROW = 3
QUIET = timedelta(hours=24)
LONGEST_ANSWER = 300
log = structlog.get_logger(__name__)

CLAIM = """
UPDATE hosting_webhookdelivery SET next_try_at = %(until)s, tries = tries + 1
WHERE id IN (
    SELECT delivery.id FROM hosting_webhookdelivery AS delivery
    JOIN hosting_serviceevent AS event ON event.id = delivery.event_id
    WHERE delivery.next_try_at <= %(now)s AND delivery.endpoint = %(endpoint)s
    AND NOT EXISTS (
        SELECT FROM hosting_webhookdelivery AS earlier
        JOIN hosting_serviceevent AS before ON before.id = earlier.event_id
        WHERE earlier.next_try_at IS NOT NULL AND earlier.endpoint = delivery.endpoint
        AND before.service_id = event.service_id AND before.id < event.id)
    ORDER BY event.id LIMIT %(batch)s FOR UPDATE OF delivery SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True)
class Event:
    """Something that happened to a service; `facts` are numbers and codes, never personal texts."""

    service: Service
    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """One receiver of the setting WEBHOOKS."""

    name: str
    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """What came of one try."""

    delivered: bool
    words: str


def endpoints() -> list[Endpoint]:
    """The receivers of the setting WEBHOOKS."""
    return [Endpoint(**given) for given in settings.WEBHOOKS]


# -- Recording ---------------------------------------------------------------------------------------


@transaction.atomic
def announce(events: Iterable[Event], *, now: datetime) -> list[ServiceEvent]:
    """Record what happened, with one delivery per endpoint, in the caller's transaction; the bell
    rings when it is committed.

    The caller holds the lock of the services (`hosting.services.locks`), so that the ids of one
    service's events are the order in which they happened.
    """
    rows = ServiceEvent.objects.bulk_create(
        ServiceEvent(service=event.service, kind=event.kind, at=now, facts=event.facts)
        for event in events
    )
    receivers = endpoints()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(event=row, endpoint=endpoint.name, queued_at=now, next_try_at=now)
        for row in rows
        for endpoint in receivers
    )
    if rows and receivers:
        ring_on_commit(SEND)
    return rows


def body_of(delivery: WebhookDelivery) -> bytes:
    """What is sent: the same on every try, but for a service's name that is changed in between."""
    event = delivery.event
    content = {
        "id": str(delivery.pk),
        "sequence": event.pk,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "service": {
            "id": event.service_id,
            "kind": event.service.kind,
            "name": event.service.name,
        },
        "facts": event.facts,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


# -- Sending -----------------------------------------------------------------------------------------


def send_due(clock: Callable[[], datetime]) -> int:
    """Send what is due to every endpoint; the number that was delivered. `clock` tells the instant."""
    with _session() as session:
        return sum(_send_to(endpoint, session, clock) for endpoint in endpoints())


@contextmanager
def _session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False  # no password of a .netrc, no proxy from a shell
        yield session


def _send_to(endpoint: Endpoint, session: requests.Session, clock: Callable[[], datetime]) -> int:
    """One endpoint's deliveries until none is due, or until it fails three times in a row."""
    delivered = troubles = 0
    while claimed := claim(endpoint, clock()):
        for place, delivery in enumerate(claimed):
            answer = post(endpoint, delivery, session, clock())
            record(delivery, answer, clock())
            delivered += answer.delivered
            troubles = 0 if answer.delivered else troubles + 1
            if troubles == TROUBLES_IN_A_ROW:
                release(claimed[place + 1 :], clock())
                return delivered
    return delivered


def claim(endpoint: Endpoint, now: datetime) -> list[WebhookDelivery]:
    """Up to 20 due deliveries for this sweep alone until the lease ends, in the order of events."""
    values: dict[str, Any] = {
        "now": now,
        "until": after(now, LEASE),
        "endpoint": endpoint.name,
        "batch": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        ids = [row[0] for row in cursor.fetchall()]
    found = WebhookDelivery.objects.filter(pk__in=ids).select_related("event__service")
    return list(found.order_by("event_id"))


def post(
    endpoint: Endpoint, delivery: WebhookDelivery, session: requests.Session, now: datetime
) -> Answer:
    """Send one delivery, signed. Only a 2xx is an answer: a redirect is not followed, and the body of
    the answer is not read."""
    body, timestamp = body_of(delivery), int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "EasyHoster-Webhook/1",
        "X-Easyhoster-Delivery": str(delivery.pk),
        "X-Easyhoster-Timestamp": str(timestamp),
        "X-Easyhoster-Signature": signature(endpoint.secret, timestamp, str(delivery.pk), body),
    }
    try:
        with session.post(
            endpoint.url,
            data=body,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as response:
            words = f"{response.status_code} {response.reason}"[:LONGEST_ANSWER]
            return Answer(200 <= response.status_code < 300, words)
    except requests.RequestException as error:
        log.warning("webhook_unreached", endpoint=endpoint.name, error=type(error).__name__)
        return Answer(
            False, type(error).__name__
        )  # its words may hold the address with its secrets


@transaction.atomic
def record(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    """Write down what came of a try. A failure is none where another sweep has claimed it since."""
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, delivered_at=None)
    if answer.delivered:
        mine.update(delivered_at=now, next_try_at=None, given_up_at=None, answer=answer.words)
        return
    again = next_try_at(now, delivery.tries, delivery.queued_at)
    given_up_at = None if again else now
    alarms = again is None and not _gave_up_lately(delivery.endpoint, now)
    changed = mine.filter(tries=delivery.tries).update(
        next_try_at=again, given_up_at=given_up_at, answer=answer.words
    )
    if changed and alarms:
        notify.webhook_given_up(delivery, answer.words, now=now)


def release(deliveries: Iterable[WebhookDelivery], now: datetime) -> None:
    """Give back what was claimed and not tried."""
    for delivery in deliveries:
        mine = WebhookDelivery.objects.filter(pk=delivery.pk, tries=delivery.tries)
        mine.update(next_try_at=now, tries=delivery.tries - 1)


def _gave_up_lately(endpoint: str, now: datetime) -> bool:
    """The supervisors know of it for a day: an endpoint that is away gives up many at a time."""
    since = after(now, -QUIET)
    return WebhookDelivery.objects.filter(endpoint=endpoint, given_up_at__gt=since).exists()


@transaction.atomic
def resend(delivery: WebhookDelivery, *, actor: str, now: datetime) -> WebhookDelivery:
    """Try an undelivered one again now, under its own id. Raises ValidationError when it was heard."""
    rows = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("event")
    mine = rows.get(pk=delivery.pk)
    if mine.delivered_at is not None:
        raise ValidationError(_("This was delivered already."), code="delivered")
    mine.next_try_at, mine.given_up_at = now, None
    mine.save(update_fields=["next_try_at", "given_up_at"])
    stream = f"service:{mine.event.service_id}"
    journal(stream, "webhook.resent", at=now, actor=actor, delivery=str(mine.pk))
    ring_on_commit(SEND)
    return mine
