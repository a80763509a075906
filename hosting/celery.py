"""The queue. PostgreSQL is the memory, the broker is only a bell (DESIGN, principle 1)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hosting.settings")
app = Celery("easyhoster")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
