"""Outside systems hear what happens to a service: signed, in order, again after trouble (X4, H2)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from hosting.models import ServiceEvent, WebhookDelivery
from hosting.policies import next_try_at, signature
from hosting.records.models import OutgoingMail
from hosting.services import webhooks
from hosting.services.webhooks import Event, announce, send_due
from tests import factories
from tests.hosting.continuity import TUESDAY, days
from tests.hosting.receiver import Receiver

pytestmark = pytest.mark.django_db
SECRET = "a secret that only these two systems know"


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    with Receiver(SECRET, clock=TUESDAY.timestamp) as receiver:
        settings.WEBHOOKS = [{"name": "billing", "url": receiver.url, "secret": SECRET}]
        yield receiver


def happened(*kinds: str, service=None) -> list[WebhookDelivery]:
    """Announce events of one service; their deliveries in order."""
    service = service or factories.ServiceFactory()
    rows = announce([Event(service, kind, {"hold": 7}) for kind in kinds], now=TUESDAY)
    return list(WebhookDelivery.objects.filter(event__in=rows).order_by("event_id"))


def send(at=TUESDAY) -> int:
    return send_due(lambda: at)


def test_an_event_is_delivered_signed_with_its_facts(receiver):
    (delivery,) = happened("hold_placed")
    assert send() == 1
    delivery.refresh_from_db()
    assert (delivery.delivered_at, delivery.tries, delivery.answer) == (TUESDAY, 1, "200 OK")
    (event,) = receiver.events
    service = delivery.event.service
    assert event == {
        "id": str(delivery.pk),
        "sequence": delivery.event_id,
        "kind": "hold_placed",
        "at": "2026-06-09T09:00:00+00:00",
        "service": {"id": service.pk, "kind": "domain", "name": service.name},
        "facts": {"hold": 7},
    }
    assert send() == 0


def test_without_an_endpoint_events_are_recorded_and_nothing_is_queued():
    assert happened("hold_placed") == []
    assert ServiceEvent.objects.count() == 1
    assert send() == 0


def test_each_endpoint_hears_each_event(receiver, settings):
    with Receiver(SECRET, clock=TUESDAY.timestamp) as second:
        settings.WEBHOOKS = [
            *settings.WEBHOOKS,
            {"name": "provisioning", "url": second.url, "secret": SECRET},
        ]
        happened("locked")
        assert send() == 2
        assert len(receiver.events) == len(second.events) == 1


def test_what_is_rolled_back_is_never_told(receiver):
    with transaction.atomic():
        happened("locked")
        transaction.set_rollback(True)
    assert send() == 0
    assert receiver.tries == []


@pytest.mark.parametrize("status", [500, 302, 404])
def test_another_answer_than_2xx_is_tried_again_under_the_same_id(receiver, status):
    receiver.answers = [status]
    (delivery,) = happened("locked")
    assert send() == 0
    assert send(TUESDAY + timedelta(seconds=59)) == 0
    assert send(TUESDAY + timedelta(seconds=60)) == 1
    assert receiver.tries == [(str(delivery.pk), status), (str(delivery.pk), 200)]


def test_the_pause_doubles_up_to_six_hours_and_ends_after_three_days():
    pauses = [next_try_at(TUESDAY, tries, TUESDAY) for tries in (1, 2, 3, 9, 10, 50)]
    minutes = [(at - TUESDAY).total_seconds() / 60 for at in pauses if at]
    assert minutes == [1, 2, 4, 256, 360, 360]
    assert next_try_at(TUESDAY + days(2.8), 20, TUESDAY) is None


def test_after_three_days_it_is_given_up_and_the_supervisors_hear_it_once_a_day(receiver):
    factories.UserFactory(supervisor=True)
    receiver.answers = [500] * 100
    delivery, another = happened("locked"), happened("locked")
    at = TUESDAY
    while WebhookDelivery.objects.filter(given_up_at=None).exists():
        at += timedelta(hours=1)
        assert at < TUESDAY + days(4)
        send(at)
    assert {each.given_up_at is None for each in WebhookDelivery.objects.all()} == {False}
    assert OutgoingMail.objects.filter(kind="alarm_webhook").count() == 1
    receiver.answers = []
    receiver.clock = at.timestamp
    webhooks.resend(delivery[0], actor="user:1", now=at)
    assert send(at) == 1
    assert [event["id"] for event in receiver.events] == [str(delivery[0].pk)]
    assert another[0].pk != delivery[0].pk


def test_a_receiver_that_is_slow_or_away_is_trouble_not_an_error(receiver, settings, monkeypatch):
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    receiver.slow = True
    (delivery,) = happened("locked")
    assert send() == 0
    delivery.refresh_from_db()
    assert delivery.answer == "ReadTimeout"
    assert SECRET not in str(delivery.__dict__)
    settings.WEBHOOKS = [{"name": "billing", "url": "http://127.0.0.1:9/", "secret": SECRET}]
    assert send(TUESDAY + timedelta(minutes=1)) == 0
    delivery.refresh_from_db()
    assert delivery.answer == "ConnectionError"


def test_three_troubles_in_a_row_end_the_round_and_the_rest_stays_due(receiver):
    receiver.answers = [503] * 3
    for _ in range(5):
        happened("locked")
    assert send() == 0
    assert len(receiver.tries) == 3
    assert WebhookDelivery.objects.filter(next_try_at=TUESDAY, tries=0).count() == 2
    assert send() == 2


def test_of_one_service_nothing_overtakes_what_is_still_to_be_tried(receiver):
    service = factories.ServiceFactory()
    happened("transferred", "locked", service=service)
    happened("hold_ended", service=service)
    happened("hold_placed")
    receiver.answers = [500]
    assert send() == 1
    assert [event["kind"] for event in receiver.events] == ["hold_placed"]
    assert send(TUESDAY + timedelta(minutes=1)) == 3
    kinds = [event["kind"] for event in receiver.events[1:]]
    assert kinds == ["transferred", "locked", "hold_ended"]
    sequences = [event["sequence"] for event in receiver.events[1:]]
    assert sequences == sorted(sequences)


def test_a_killed_sender_sends_again_with_the_same_id_and_the_receiver_takes_it_once(receiver):
    (delivery,) = happened("locked")
    endpoint = webhooks.endpoints()[0]
    (claimed,) = webhooks.claim(endpoint, TUESDAY)
    with requests.Session() as session:
        assert webhooks.post(endpoint, claimed, session, TUESDAY).delivered
    # killed here: nothing is recorded; until the lease is over, nobody else takes it
    assert send(TUESDAY + timedelta(minutes=4)) == 0
    assert send(TUESDAY + timedelta(minutes=5)) == 1
    assert receiver.tries == [(str(delivery.pk), 200)] * 2
    assert len(receiver.events) == 1


def test_a_late_failure_does_not_undo_what_another_sweep_delivered(receiver):
    (delivery,) = happened("locked")
    endpoint = webhooks.endpoints()[0]
    (slow,) = webhooks.claim(endpoint, TUESDAY)
    assert send(TUESDAY + timedelta(minutes=5)) == 1
    webhooks.record(slow, webhooks.Answer(False, "ReadTimeout"), TUESDAY + timedelta(minutes=6))
    delivery.refresh_from_db()
    assert (delivery.next_try_at, delivery.answer) == (None, "200 OK")


def test_a_receiver_with_another_secret_refuses(receiver, settings):
    settings.WEBHOOKS = [{"name": "billing", "url": receiver.url, "secret": "another" * 6}]
    happened("locked")
    assert send() == 0
    assert [status for _, status in receiver.tries] == [401]
    assert receiver.events == []


def test_a_recorded_message_cannot_be_played_again(receiver):
    """Later it is too old; at once its id is known; with a new time its signature fits no longer."""
    (delivery,) = happened("locked")
    send()
    body, timestamp = webhooks.body_of(delivery), int(TUESDAY.timestamp())
    headers = {
        "X-Easyhoster-Delivery": str(delivery.pk),
        "X-Easyhoster-Timestamp": str(timestamp),
        "X-Easyhoster-Signature": signature(SECRET, timestamp, str(delivery.pk), body),
    }

    def play(**changed: str) -> int:
        given = headers | {f"X-Easyhoster-{name}": value for name, value in changed.items()}
        return requests.post(receiver.url, data=body, headers=given, timeout=5).status_code

    assert play() == 200
    assert play(Delivery="another-id") == 401
    assert play(Timestamp=str(timestamp + 60)) == 401
    receiver.clock = (TUESDAY + timedelta(minutes=6)).timestamp
    assert play() == 408
    assert len(receiver.events) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_delivery_once(receiver):
    for _ in range(30):
        happened("locked", "hold_ended")

    def work() -> int:
        try:
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        sent = [each.result() for each in [pool.submit(work), pool.submit(work)]]
    assert sum(sent) + send() == 60
    ids = [delivery for delivery, _ in receiver.tries]
    assert len(ids) == len(set(ids)) == 60


def test_an_event_is_never_altered_even_by_sql(receiver):
    (delivery,) = happened("locked")
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceEvent.objects.filter(pk=delivery.event_id).update(facts={})


# -- Pages -------------------------------------------------------------------------------------------


def test_staff_read_the_deliveries_and_a_supervisor_sends_one_again(client, receiver):
    receiver.answers = [500]
    (delivery,) = happened("locked")
    send()
    page = reverse("admin:hosting_webhookdelivery_change", args=[delivery.pk])
    again = reverse("admin:hosting_webhookdelivery_resend", args=[delivery.pk])
    client.force_login(factories.UserFactory(support=True))
    assert client.get(page).status_code == 200
    assert client.post(again).status_code == 403
    client.force_login(factories.UserFactory(supervisor=True))
    listed = client.get(reverse("admin:hosting_webhookdelivery_changelist"))
    assert "500 Internal Server Error" in listed.content.decode()
    assert SECRET not in listed.content.decode()
    assert client.get(again).status_code == 200
    assert client.post(again).status_code == 302
    delivery.refresh_from_db()
    assert delivery.next_try_at is not None
    WebhookDelivery.objects.filter(pk=delivery.pk).update(delivered_at=TUESDAY)
    assert client.post(again).context["form"].non_field_errors()
