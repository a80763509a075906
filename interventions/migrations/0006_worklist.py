"""Indexes of staff's lists: what is open, the newest first, and tickets by name and address."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("interventions", "0005_quote_guards")]
    operations = [
        migrations.AddIndex(
            model_name="intervention",
            index=models.Index(
                fields=["state"],
                name="intervention_live",
                condition=Q(
                    state__in=[
                        "asked",
                        "backing_up",
                        "ended",
                        "invalidated",
                        "open",
                        "ready",
                        "started",
                    ]
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="intervention",
            index=models.Index(fields=["-opened_at", "-id"], name="intervention_newest"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["-created_at"], name="ticket_open", condition=Q(state="open")
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["-created_at", "-id"], name="ticket_newest"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(Upper("email"), name="ticket_by_email"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=GinIndex(
                OpClass(Upper("full_name"), name="gin_trgm_ops"), name="ticket_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=GinIndex(
                OpClass(Upper("service_name"), name="gin_trgm_ops"), name="ticket_by_site"
            ),
        ),
    ]
