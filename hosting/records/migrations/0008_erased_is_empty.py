"""What is erased is empty: erasing a mail's text is no way to write another one (L2)."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION mail_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'outgoing mail is evidence: it is not deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.message_id, NEW.kind, NEW.stream, NEW.recipient, NEW.subject, NEW.content_hash,
        NEW.created_at) IS DISTINCT FROM
       (OLD.message_id, OLD.kind, OLD.stream, OLD.recipient, OLD.subject, OLD.content_hash,
        OLD.created_at)
       OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL)
       OR (NEW.erased_at IS NULL
           AND (NEW.text, NEW.html) IS DISTINCT FROM (OLD.text, OLD.html))
       OR (NEW.erased_at IS NOT NULL AND (NEW.text <> '' OR NEW.html <> '')) THEN
        RAISE EXCEPTION 'outgoing mail is evidence: its content does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0007_fewer_indexes")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
