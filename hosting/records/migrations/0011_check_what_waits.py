"""Files that came before there was a check: as they were received, and due if nobody scanned them."""

from django.db import migrations

FORWARD = """
UPDATE records_storedfile SET
    received_sha256 = sha256,
    next_check_at = CASE
        WHEN scan_state = 'not_scanned' AND destroyed_at IS NULL THEN stored_at END
WHERE received_sha256 = ''
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0010_checked_files")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
