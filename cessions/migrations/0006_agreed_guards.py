"""Agreed transfers have numbers of their own; what was proposed and accepted stays (X7)."""

from django.db import migrations

NUMBER = "CREATE SEQUENCE cessions_agreed_number;"

STAYS = """
CREATE FUNCTION agreed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.number, NEW.account_id, NEW.request_id, NEW.proposed_by_id, NEW.proposed_as,
        NEW.proposed_at) IS DISTINCT FROM
       (OLD.number, OLD.account_id, OLD.request_id, OLD.proposed_by_id, OLD.proposed_as,
        OLD.proposed_at) THEN
        RAISE EXCEPTION 'what was proposed stays (X7)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.accepted_at IS NOT NULL AND
       (NEW.accepted_at, NEW.consents) IS DISTINCT FROM (OLD.accepted_at, OLD.consents) THEN
        RAISE EXCEPTION 'what was accepted stays (X4, X7)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'executed' AND (NEW.accepted_at IS NULL OR NEW.executed_at IS NULL
       OR NEW.executed_at < NEW.accepted_at + interval '24 hours') THEN
        RAISE EXCEPTION 'no agreed transfer within 24 hours of its acceptance (X7)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreed_stays BEFORE UPDATE ON cessions_agreedtransfer
    FOR EACH ROW EXECUTE FUNCTION agreed_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON cessions_agreedtransfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

NO_STAYS = """
DROP TRIGGER never_deleted ON cessions_agreedtransfer;
DROP TRIGGER agreed_stays ON cessions_agreedtransfer;
DROP FUNCTION agreed_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("cessions", "0005_portal")]
    operations = [
        migrations.RunSQL(NUMBER, "DROP SEQUENCE cessions_agreed_number;"),
        migrations.RunSQL(STAYS, NO_STAYS),
    ]
