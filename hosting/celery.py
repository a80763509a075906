"""The queue. PostgreSQL is the memory, the broker is only a bell (DESIGN, principle 1)."""

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hosting.settings")
app = Celery("easyhoster")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery finds this receiver and leaves the logging of the settings as it is."""
