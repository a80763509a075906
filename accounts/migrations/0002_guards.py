"""Internal notes are never edited (A5); erasing a text leaves its hash (L2)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION note_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR NEW.text <> ''
       OR (NEW.account_id, NEW.author_id, NEW.created_at, NEW.kind, NEW.content_hash, NEW.effect,
           NEW.supersedes_id) IS DISTINCT FROM
          (OLD.account_id, OLD.author_id, OLD.created_at, OLD.kind, OLD.content_hash, OLD.effect,
           OLD.supersedes_id) THEN
        RAISE EXCEPTION 'an internal note is never edited (A5): supersede it by a newer one'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER note_stays BEFORE UPDATE OR DELETE ON accounts_internalnote
    FOR EACH ROW EXECUTE FUNCTION note_stays();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON accounts_internalnote
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACK = """
DROP TRIGGER never_truncated ON accounts_internalnote;
DROP TRIGGER note_stays ON accounts_internalnote;
DROP FUNCTION note_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("records", "0002_guards")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
