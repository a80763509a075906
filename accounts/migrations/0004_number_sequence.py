"""Account numbers for accounts that bring none (A1)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_groups")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE accounts_number", "DROP SEQUENCE accounts_number")
    ]
