"""What a drafted paper says stays; an ended one never comes back; none is removed (P3, A9)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.reference, NEW.context, NEW.account_id, NEW.drafted_at) IS DISTINCT FROM
       (OLD.reference, OLD.context, OLD.account_id, OLD.drafted_at) THEN
        RAISE EXCEPTION 'what was drafted stays (P3, A9)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'ended' AND
       (NEW.state, NEW.ended_at, NEW.ended_by_id) IS DISTINCT FROM
       (OLD.state, OLD.ended_at, OLD.ended_by_id) THEN
        RAISE EXCEPTION 'an ended paper never comes back (P3, A9)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_stays BEFORE UPDATE ON accounts_powerofattorney
    FOR EACH ROW EXECUTE FUNCTION paper_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON accounts_powerofattorney
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON accounts_powerofattorney
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACK = """
DROP TRIGGER never_truncated ON accounts_powerofattorney;
DROP TRIGGER never_deleted ON accounts_powerofattorney;
DROP TRIGGER paper_stays ON accounts_powerofattorney;
DROP FUNCTION paper_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_portal"), ("records", "0002_guards")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
