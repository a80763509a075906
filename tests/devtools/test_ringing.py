"""The launcher rings through the broker without taking the application's place in the process."""

from celery import current_app

from devtools.broker import Broker
from devtools.health import ring


def test_who_rings_leaves_the_current_application_alone(broker: Broker):
    before = current_app.main
    ring(broker.environment()["REDIS_URL"], "nobody.listens", {})
    assert current_app.main == before == "easyhoster"
