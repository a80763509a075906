"""Mails that answer mails: what they refer to, whether a person wrote them, where replies go."""

from django.db import migrations, models
from django.utils.translation import gettext_lazy as _


class Migration(migrations.Migration):
    dependencies = [("records", "0008_erased_is_empty")]
    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="by_hand",
            field=models.BooleanField(_("written by a person"), default=False, db_default=False),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="references",
            field=models.TextField(
                _("answers"),
                blank=True,
                db_default="",
                help_text=_("Message-IDs, the last one answered."),
            ),
        ),
        migrations.AlterField(
            model_name="outgoingmail",
            name="reply_to",
            field=models.CharField(_("reply to"), blank=True, max_length=254),
        ),
    ]
