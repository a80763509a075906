"""What was decided, told and opened is never altered (H2, H3, X4)."""

from django.db import migrations

ONLY_ADDED = ("hosting_renewaldecision", "hosting_emergencycontacted", "hosting_serviceevent")

FORWARD = "".join(
    f"""
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in ONLY_ADDED
)
EMERGENCY = """
CREATE FUNCTION emergency_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
       OR (NEW.account_id, NEW.facts, NEW.holder_tried, NEW.contacts_tried, NEW.opened_by_id,
           NEW.opened_at) IS DISTINCT FROM
          (OLD.account_id, OLD.facts, OLD.holder_tried, OLD.contacts_tried, OLD.opened_by_id,
           OLD.opened_at) THEN
        RAISE EXCEPTION 'an emergency is opened once and closed once (H3)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER emergency_stays BEFORE UPDATE OR DELETE ON hosting_emergency
    FOR EACH ROW EXECUTE FUNCTION emergency_stays();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON hosting_emergency
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
BACK = (
    """
DROP TRIGGER never_truncated ON hosting_emergency;
DROP TRIGGER emergency_stays ON hosting_emergency;
DROP FUNCTION emergency_stays();
"""
    + "".join(
        f"DROP TRIGGER never_truncated ON {table};\nDROP TRIGGER only_added ON {table};\n"
        for table in ONLY_ADDED
    )
)


class Migration(migrations.Migration):
    dependencies = [("hosting", "0005_portal"), ("records", "0002_guards")]
    operations = [migrations.RunSQL(FORWARD + EMERGENCY, BACK)]
